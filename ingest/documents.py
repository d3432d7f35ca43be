"""Finds where documents begin among the paragraphs of a gazette.

In go paragraphs; out come drafts: the paragraphs of each document with the number it opened
with, and what the table of contents said about it. Tables of contents and mastheads open no
document; numbers that are merely cited open none. Imports ingest.markers, ingest.unnumbered and
vectorstore.numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.markers import (
    annex_label,
    ends_like_title,
    is_closed,
    is_date,
    is_imprint,
    is_issuer,
    is_masthead,
    is_publicity_note,
    marker_of,
    number_of_line,
)
from ingest.unnumbered import listed_titles, unnumbered_starts
from vectorstore.numbers import canonical_number, find_numbers

_CONTENTS = re.compile(r"^目\s*[录次]")
_ISSUE = re.compile(r"([12]\d{3})\s*年\s*第\s*(\d{1,3})\s*期")
_HEAD_OF_SERIES = re.compile(r"^(?!.*关于).{2,30}(?:令|公告|通告)$")
_SERIAL = re.compile(
    r"^[（(]?\s*(?:[〔\[（(]?\s*[12]\d{3}\s*[〕\]）)]?\s*年?\s*)?第?\s*[\d一二三四五六七八九十百〇零]{1,6}\s*号\s*[）)]?$"
)
_ENTRY_HEAD = re.compile(r"[○●◎]|目[录次]|[（(]\d{1,3}[）)]|文件(?=.{0,20}关于)|期[）)]|出版|\d日")
_LABEL = re.compile(
    r"^(?:标\s*题|发文机关|发布机构|发布机关|成文日期|发文日期|发布日期|索\s*引\s*号|主题分类|主题词|"
    r"有效性|发文字号|文\s*号|公开方式|公开类别|生成日期|名\s*称)\s*[：:]"
)
_SALUTATION = re.compile(
    r"^.{0,200}(?:各|政府|单位|部门|委员会|公司|同志|通告如下|公告如下).{0,60}[：:]$"
)


@dataclass
class Draft:
    """The paragraphs of one document; `title_at` is the index of its title among them."""

    number: str | None
    paragraphs: list[str]
    title_at: int | None
    masthead: str | None = None
    warnings: list[str] = field(default_factory=list)


def find_documents(paragraphs: list[str]) -> list[Draft]:
    """The documents among `paragraphs`; one draft without a number where none can be told."""
    starts = _starts(paragraphs)
    if not starts:
        return _bare_drafts(paragraphs) if paragraphs else []
    drafts, contents, done = [], [], 0
    listed: set[str] = set()
    for index, (begin, number_at, number) in enumerate(starts):
        contents += _contents(paragraphs[done:begin])
        listed |= listed_titles(paragraphs[done:begin])
        drafts += _between(paragraphs[done:begin], listed)
        end = starts[index + 1][0] if index + 1 < len(starts) else len(paragraphs)
        done = _end_of_body(paragraphs, number_at, end)
        own = _draft(paragraphs[begin:done], number_at - begin, number)
        drafts += _parted(own, paragraphs[begin:done], number_at - begin, listed)
    drafts = _without_stubs(drafts)
    for draft in drafts:
        draft.warnings += _contents_warnings(draft, contents, drafts)
    return drafts


def _between(paragraphs: list[str], listed: set[str]) -> list[Draft]:
    """Documents without a number after the contents page and before the first numbered one."""
    body = next((i for i, p in enumerate(paragraphs) if len(p) > 40 and p.endswith("。")), None)
    if body is None:
        return []
    # The last line that reads like the title, not its entry in the contents.
    starts = [i for i in unnumbered_starts(paragraphs, 0, listed) if not _is_entry(paragraphs, i)]
    ends = [*starts[1:], len(paragraphs)][: len(starts)]
    return [
        Draft(None, restore_order(paragraphs[begin:end]), 0)
        for begin, end in zip(starts, ends, strict=True)
    ]


def _is_entry(paragraphs: list[str], index: int) -> bool:
    """Whether more lines of a contents page follow rather than sentences."""
    following = paragraphs[index + 1 : index + 5]
    return not any(is_closed(each) and len(each) > 12 for each in following)


def _parted(own: Draft, paragraphs: list[str], number_at: int, listed: set[str]) -> list[Draft]:
    """`own` and the documents without a number that follow it before the next number."""
    title = own.paragraphs[own.title_at] if own.title_at is not None else ""
    starts = unnumbered_starts(paragraphs, number_at + 4, listed, title)
    if not starts:
        return [own]
    ends = [*starts[1:], len(paragraphs)]
    return [
        _draft(paragraphs[: starts[0]], number_at, str(own.number)),
        *(
            Draft(None, restore_order(paragraphs[begin:end]), 0)
            for begin, end in zip(starts, ends, strict=True)
        ),
    ]


def gazette_of(lines: list[str]) -> str | None:
    """2018年第5期 where one of the first lines says so."""
    for line in lines[:120]:
        match = _ISSUE.search(line[:80])
        if match and len(line) < 80:
            return f"{match.group(1)}年第{int(match.group(2))}期"
    return None


def _end_of_body(paragraphs: list[str], begin: int, end: int) -> int:
    """Where the document ends: before the imprint or the contents of the next issue."""
    for index in range(begin, end):
        if len(paragraphs[index]) > 80:
            continue
        near = paragraphs[index : index + 8]
        if _CONTENTS.match(paragraphs[index]) and any(_ISSUE.search(p) for p in near[:4]):
            return index
        if is_imprint(paragraphs[index]) and sum(map(is_imprint, near)) >= 3:
            return index
    return end


def _starts(paragraphs: list[str]) -> list[tuple[int, int, str]]:
    """(first paragraph, paragraph that holds the number, number) of every document."""
    starts: list[tuple[int, int, str]] = []
    in_contents = False
    for index, paragraph in enumerate(paragraphs):
        if len(paragraph) > 60:
            continue
        if _CONTENTS.match(paragraph):
            in_contents = True
            continue
        found = _start_at(paragraphs, index, in_contents)
        if found and (not starts or found[0] > starts[-1][1]):
            starts.append(found)
            in_contents = False
    return starts


def _start_at(paragraphs: list[str], index: int, in_contents: bool) -> tuple[int, int, str] | None:
    paragraph = paragraphs[index]
    before = paragraphs[index - 1] if index else ""
    if _SERIAL.match(paragraph) and _HEAD_OF_SERIES.match(before):
        number = canonical_number(before + paragraph)
        return (index - 1, index, number) if number else None
    number = number_of_line(paragraph)
    if number is None:
        return None
    if _LABEL.match(paragraph):
        if not _has_body(paragraphs, index):
            return None  # an entry in a list of documents
        begin = index
        while begin and _LABEL.match(paragraphs[begin - 1]):
            begin -= 1
        return begin, index, number
    begin = index - 1 if is_masthead(before) else index
    if begin < index:
        return begin, index, number
    if in_contents and not _has_body(paragraphs, index):
        return None
    if any(_is_title(p) for p in paragraphs[index + 1 : index + 3]):
        return (index, index, number) if _is_boundary(before) else None
    if _is_title(before):
        return index - 1, index, number
    following = paragraphs[index + 1 : index + 4]
    opens = "令第" in number or any(_SALUTATION.match(p) for p in following)
    return (index, index, number) if opens and _is_boundary(before) else None


def _has_body(paragraphs: list[str], index: int) -> bool:
    """Whether sentences follow the number before the next number does."""
    for paragraph in paragraphs[index + 1 : index + 8]:
        if number_of_line(paragraph) is not None:
            return False
        if _SALUTATION.match(paragraph) or (len(paragraph) > 25 and paragraph.endswith("。")):
            return True
    return False


def _is_title(paragraph: str) -> bool:
    return (
        4 <= len(paragraph) <= 160
        and ends_like_title(paragraph)
        and not is_closed(paragraph)
        and not is_masthead(paragraph)
        and marker_of(paragraph) is None
        and number_of_line(paragraph) is None
        and annex_label(paragraph) is None
    )


def _is_boundary(before: str) -> bool:
    """Whether a document can begin after this paragraph."""
    return (
        not before
        or is_closed(before)
        or is_date(before)
        or is_issuer(before)
        or is_publicity_note(before)
        or is_masthead(before)
        or "｜" in before
        or len(before) < 40
    )


def _draft(paragraphs: list[str], number_at: int, number: str) -> Draft:
    masthead = paragraphs[0] if number_at > 0 and is_masthead(paragraphs[0]) else None
    body = paragraphs[1:] if masthead else paragraphs
    number_at -= 1 if masthead else 0
    body = restore_order(body)
    is_order = "令第" in number or "公告" in number or "通告" in number
    title_at = None
    if number_at > 0 and _is_title(body[0]) and not _HEAD_OF_SERIES.match(body[0]):
        title_at = 0
    else:
        title_at = _title_index(body, number_at + 1, 14 if is_order else 4)
    return Draft(number, body, title_at, masthead)


def _title_index(body: list[str], first: int, reach: int) -> int | None:
    """The paragraph that is the title: the first that reads like one, else the first short one."""
    window = range(first, min(first + reach, len(body)))
    for index in window:
        if _is_title(body[index]):
            return index
    for index in window:
        if len(body[index]) <= 100 and not is_closed(body[index]) and "：" not in body[index]:
            return index
    return None


def _bare_drafts(paragraphs: list[str]) -> list[Draft]:
    """The documents of a file that has no number at all; usually one."""
    starts = [0, *unnumbered_starts(paragraphs, 4, ())]
    if not any(is_date(each) for each in paragraphs[: starts[-1]]):
        starts = [0]
    ends = [*starts[1:], len(paragraphs)]
    return [_bare_draft(paragraphs[begin:end]) for begin, end in zip(starts, ends, strict=True)]


def _bare_draft(paragraphs: list[str]) -> Draft:
    """A page without a number: its title is the first title-like paragraph, or the first one."""
    body = restore_order(paragraphs)
    first = next((i for i, p in enumerate(body[:6]) if not is_masthead(p)), 0)
    title_at = next((i for i in range(first, min(len(body), 6)) if _is_title(body[i])), first)
    masthead = next((p for p in body[:title_at] if is_masthead(p)), None)
    return Draft(None, body, title_at, masthead)


def restore_order(paragraphs: list[str]) -> list[str]:
    """Puts back what a scan tore out: a signature in mid-sentence, a lone full stop."""
    restored = _full_stops_put_back(paragraphs)
    for index in range(1, len(restored) - 2):
        before, issuer, date, after = restored[index - 1 : index + 3]
        if (
            is_date(date)
            and is_issuer(issuer)
            and len(before) > 20
            and before[-1] not in "。！？；：）)”》"
            and not ends_like_title(before)
            and marker_of(after) is None
            and annex_label(after) is None
            and not is_publicity_note(after)
            and is_closed(after)
        ):
            rest = [*restored[: index - 1], before + after, *restored[index + 3 :]]
            return _with_signature(rest, [issuer, date], index - 1)
    return restored


def _with_signature(paragraphs: list[str], signature: list[str], torn: int) -> list[str]:
    """The signature after the letter that it belongs to, before the note on publicity."""
    for index in range(torn):
        if is_publicity_note(paragraphs[index]):
            return paragraphs[:index] + signature + paragraphs[index:]
    for index in range(torn - 1):
        if _SALUTATION.match(paragraphs[index]):
            return paragraphs[: index + 2] + signature + paragraphs[index + 2 :]
    return paragraphs + signature


def _full_stops_put_back(paragraphs: list[str]) -> list[str]:
    """A full stop alone in its line goes to the last sentence that lacks one.

    Between the two stands what the scan put in the wrong place (the rest of a list), which then
    goes before that sentence.
    """
    restored: list[str] = []
    for paragraph in paragraphs:
        if paragraph not in ("。", "；"):
            restored.append(paragraph)
            continue
        for index in range(len(restored) - 1, max(-1, len(restored) - 40), -1):
            if len(restored[index]) > 40 and not is_closed(restored[index]):
                sentence = restored.pop(index) + paragraph
                restored.append(sentence)
                break
        else:
            restored.append(paragraph)
    return restored


def _without_stubs(drafts: list[Draft]) -> list[Draft]:
    """Of several drafts with one number, the longest: the others were lists of contents."""
    longest: dict[str | None, int] = {}
    for draft in drafts:
        size = sum(map(len, draft.paragraphs))
        longest[draft.number] = max(size, longest.get(draft.number, 0))
    return [
        d
        for d in drafts
        if d.number is None
        or sum(map(len, d.paragraphs)) == longest[d.number]
        or sum(map(len, d.paragraphs)) > 400
    ]


def _contents(paragraphs: list[str]) -> list[tuple[str, str]]:
    """(number, title) of every entry in the table of contents."""
    begin = next((i for i, p in enumerate(paragraphs) if _CONTENTS.match(p)), None)
    if begin is None:
        return []
    text = re.sub(r"\s", "", "".join(paragraphs[begin:])[:20000])
    entries, done = [], 0
    for number, start, end in find_numbers(text):
        title = _ENTRY_HEAD.split(text[done:start])[-1]
        entries.append((number, title.strip("（([ .…·")))
        done = end
    return entries


def _contents_warnings(
    draft: Draft, contents: list[tuple[str, str]], drafts: list[Draft]
) -> list[str]:
    if draft.title_at is None:
        return []
    title = _bare(draft.paragraphs[draft.title_at])
    numbers = {d.number for d in drafts}
    for number, listed in contents:
        if number == draft.number and listed and _bare(listed) != title:
            if _is_alike(_bare(listed), title):
                return [f"目录所列标题与正文不同：{listed}"]
        elif number not in numbers and _bare(listed) == title:
            return [f"目录所列文号与正文不同：{number}"]
    return []


def _bare(title: str) -> str:
    return re.sub(r"[^\u3400-\u9fff0-9]", "", title)


def _is_alike(one: str, other: str) -> bool:
    shared = len(set(one) & set(other))
    return abs(len(one) - len(other)) <= 6 and shared >= 0.6 * len(set(other))
