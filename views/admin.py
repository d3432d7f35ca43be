"""The administration's HTML: log-in, the library's health, uploads, files, feedback, evaluation.

In: frozen records of the store, the jobs, the feedback and the last evaluation. Out: parts of a
page, in which names, titles and comments from outside are text. `build_admin` puts the frame of
the third tab into the Gradio page; `static/admin.js` fills it from `views.admin_pages`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import gradio as gr

from ingest.files import LARGEST, SUFFIXES
from ingest.loaders.loaded import LARGEST_UNPACKED
from ingest.uploads import ACCEPTED, MOST_FILES
from vectorstore.errors import PolicyError
from views.language import CHINESE, text
from views.markup import shown

if TYPE_CHECKING:
    from assistant.feedback import Feedback
    from ingest.jobs import FileState, Job
    from vectorstore.holdings import HeldDocument, HeldFile, Holdings
    from views.evaluations import LastEvaluation

FILES_A_PAGE = 30
FEEDBACK_SHOWN = 50
_MEGABYTE = 2**20
_TEXTS_OF_THE_SCRIPT = ("sending", "not_sent", "unreachable", "too_many")


def build_admin() -> None:
    """The tab's content: a frame that the script fills when the tab is first seen."""
    # Not gr.HTML: that runs templates, which the page's policy forbids.
    gr.Markdown('<div id="admin-view" class="admin" aria-busy="true"></div>', padding=False)


def _t(key: str, language: str, **values: object) -> str:
    return shown(text(f"admin.{key}", language, **values))


def message_of(error: PolicyError, language: str) -> str:
    """An error's sentence in the reader's language; not escaped."""
    return error.chinese if language == CHINESE else str(error)


def login_view(language: str, problem: str = "") -> str:
    """The form that asks for the password; `problem` says why it was not let in before."""
    told = f'<p class="problem" role="alert">{shown(problem)}</p>' if problem else ""
    return (
        f'<link rel="stylesheet" href="/ui/admin.css"><form class="card enter" data-form="enter">'
        f'<h2>{_t("heading", language)}</h2><p class="hint">{_t("enter_hint", language)}</p>'
        # Password managers want to know whose password it is.
        '<input type="text" name="username" value="admin" autocomplete="username" hidden>'
        f'<label for="admin-password">{_t("password", language)}</label>'
        '<input id="admin-password" type="password" name="password" required maxlength="1000" '
        f'autocomplete="current-password">{told}'
        f'<button type="submit" class="primary">{_t("enter", language)}</button></form>'
    )


def admin_view(parts: dict[str, str], language: str) -> str:
    """The whole desk; `parts` are the changing ones by name."""
    said = " ".join(
        f'data-{key.replace("_", "-")}="{_t(key, language, name="{name}", count=MOST_FILES)}"'
        for key in _TEXTS_OF_THE_SCRIPT
    )
    sections = "".join(
        f'<section class="card {name}" data-part="{name}">{parts[name]}</section>'
        for name in ("files", "feedback", "evaluation")
    )
    return (
        f'<link rel="stylesheet" href="/ui/admin.css"><div class="desk" {said}>'
        f"<header><h2>{_t('heading', language)}</h2>"
        f'<button type="button" data-action="leave">{_t("leave", language)}</button></header>'
        '<p class="visually-hidden" role="status" data-said></p>'
        f'<section class="card health" data-part="health">{parts["health"]}</section>'
        f'<section class="card add">{_upload_form(language)}'
        f'<ul class="sent" data-sent></ul><div data-part="jobs">{parts["jobs"]}</div></section>'
        f"{sections}</div>"
    )


def _upload_form(language: str) -> str:
    limits = text(
        "admin.limits",
        language,
        kinds=" ".join(each.removeprefix(".") for each in SUFFIXES),
        size=LARGEST // _MEGABYTE,
        unpacked=LARGEST_UNPACKED // _MEGABYTE,
        count=MOST_FILES,
    )
    return (
        f"<h3>{_t('add', language)}</h3>"
        '<label class="drop" data-drop><input type="file" id="admin-files" multiple '
        f'data-most="{MOST_FILES}" accept="{",".join(ACCEPTED)}">'
        f"<span>{_t('drop', language)}</span></label>"
        f'<p class="hint">{shown(limits)}</p>'
        f'<input type="file" id="admin-replacement" hidden tabindex="-1" aria-label='
        f'"{_t("replace", language)}" accept="{",".join(ACCEPTED)}">'
    )


def health_view(holdings: Holdings | None, language: str) -> str:
    """What the library holds, how large it is, and when it last changed."""
    heading = f"<h3>{_t('health', language)}</h3>"
    if holdings is None:
        return f'{heading}<p class="hint">{_t("no_files", language)}</p>'
    model = "—"
    if holdings.model:
        name = holdings.model.name
        model = _t("shipped", language) if name == "shipped" else shown(name)
    warnings = sum(len(each.warnings) for file in holdings.files for each in file.documents)
    values = (
        ("documents", f"{holdings.documents:,}"),
        ("passages", f"{holdings.passages:,}"),
        ("size", _megabytes(holdings.size)),
        ("model", model),
        ("changed", _time(holdings.changed) or _t("never", language)),
        ("warnings", _t("warnings_count", language, count=warnings)),
    )
    items = "".join(
        f"<div><dt>{_t(key, language)}</dt><dd>{value}</dd></div>" for key, value in values
    )
    return f"{heading}<dl>{items}</dl>"


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:,.1f} MB" if size < 1024 * _MEGABYTE else f"{size / 2**30:,.2f} GB"


def _time(seconds: float | None) -> str:
    return f"{datetime.fromtimestamp(seconds):%Y-%m-%d %H:%M}" if seconds else ""


def jobs_view(jobs: Sequence[Job], language: str) -> str:
    """What is being taken in or removed, and what came of the last ones."""
    if not jobs:
        return ""
    items = "".join(_job(each, language) for each in jobs)
    busy = "" if all(each.ended for each in jobs) else " data-busy"
    return f'<h4>{_t("tasks", language)}</h4><ol class="jobs"{busy}>{items}</ol>'


def _job(job: Job, language: str) -> str:
    kind = "task_remove" if not job.files else "task_replace" if job.remove else "task_add"
    removed = f"<p>{_t('removed', language, count=job.removed)}</p>" if job.removed else ""
    problem = ""
    if job.problem and not job.files:
        problem = f'<p class="problem">{shown(message_of(job.problem, language))}</p>'
    files = "".join(_job_file(each, language) for each in job.files)
    return (
        f'<li class="job {job.state}"><p class="title">'
        f"<strong>{_t(kind, language, count=len(job.files))}</strong>"
        f'<span class="state">{_t(f"task_{job.state}", language)}</span></p>'
        f"{_progress(job, language)}{problem}<ul>{files}</ul>{removed}</li>"
    )


def _progress(job: Job, language: str) -> str:
    """A bar of what is being done now: files first, then passages."""
    if job.state != "running":
        return ""
    stage, done, total = job.stage, job.done, job.total
    if not stage:
        stage, total = "check", len(job.files)
        done = sum(each.state not in ("waiting", "checking") for each in job.files)
    label = _t(f"stage_{stage}", language, done=done, total=total)
    bar = f'value="{done}" max="{total}"' if total else ""
    return f'<p class="progress"><progress {bar} aria-label="{label}"></progress>{label}</p>'


def _job_file(file: FileState, language: str) -> str:
    held = notes = ""
    if file.documents and file.state != "failed":
        counts = _t("held", language, documents=len(file.documents), passages=file.passages)
        held = f' <span class="hint">{counts}</span>'
    if file.problem:
        notes = f'<p class="problem">{shown(message_of(file.problem, language))}</p>'
    elif file.warnings:
        notes = _warnings(file.warnings, language)
    return (
        f'<li class="{file.state}"><span class="name">{shown(file.name)}</span> '
        f'<span class="state">{_t(f"file_{file.state}", language)}</span>{held}{notes}</li>'
    )


def _warnings(warnings: Sequence[str], language: str) -> str:
    items = "".join(f'<li lang="zh-CN">{shown(each)}</li>' for each in warnings)
    return (
        f'<details class="warnings"><summary>{_t("warnings", language)} {len(warnings)}</summary>'
        f"<ul>{items}</ul></details>"
    )


def files_view(
    files: Sequence[HeldFile], folder: Path, words: str, page: int, language: str
) -> str:
    """The files of the store that `words` fit, a page of them; `folder` holds the uploads."""
    found = [each for each in files if _fits(each, words)]
    pages = max(1, -(-len(found) // FILES_A_PAGE))
    page = min(max(1, page), pages)
    here = found[(page - 1) * FILES_A_PAGE : page * FILES_A_PAGE]
    rows = "".join(_file(each, folder, language) for each in here)
    nothing = _t("no_match" if words else "no_files", language)
    listed = f'<ul class="files">{rows}</ul>' if rows else f'<p class="hint">{nothing}</p>'
    count = _t("files_found" if words else "files_count", language, count=len(found))
    return (
        f'<div class="line"><h3>{_t("files", language)}</h3><span class="hint">{count}</span>'
        f'<form role="search" data-form="find"><label class="visually-hidden" for="admin-words">'
        f'{_t("words", language)}</label><input id="admin-words" type="search" name="words" '
        f'value="{shown(words)}" maxlength="200" placeholder="{_t("words", language)}">'
        f'<button type="submit">{_t("find", language)}</button></form></div>'
        f"{listed}{_pager(page, pages, language)}"
    )


def _fits(file: HeldFile, words: str) -> bool:
    texts = [file.source, *(f"{each.number} {each.title}" for each in file.documents)]
    return all(any(word.lower() in each.lower() for each in texts) for word in words.split())


def _pager(page: int, pages: int, language: str) -> str:
    if pages < 2:
        return ""

    def button(number: int, key: str) -> str:
        off = "" if 1 <= number <= pages else " disabled"
        return f'<button type="button" data-page="{number}"{off}>{_t(key, language)}</button>'

    return (
        f'<nav class="pager" aria-label="{_t("pages", language)}">{button(page - 1, "previous")}'
        f"<span>{_t('page_of', language, page=page, pages=pages)}</span>"
        f"{button(page + 1, 'next')}</nav>"
    )


def _file(file: HeldFile, uploads: Path, language: str) -> str:
    folder = Path(file.path).parent
    ours = folder == uploads
    back = "" if ours else text("admin.comes_back", language)
    name = file.source
    ask = text("admin.confirm_file", language, name=name, count=len(file.documents)) + back
    origin = _t("uploaded", language) if ours else _t("from_folder", language, folder=folder.name)
    documents = "".join(
        _document(each, len(file.documents) > 1, back, language) for each in file.documents
    )
    listed = f'<ul class="documents">{documents}</ul>'
    if len(file.documents) > 1:
        listed = f"<details><summary>{_t('show_documents', language)}</summary>{listed}</details>"
    elif not file.documents:
        listed = f'<p class="hint">{_t("no_documents", language)}</p>'
    passages = sum(each.passages for each in file.documents)
    counts = _t("held", language, documents=len(file.documents), passages=passages)
    noted = sum(len(each.warnings) for each in file.documents)
    badge = f'<span class="badge noted">{_t("warnings", language)} {noted}</span>' if noted else ""
    replace = _t("replace_named", language, name=name)
    return (
        f'<li><div class="line"><span class="name">{shown(name)}</span>'
        f'<span class="hint">{origin}　{counts}</span>{badge}<span class="actions">'
        f'<button type="button" data-replace="{shown(file.path)}" aria-label="{replace}">'
        f"{_t('replace', language)}</button>{_remove_button(file.path, name, ask, language)}"
        f"</span></div>{listed}</li>"
    )


def _remove_button(key: str, name: str, ask: str, language: str) -> str:
    return (
        f'<button type="button" class="danger" data-remove="{shown(key)}" data-ask="{shown(ask)}" '
        f'aria-label="{_t("remove_named", language, name=name)}">{_t("remove", language)}</button>'
    )


def _document(document: HeldDocument, removable: bool, back: str, language: str) -> str:
    number = document.number or text("admin.no_number", language)
    name = document.number or document.title
    title = f'<span lang="zh-CN">{shown(document.title)}</span>'
    if document.active:
        title = f'<a href="/documents/{quote(document.id, safe="")}">{title}</a>'
    else:
        title += f' <span class="badge">{_t("gives_way", language)}</span>'
    ask = text("admin.confirm_document", language, name=name) + back
    remove = _remove_button(document.id, name, ask, language) if removable else ""
    warnings = _warnings(document.warnings, language) if document.warnings else ""
    return (
        f'<li><div class="line"><span class="number" lang="zh-CN">{shown(number)}</span>'
        f'<span class="title">{title}</span>'
        f'<span class="date">{shown(document.issued or "")}</span>'
        f'<span class="count">{_t("count_passages", language, count=document.passages)}</span>'
        f"{remove}</div>{warnings}</li>"
    )


def feedback_view(
    counts: tuple[int, int], latest: Sequence[Feedback], language: str, problem: str = ""
) -> str:
    """What users thought of answers, newest first, and where to export it."""
    heading = f"<h3>{_t('feedback', language)}</h3>"
    if problem:
        return f'{heading}<p class="problem">{shown(problem)}</p>'
    if not latest:
        return f'{heading}<p class="hint">{_t("no_feedback", language)}</p>'
    items = "".join(_judgement(each, language) for each in latest)
    told = _t("feedback_counts", language, useful=counts[0], useless=counts[1])
    more = ""
    if sum(counts) > len(latest):
        more = f'<p class="hint">{_t("feedback_shown", language, count=len(latest))}</p>'
    return (
        f'<div class="line">{heading}<span class="hint">{told}</span><span class="actions">'
        f'<a class="button" href="/admin/feedback.jsonl" download>{_t("export_all", language)}</a>'
        '<a class="button" href="/admin/feedback.jsonl?complaints=1" download>'
        f"{_t('export_complaints', language)}</a></span></div>"
        f'<p class="hint">{_t("export_hint", language)}</p>{more}'
        f'<ul class="judgements">{items}</ul>'
    )


def _judgement(feedback: Feedback, language: str) -> str:
    verdict = "useful" if feedback.useful else "useless"
    refused = "" if feedback.answered else f'<span class="badge">{_t("refused", language)}</span>'
    cited = "、".join(
        " ".join(filter(None, (each.get("number"), each.get("locator"))))
        for each in feedback.citations
    )
    comment = f'<p class="comment">{shown(feedback.comment)}</p>' if feedback.comment else ""
    sources = f'<p class="hint" lang="zh-CN">{shown(cited)}</p>' if cited else ""
    asked = feedback.question[:40]
    return (
        f'<li class="{verdict}"><div class="line">'
        f'<span class="badge">{_t(verdict, language)}</span>'
        f'<span class="title" lang="zh-CN">{shown(feedback.question)}</span>{refused}'
        f'<span class="hint">{shown(feedback.time[:16].replace("T", " "))} UTC</span>'
        f'<button type="button" class="danger" data-forget="{feedback.id}" '
        f'data-ask="{_t("confirm_feedback", language)}" '
        f'aria-label="{_t("delete_named", language, name=asked)}">{_t("delete", language)}</button>'
        f"</div>{comment}<details><summary>{_t('given_answer', language)}</summary>"
        f'<p class="given" lang="zh-CN">{shown(feedback.answer)}</p>{sources}</details></li>'
    )


def evaluation_view(last: LastEvaluation | None, language: str) -> str:
    """The newest evaluation: its figures, and a link to its page."""
    heading = f"<h3>{_t('evaluation', language)}</h3>"
    if last is None:
        return f'{heading}<p class="hint">{_t("no_evaluation", language)}</p>'
    told = _t("evaluated", language, name=last.name, time=_time(last.time), count=last.questions)
    figures = "".join(
        f"<div><dt>{_t(name, language)}</dt><dd>{value:.2f}</dd></div>"
        for name, value in last.figures
    )
    link = f'<p class="hint">{_t("no_page", language)}</p>'
    if last.page:
        address = f"/admin/report/{quote(last.page, safe='')}"
        link = (
            f'<p><a class="button" href="{address}" target="_blank" rel="noopener">'
            f"{_t('open_report', language)}</a></p>"
        )
    return f'{heading}<p class="hint">{told}</p><dl>{figures}</dl>{link}'
