"""A conversation as HTML: questions, answers with their citations, refusals, notices.

In: `Turn`s. Out: HTML in which everything that came from a question, a document or a model is
text, never markup, also where Gradio reads it as Markdown and strips attributes that it does not
know (`aria-*`, `data-*`): what the page's script needs is in classes and ids. May import the pure
views.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote, urlencode

from views.language import text
from views.markup import visible
from views.standalone import badge
from views.turns import Closest, Reply, Source, Turn

LONGEST_SHOWN_QUESTION = 200
# Gradio reads what it is given as Markdown, so Markdown's own signs become entities as well.
_INERT = {ord(sign): f"&#{ord(sign)};" for sign in "&<>\"'\\`*_{}[]()#+-!|$~:@="}
_MARKER = re.compile(r"&#91;(\d{1,3})&#93;")
# A refusal names the closest document; here a list of links does.
_NAMED_CLOSEST = re.compile(r"相近文件：.*?，仅供参考。")


def inert(words: str) -> str:
    """Text as HTML that neither HTML nor Markdown reads as markup, line ends kept."""
    joined = re.sub(r"\n\s*\n", "\n", visible(words.replace("\r", "").strip()))
    return joined.translate(_INERT).replace("\n", "<br>")


def paragraphs(words: str) -> str:
    """Inert text with a paragraph for each line."""
    return "".join(f"<p>{line}</p>" for line in inert(words).split("<br>"))


def messages(turns: Sequence[Turn], language: str) -> list[dict[str, str]]:
    """The conversation as Gradio's chat wants it; an empty question has no bubble."""
    found = []
    for index, turn in enumerate(turns):
        if turn.question.strip():
            found.append({"role": "user", "content": _question(turn.question)})
        found.append({"role": "assistant", "content": _reply(turn, index, language)})
    return found


def _question(question: str) -> str:
    if len(question) > LONGEST_SHOWN_QUESTION:
        question = question[:LONGEST_SHOWN_QUESTION] + "……"
    return f'<div class="question">{inert(question)}</div>'


def _reply(turn: Turn, index: int, language: str) -> str:
    """One reply; the styles show only the last one's offer to answer again."""
    state = " busy" if turn.busy else ""
    return f'<div class="reply{state}" id="turn-{index}">{_body(turn, index, language)}</div>'


def _body(turn: Turn, index: int, language: str) -> str:
    if turn.reply is None:
        written = f'<div class="answer">{paragraphs(turn.partial)}</div>' if turn.partial else ""
        if turn.busy:
            return f'{written}<p class="waiting">{inert(turn.status)}</p>'
        notice = f'<div class="notice">{inert(turn.notice)}</div>'
        return f'{written}{notice}<div class="actions">{_button("retry", language)}</div>'
    actions = "".join(_button(each, language) for each in ("copy", "useful", "useless", "retry"))
    return (
        f'{_finished(turn.reply, index, language)}<div class="actions">{actions}</div>'
        f"{_searched(turn.reply, language)}"
    )


def _button(kind: str, language: str) -> str:
    name = text(f"chat.{kind}", language)
    return f'<button type="button" class="act {kind}" title="{name}">{name}</button>'


def _finished(reply: Reply, index: int, language: str) -> str:
    warnings = "".join(f"<li>{inert(warning)}</li>" for warning in reply.warnings)
    notes = f'<ul class="warnings" lang="zh-CN">{warnings}</ul>' if warnings else ""
    if not reply.answered:
        said = _NAMED_CLOSEST.sub("", reply.text)
        if language != "zh":
            said = text("chat.refused", language)
        closest = _closest(reply.closest, language)
        return f'<div class="refusal">{paragraphs(said)}{closest}</div>{notes}'
    links = {source.citation.marker: source for source in reply.sources}

    def link(match: re.Match[str]) -> str:
        source = links.get(int(match[1]))
        return _marker(source, index, language) if source else match[0]

    said = _MARKER.sub(link, paragraphs(reply.text))
    return f'<div class="answer" lang="zh-CN">{said}</div>{notes}{_sources(reply, index, language)}'


def place(locator: str) -> str:
    """A locator as it is read: its steps apart, without slashes."""
    return locator.replace("/", " ")


def _marker(source: Source, index: int, language: str) -> str:
    cited = source.citation
    name = text("chat.citation", language)
    title = inert(f"{name} {cited.marker}：{cited.number or cited.title} {place(cited.locator)}")
    # A word joiner keeps the marker on the line of the word it belongs to.
    return (
        f'&#8288;<a class="marker to-{index}-{cited.marker}" title="{title}" '
        f'href="{address(cited.document_id, cited.start, cited.end)}">'
        f'<span class="unseen">{name} </span>{cited.marker}</a>'
    )


def address(document_id: str, start: int, end: int) -> str:
    """Where a document opens with a stretch of it highlighted."""
    query = urlencode({"start": start, "end": end}).replace("&", "&amp;")
    return f"/documents/{quote(document_id, safe='')}?{query}#quote"


def _sources(reply: Reply, index: int, language: str) -> str:
    items = "".join(_source(source, index, language) for source in reply.sources)
    heading = text("chat.sources", language)
    return f'<section class="sources"><h2>{heading}</h2><ol>{items}</ol></section>'


def _source(source: Source, index: int, language: str) -> str:
    """One citation: a line to open, and behind it the passage with the quote marked."""
    cited = source.citation
    number = inert(cited.number or "") or text("chat.no_number", language)
    digest = f'<p class="digest">{text("chat.digest", language)}</p>' if cited.digest else ""
    origin = " · ".join(inert(each) for each in (source.issuer, source.issued) if each)
    whole = text("chat.whole_document", language)
    link = address(cited.document_id, cited.start, cited.end)
    return (
        f'<li class="source at-{index}-{cited.marker}"><details class="citation"><summary>'
        f'<span class="line"><span class="marker">{cited.marker}</span>'
        f'<span class="number">{number}</span>{badge(cited.status, language)}</span>'
        f'<span class="title" lang="zh-CN">{inert(cited.title)}</span>'
        f'<span class="locator" lang="zh-CN">{inert(place(cited.locator))}</span></summary>'
        f'<div class="opened"><p class="origin" lang="zh-CN">{origin}</p>{digest}'
        f'<blockquote lang="zh-CN">{_passage(source)}</blockquote>'
        f'<a class="whole" href="{link}">{whole}</a></div></details></li>'
    )


def _passage(source: Source) -> str:
    """The passage with the quote marked; the quote alone where the passage is not known."""
    cited = source.citation
    first, last = source.before, source.before + len(cited.quote)
    if source.passage[first:last] != cited.quote:
        return f"<mark>{inert(cited.quote)}</mark>"
    before, after = inert(source.passage[:first]), inert(source.passage[last:])
    gap = "<br>" if source.passage[:first].endswith("\n") else ""
    end = "<br>" if source.passage[last:].startswith("\n") else ""
    return f"{before}{gap}<mark>{inert(cited.quote)}</mark>{end}{after}"


def _closest(documents: Sequence[Closest], language: str) -> str:
    if not documents:
        return ""
    items = "".join(
        f'<li><a class="whole" href="{address(each.document_id, each.start, each.end)}" '
        f'lang="zh-CN">{inert(named(each))}</a></li>'
        for each in documents
    )
    return f'<div class="closest"><h2>{text("chat.closest", language)}</h2><ul>{items}</ul></div>'


def named(document: Closest) -> str:
    number = f"（{document.number}）" if document.number else ""
    return f"{document.title}{number}"


def _searched(reply: Reply, language: str) -> str:
    return (
        f'<details class="searched"><summary>{text("chat.searched", language)}</summary>'
        f'<p lang="zh-CN">{inert(reply.standalone_question)}</p></details>'
    )


def panel(language: str) -> str:
    """The panel beside the conversation, which the page's script fills with citations."""
    return (
        f'<section class="panel"><h2>{text("chat.sources", language)}</h2>'
        f'<p class="hint">{text("chat.sources_hint", language)}</p></section>'
    )
