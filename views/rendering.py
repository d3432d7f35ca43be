"""Answers, citations and documents as HTML: pure functions from data to escaped strings.

In: the assistant's and the store's frozen dataclasses. Out: HTML in which everything that came
from a question, a document or a model is text, never markup. Imports the project's types only
for type checking, because importing `assistant` takes many seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from assistant.datamodels import Answer, Citation
    from vectorstore.datamodels import PolicyDocument

TITLE = "政策问答"
LOADING = "正在加载…"
DIGEST_NOTE = "政策要点（非原文），以公报原文为准"
LONGEST_SHOWN_QUESTION = 200

_STATUS_CLASSES = {
    "现行有效": "in-force",
    "已修改": "amended",
    "已废止": "ended",
    "已过有效期": "ended",
}
# Gradio reads what it is given as Markdown, so Markdown's own signs become entities as well.
_INERT = {ord(sign): f"&#{ord(sign)};" for sign in "&<>\"'\\`*_{}[]()#+-!|$~:@"}
_MARKER = re.compile(r"\[(\d{1,3})\]")


def inert(text: str) -> str:
    """Text as HTML that neither HTML nor Markdown reads as markup, line ends kept."""
    joined = re.sub(r"\n{2,}", "\n", text.strip().replace("\r", ""))
    return joined.translate(_INERT).replace("\n", "<br>")


def paragraphs(text: str) -> str:
    """Inert text with a paragraph for each line."""
    return "".join(f"<p>{line}</p>" for line in inert(text).split("<br>"))


def masthead(summary: str) -> str:
    return f'<div class="masthead"><h1>{TITLE}</h1><p>{inert(summary)}</p></div>'


def coverage(documents: Sequence[PolicyDocument]) -> str:
    """One sentence on what can be answered: how many documents, from when to when."""
    if not documents:
        return "文件库中还没有文件，请先导入政策文件。"
    dates = sorted(document.issued for document in documents if document.issued)
    period = ""
    if dates:
        first, last = _month(dates[0]), _month(dates[-1])
        period = f"（{first}）" if first == last else f"（{first}至{last}）"
    return (
        f"可就已收录的 {len(documents)} 件政策文件{period}提问；"
        "只依据收录的文件作答并注明出处，查不到依据时会直接说明。"
    )


def _month(iso_date: str) -> str:
    try:
        day = date.fromisoformat(iso_date)
    except ValueError:
        return iso_date
    return f"{day.year}年{day.month}月"


def shown_question(question: str) -> str:
    """The question as it is echoed in the conversation; a huge one is cut."""
    if len(question) > LONGEST_SHOWN_QUESTION:
        question = question[:LONGEST_SHOWN_QUESTION] + "……"
    return f'<div class="question">{inert(question)}</div>'


def progress(status: str, partial: str) -> str:
    """An answer while it is being written."""
    written = f'<div class="answer">{paragraphs(partial)}</div>' if partial.strip() else ""
    waiting = f'<p class="waiting">{inert(status)}</p>' if status else ""
    return f'<div class="reply busy">{written}{waiting}</div>'


def reply(answer: Answer) -> str:
    """A finished answer or refusal, with its warnings; its markers lead to the passages."""
    links = {citation.marker: citation for citation in answer.citations}

    def link(match: re.Match[str]) -> str:
        citation = links.get(int(match[1]))
        if citation is None:
            return match[0]
        # A word joiner keeps the marker on the line of the word it belongs to.
        return (
            f'&#8288;<a class="marker" title="查看引用" href="{passage_address(citation)}">'
            f"{citation.marker}</a>"
        )

    text = _MARKER.sub(link, _inert_but_markers(answer.text))
    kind = "answer" if answer.answered else "refusal"
    warnings = "".join(f"<li>{inert(warning)}</li>" for warning in answer.warnings)
    notes = f'<ul class="warnings">{warnings}</ul>' if warnings else ""
    return f'<div class="reply"><div class="{kind}">{text}</div>{notes}</div>'


def _inert_but_markers(text: str) -> str:
    return re.sub(r"&#91;(\d{1,3})&#93;", r"[\1]", paragraphs(text))


def notice(message: str) -> str:
    """A problem told in the conversation: one sentence."""
    return f'<div class="reply"><div class="notice">{inert(message)}</div></div>'


def passage_address(citation: Citation) -> str:
    """Where the cited document opens with its quote highlighted."""
    query = urlencode({"start": citation.start, "end": citation.end})
    return escape(f"/documents/{quote(citation.document_id, safe='')}?{query}#quote")


def citation_panel(answer: Answer) -> str:
    """The panel beside the conversation: the last answer's citations."""
    if not answer.citations:
        return panel_with_hint("这次没有引用任何文件。")
    items = "".join(_citation(citation) for citation in answer.citations)
    return _panel(f'<ol class="citations">{items}</ol>')


def panel_with_hint(hint: str = "回答所依据的文件会列在这里，点开可看全文。") -> str:
    """The panel while there is no answer."""
    return _panel(f'<p class="hint">{hint}</p>')


def _panel(body: str) -> str:
    return f'<section class="panel"><h2>引用依据</h2>{body}</section>'


def _citation(citation: Citation) -> str:
    status_class = _STATUS_CLASSES.get(citation.status, "unknown")
    digest = f'<span class="digest">{DIGEST_NOTE}</span>' if citation.digest else ""
    return (
        f'<li><a class="citation" href="{passage_address(citation)}">'
        f'<span class="line"><span class="marker">{citation.marker}</span>'
        f'<span class="number">{inert(citation.number or "无文号")}</span>'
        f'<span class="status {status_class}">{inert(citation.status)}</span></span>'
        f'<span class="title">{inert(citation.title)}</span>'
        f'<span class="locator">{inert(citation.locator)}</span>{digest}'
        f'<span class="quote">{inert(citation.quote)}</span></a></li>'
    )


def document_page(
    document: PolicyDocument, status: str, start: int, end: int, theme: str = "auto"
) -> str:
    """A stored document in full, with text[start:end] marked and its first part as #quote."""
    particulars = [
        ("文号", document.number),
        ("发文机关", document.issuer),
        ("成文日期", document.issued),
        ("施行日期", document.effective),
        ("有效期至", document.expires),
        ("效力", status),
        ("来源", document.gazette or document.source),
    ]
    rows = "".join(
        f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>"
        for name, value in particulars
        if value
    )
    digest = f'<p class="digest">{DIGEST_NOTE}</p>' if document.digest else ""
    body = "".join(_paragraphs(document, start, end))
    return _page(
        document.title,
        f"<header><h1>{escape(document.title)}</h1><dl>{rows}</dl>{digest}</header>"
        f'<div class="text">{body}</div>',
        theme,
    )


def message_page(message: str, theme: str = "auto") -> str:
    """A page that only says one sentence."""
    return _page(TITLE, f"<p>{escape(message)}</p>", theme)


def _page(title: str, body: str, theme: str) -> str:
    theme_class = theme if theme in ("light", "dark") else "auto"
    return (
        f'<!doctype html><html lang="zh-CN" class="document-page {theme_class}"><head>'
        '<meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>"
        '<link rel="icon" href="/ui/favicon.svg"><link rel="stylesheet" href="/ui/app.css">'
        f"</head><body><main><article>{body}</article></main></body></html>"
    )


def _paragraphs(document: PolicyDocument, start: int, end: int) -> Iterator[str]:
    headings = {heading.strip() for passage in document.passages for heading in passage.headings}
    quote_id = ' id="quote"'
    for line in re.finditer(r"[^\n]+", document.text):
        if not line[0].strip():
            continue
        kind = ' class="heading"' if line[0].strip() in headings else ""
        first, last = max(start, line.start()), min(end, line.end())
        if first >= last:
            yield f"<p{kind}>{escape(line[0].strip())}</p>"
            continue
        before = document.text[line.start() : first]
        marked = document.text[first:last]
        after = document.text[last : line.end()]
        yield (
            f"<p{kind}>{escape(before)}<mark{quote_id}>{escape(marked)}</mark>{escape(after)}</p>"
        )
        quote_id = ""
