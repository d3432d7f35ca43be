"""Joins printed lines to paragraphs: one paragraph, heading, item or table row each.

In go the lines of one document; out come its paragraphs with the spaces of typesetting removed.
Two layouts occur: text that keeps its printed lines (every line is about as wide as the page),
and text whose lines were joined except where a page ended. In both a sentence goes on over the
break; a heading, an item or a signature never does. Imports ingest.markers only.
"""

from __future__ import annotations

import re
from collections import Counter

from ingest.markers import (
    annex_label,
    ends_like_title,
    is_attachment_list,
    is_closed,
    is_date,
    is_issuer,
    is_masthead,
    is_publicity_note,
    marker_of,
    number_of_line,
)

CELL = "｜"
# A paragraph that a page break cut ends with a full printed line.
_PAGE_LINE = 30
_OPENING = "（(《〈“‘【〔"
# Two characters, less what punctuation in the line may be squeezed by.
_PRINTED_INDENT = 1.4
_HAN = r"\u3400-\u9fff"
_WIDE = rf"{_HAN}，。、；：？！“”‘’（）《》〈〉〔〕【】「」—…％㎡‰×÷○"
_TYPESETTING_SPACE = re.compile(rf"(?<=[{_WIDE}]) +| +(?=[{_WIDE}])")
_BULLET = re.compile(r"^\s*(?:[-*•●▪◆]\s+)(?=\S)")
_ASCII_JOIN = re.compile(r"[A-Za-z]$")
_MARKDOWN_HEADING = re.compile(r"^#{1,6} (?=\S)")
_MARKDOWN_ROW = re.compile(r"^\|.*\|.*\|$")
_MARKDOWN_RULE = re.compile(r"^\|[\s:|-]+\|$")
_CONTENTS = re.compile(r"目\s*[录次]|[○●◎]|.{0,20}[12]\d{3}\s*年\s*第\s*\d+\s*期")
_PAGE_NUMBER = re.compile(
    r"[-—－·]+\s*\d{1,4}\s*[-—－·]+|第\s*\d{1,4}\s*页(?:\s*[，,/]?\s*共\s*\d{1,4}\s*页)?"
)
_RUNNING_HEAD = re.compile(
    r"(?:\d{1,4}\s*)?.{2,20}公报\s*.{0,6}[12]\d{3}\s*年\s*第\s*\d{1,3}\s*期.{0,12}"
)
_INDENT = re.compile(r" {2,4}(?=\S)")
# 关于…的通知（某政发〔2018〕25号）(5): an entry of a contents page ends with its page number.
_CONTENTS_ENTRY = re.compile(
    r"(?:号|通知|意见|办法|规定|方案|决定|公告|通告)[）)]?\s*[（(]\d{1,3}[）)]$"
)
_CONTINUES = re.compile(r"^\s*[，。、；：？！）》〉”’〕,;:!?)\]％%]|^号[）)》，。]")
_MEMBER = re.compile(
    rf"^(?P<label>[{_HAN} ]{{1,8}}[：:])?\s*"
    rf"(?P<name>[{_HAN}] [{_HAN}]|[{_HAN}]{{2,4}}) +(?P<post>[{_HAN}][{_HAN}（）、 ]{{2,40}})$"
)
_MEMBER_LABEL = re.compile(
    r"^(?:组长|副组长|常务副组长|成员|召集人|副召集人|主任|副主任|委员|编委|总指挥|副总指挥|"
    r"秘书长|顾问|联络员|指挥长|副指挥长)$"
)
_COMRADE = re.compile(rf"^([{_HAN}]) ?([{_HAN}]{{1,3}}同志) +")
_LETTER = re.compile("(?:通知|决定|公告|通告|函|令|意见)$")
# Empty lines part paragraphs where so many lines stand within blocks, so large a share of which
# breaks off, and so small a share at the ends.
_FEW_LINES = 8
_MOSTLY = 0.5
_SELDOM = 0.12
_FULL = 0.78
_STRONG = ("编", "章", "节", "条", "一、")


def join_lines(lines: list[str]) -> list[str]:
    """The paragraphs of `lines`, in order; empty lines are dropped."""
    filled = [line for line in lines if _kept(line)]
    page = _page_width(filled)
    joiner = _Joiner(page, _usual_width(filled, page), _is_indented(filled))
    apart = _first_of_blocks(lines) if page and _are_paragraphs(lines, page) else frozenset()
    for at, line in enumerate(filled):
        joiner.add(line, begins=at in apart)
    return joiner.paragraphs()


def tidy(text: str) -> str:
    """`text` without the spaces that typesetting put between Chinese characters.

    The space after 第一条 and 第一章, and between a name and a post, is kept.
    """
    text = re.sub(r"[ \t]+", " ", text.strip())
    markdown = _MARKDOWN_HEADING.match(text)
    if markdown:
        return markdown.group() + tidy(text[markdown.end() :])
    member = _MEMBER.match(text)
    if member and _is_member(member):
        label = tidy(member["label"] or "")
        return f"{label}{member['name'].replace(' ', '')} {tidy(member['post'])}"
    comrade = _COMRADE.match(text)
    if comrade:
        return f"{comrade[1]}{comrade[2]} {_squeeze(text[comrade.end() :])}"
    marker = marker_of(text)
    if marker and marker.style in ("编", "章", "节", "条"):
        head, rest = text[: marker.end], text[marker.end :].strip()
        return f"{head.replace(' ', '')} {_squeeze(rest)}".rstrip()
    return _squeeze(text)


def width(text: str) -> float:
    """How wide the line is printed, in Chinese characters."""
    text = text.strip()
    # Half as wide as the others are the ASCII characters, and spaces half as wide as those.
    return len(text) - 0.5 * len(text.encode("ascii", "ignore")) - 0.25 * text.count(" ")


def _squeeze(text: str) -> str:
    return _TYPESETTING_SPACE.sub("", text)


def _is_member(match: re.Match[str]) -> bool:
    if match["label"]:
        return bool(_MEMBER_LABEL.match(match["label"].replace(" ", "").rstrip("：:")))
    post = match["post"].replace(" ", "")
    return bool(re.search(r"(?:长|主任|书记|主席|师|员|经理|领导|参谋|主管|干部|副职)$", post))


def _page_width(lines: list[str]) -> float | None:
    """The width of a printed line, or None where paragraphs stand on one line each."""
    widths = sorted(width(line) for line in lines if line.strip() and "\t" not in line)
    if len(widths) < 8:
        return None
    long_lines = sum(w > 60 for w in widths)
    if long_lines > max(1, 0.02 * len(widths)):
        return None
    typical = widths[int(0.9 * (len(widths) - 1))]
    near = [line for line in lines if "\t" not in line and abs(width(line) - typical) <= 3]
    cut = sum(not is_closed(line) for line in near)
    wrapped = len(near) >= 0.3 * len(widths) and cut >= 0.5 * len(near)
    return typical if typical >= 18 and wrapped else None


def _kept(line: str) -> bool:
    return bool(line.strip()) and not _RUNNING_HEAD.fullmatch(line.strip())


def _first_of_blocks(lines: list[str]) -> frozenset[int]:
    """Which of the lines that hold text follow an empty one, counted among these."""
    found, count, empty = set(), 0, False
    for line in lines:
        if not line.strip():
            empty = True
        elif _kept(line):
            if empty:
                found.add(count)
            count, empty = count + 1, False
    return frozenset(found)


def _are_paragraphs(lines: list[str], page: float) -> bool:
    """Whether empty lines part the paragraphs, as in a text file, and do not just stand where a
    page or a column ended: full lines break off in mid-sentence within the blocks, not at their
    ends."""
    first = _first_of_blocks(lines)
    filled = [line for line in lines if _kept(line)]
    cut = [
        not is_closed(line) and width(line) >= _FULL * page and "\t" not in line for line in filled
    ]
    ends = [cut[at - 1] for at in first if at]
    within = [cut[at - 1] for at in range(1, len(filled)) if at not in first]
    return (
        len(within) >= _FEW_LINES
        and sum(within) >= _MOSTLY * len(within)
        and sum(ends) <= _SELDOM * len(ends)
    )


def _usual_width(lines: list[str], page: float | None) -> float:
    """The commonest width of a line that breaks off in mid-sentence; 0 where none is printed."""
    if page is None:
        return 0.0
    widths = Counter(round(2 * width(line)) / 2 for line in lines if not is_closed(line))
    return max((w for w in widths if abs(w - page) <= 3), key=lambda w: (widths[w], w), default=0.0)


def _is_indented(lines: list[str]) -> bool:
    """Whether paragraphs begin with an indent (two wide spaces) throughout the text."""
    return sum(bool(_INDENT.match(line)) for line in lines) > 0.08 * len(lines)


class _Joiner:
    """Collects lines; knows the paragraph being built and what kind of line it began with."""

    def __init__(self, page: float | None, usual: float, indented: bool):
        self._page = page
        self._usual = usual
        self._indented = indented
        self._done: list[str] = []
        self._parts: list[str] = []
        self._widths: list[float] = []
        self._title = False

    def add(self, raw: str, begins: bool = False) -> None:
        """The next line; `begins`: whatever it looks like, it begins a paragraph."""
        bullet = begins or bool(_BULLET.match(raw))
        line = _BULLET.sub("", raw).strip()
        if "\t" in raw.strip() or CELL in line or _MARKDOWN_ROW.match(line):
            self._flush()
            self._add_row(raw.strip("\n"))
            return
        if _PAGE_NUMBER.fullmatch(line):
            return
        begins = bullet or (self._indented and not self._title and bool(_INDENT.match(raw)))
        if self._parts and not begins and self._goes_on(line):
            self._append(line)
            return
        self._flush()
        self._title = self._begins_title(line)
        self._parts, self._widths = [line], [width(line)]

    def _add_row(self, raw: str) -> None:
        """A table row, its cells apart by tabs or by the bars of Markdown."""
        if not _MARKDOWN_ROW.match(raw.strip()):
            self._done.append(CELL.join(tidy(cell) for cell in raw.split("\t")))
        elif not _MARKDOWN_RULE.match(raw.strip()):
            cells = raw.strip().strip("|").split("|")
            self._done.append(CELL.join(tidy(cell) for cell in cells))

    def paragraphs(self) -> list[str]:
        self._flush()
        return self._done

    def _append(self, line: str) -> None:
        if _ASCII_JOIN.search(self._parts[-1]) and re.match("[A-Za-z]", line):
            line = " " + line
        self._parts.append(line)
        self._widths.append(width(line))

    def _flush(self) -> None:
        if self._parts:
            text = tidy("".join(self._parts))
            if text:
                self._done.append(text)
        self._parts, self._widths = [], []

    def _goes_on(self, line: str) -> bool:
        """Whether `line` continues the paragraph being built."""
        last = self._parts[-1]
        if self._title:
            return self._title_goes_on(last, line)
        if _CONTINUES.match(line) and not _is_whole(last):
            return True
        if line.startswith("关于") and is_issuer(last) and len(self._parts) == 1:
            return True
        if last.endswith(("：", ":")) and not self._open_bracket():
            return self._is_closing(line)
        if line.startswith("特此"):
            return False
        if self._is_complete(last) or _is_whole(line) or _CONTENTS_ENTRY.search(last):
            return False
        marker = marker_of(line)
        if last.endswith(("、", "，")) and self._is_full(last):
            return True  # 一、二、|三、四科 is one list, not a heading
        if self._page and is_attachment_list(self._parts[0]) and not marker:
            # A title that is complete may still go on; an office below the list is no title.
            return self._is_full(last) or not (
                ends_like_title("".join(self._parts)) or is_issuer(line)
            )
        open_bracket = self._open_bracket()
        if marker or re.match(r"——|附\s*件\s*[：:0-9]|附\s*[：:]", line):
            if marker and marker.style in _STRONG:
                return False
            return open_bracket and not is_closed(last) and self._is_full(last)
        if open_bracket:
            return True
        if is_closed(last):
            if self._page is None or (not is_closed(line) and width(line) < 0.6 * self._page):
                return False  # a short line without an end is a heading
            narrow = width(line) <= self._usual - _PRINTED_INDENT
            if narrow and not is_closed(line) and line[0] not in _OPENING:
                return False  # the first line of a paragraph lacks what it was indented by
            return self._is_full(last, closed=True)
        return self._is_full(last)

    def _is_complete(self, last: str) -> bool:
        """Whether the line stands alone; a full line that ends in an office's name need not."""
        full = self._page is not None and width(last) >= self._usual - 2.5
        return _is_whole(last) and not (full and is_issuer(last) and annex_label(last) is None)

    def _open_bracket(self) -> bool:
        tail = "".join(self._parts)[-300:]
        for opening, closing in (("（(", "）)"), ("《", "》")):
            opened = sum(map(tail.count, opening)) - sum(map(tail.count, closing))
            if opened > 0 and max(map(tail.rfind, opening)) > tail.rfind("。"):
                return True
        return False

    def _is_closing(self, line: str) -> bool:
        """Whether `line` ends a bracket that holds sentences (…等。完成时限：|6月底）)."""
        tail = "".join(self._parts)[-300:]
        opened = sum(map(tail.count, "（(")) > sum(map(tail.count, "）)"))
        return opened and bool(re.match(r"[^（(）)。]{1,40}[）)]", line))

    def _is_full(self, last: str, closed: bool = False) -> bool:
        """Whether the last line reached the edge of the page, so that the text may go on."""
        if self._page is None:
            return sum(self._widths) >= _PAGE_LINE
        if not closed:
            return self._widths[-1] >= _FULL * self._page
        if len(self._widths) > 1:
            own = max([self._widths[0] + 2, *self._widths[1:-1]])
            return self._widths[-1] >= min(own, self._page) - 1.2
        return self._widths[-1] >= self._page - 3

    def _begins_title(self, line: str) -> bool:
        """Whether `line` may be the first line of a title: it follows a head or a foot."""
        before = self._done[-1] if self._done else ""
        after_head = (
            not before
            or number_of_line(before) is not None
            or annex_label(before) is not None
            or is_masthead(before)
            or is_publicity_note(before)
            or is_date(before)
        )
        if not after_head or _is_whole(line) or is_closed(line) or marker_of(line):
            return False
        if _CONTENTS.match(line) or "：" in line:
            return False
        if line.endswith(("，", "、", ",")):
            return False
        # A line as wide as the page is text, unless it is a title from beginning to end.
        whole = "关于" in line and ends_like_title(line)
        return whole or self._page is None or width(line) < 0.88 * self._page

    def _title_goes_on(self, last: str, line: str) -> bool:
        if line.startswith(("的通知", "的意见", "的", "）", "》")):
            return True
        if _is_whole(line) or is_closed(line) or marker_of(line) or len(self._parts) > 5:
            return False
        title = "".join(self._parts)
        # 关于印发…制度 is no title yet: the letter's own kind is still to come.
        sends = re.search("关于(?:印发|转发|批转|公布)", title)
        whole = ends_like_title(title) and not (sends and not _LETTER.search(title))
        if whole or "：" in line:
            return False
        if "关于" in title and not ends_like_title(title) and ends_like_title(line):
            return True  # what a title lacks, however far its first line reaches
        limit = 0.85 * self._page if self._page else 45
        return width(last) < limit and width(line) < limit


def _is_whole(line: str) -> bool:
    """Whether the line stands alone whatever comes before and after."""
    stripped = line.strip()
    return (
        is_date(stripped)
        or bool(_MARKDOWN_HEADING.match(stripped))
        or annex_label(stripped) is not None
        or is_publicity_note(stripped)
        or is_masthead(stripped)
        or number_of_line(stripped) is not None
        or (
            is_issuer(stripped)
            and len(stripped) <= 24
            and stripped.endswith(("政府", "办公室", "办公厅", "领导小组"))
        )
        or bool(_MEMBER.match(stripped) and _is_member(_MEMBER.match(stripped)))
    )


__all__ = ["CELL", "is_attachment_list", "join_lines", "tidy", "width"]
