"""Reads the outline of a document: parts (letter, plan, annexes), chapters, articles, items.

In go the paragraphs of one document; out come trees of nodes, one tree per part, in which every
paragraph belongs to exactly one node. Imports ingest.annexes, ingest.markers and ingest.lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.annexes import AnnexList, list_of_annexes
from ingest.lines import CELL
from ingest.markers import (
    Marker,
    annex_label,
    ends_like_title,
    is_attachment_list,
    is_closed,
    is_date,
    is_footer,
    is_issuer,
    is_publicity_note,
    marker_of,
)

_SHORT_HEADING = 20
_RUN_IN = re.compile(r"^([\u3400-\u9fff“”、，A-Za-z0-9+]{3,18})。(?=.{12})")
_COMRADE = re.compile(r"^([\u3400-\u9fff]{2,4}同志)[ ：]")
_QUOTED = re.compile(r"《([^《》]{4,120}(?:〈[^〈〉]*〉[^《》]{0,60})?)》")
_MARKDOWN = re.compile(r"^(#{1,6})\s+(.+)$")
_ANNEX_HEADING = re.compile(
    r"^#{1,6}\s+(附\s*件\s*(?:[0-9]+|[一二三四五六七八九十]*(?=\s*[：:]|\s|$)))\s*[：:]?\s*(.*)$"
)
_CLOSING = re.compile(
    r"^(?:本|此)(?:规定|办法|方案|意见|政策|通知|制度|细则|决定|条例|通告|公告|措施)"
    r".{0,30}(?:施行|实施|执行|有效)|^《.{4,120}》.{0,60}同时废止"
)


@dataclass
class Node:
    """A place in the outline: its own paragraphs (indices) and the places below it."""

    label: str
    style: str
    rank: float
    value: int = 0
    heading: str = ""
    own: list[int] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    parent: Node | None = field(default=None, repr=False)

    def last(self) -> int:
        """The index of the last paragraph in the node or below it."""
        lasts = [self.own[-1]] if self.own else []
        return max(lasts + [child.last() for child in self.children[-1:]], default=-1)


@dataclass
class Part:
    """The letter, the plan sent with it, or an annex.

    `prefix` opens its locators; `lead` is the locator of what stands before its first heading.
    """

    prefix: str
    title: str
    root: Node
    lead: str

    @property
    def has_text(self) -> bool:
        """Whether anything follows the title."""
        return bool(self.root.own or self.root.children)


def read_outline(paragraphs: list[str], first: int, title_at: int | None, title: str) -> list[Part]:
    """The parts of the document from paragraph `first` on; the title belongs to none."""
    listed = list_of_annexes(paragraphs, first)
    found = _parts(paragraphs, first, title_at, listed)
    has_plan = any(not prefix and not is_letter for prefix, _, _, is_letter in found)
    letter = "正文" if not has_plan else "通知" if title.endswith("通知") else "印发说明"
    return [
        Part(prefix, name, _tree(paragraphs, indices, listed), letter if is_letter else "正文")
        for prefix, name, indices, is_letter in found
    ]


def _parts(
    paragraphs: list[str], first: int, title_at: int | None, listed: AnnexList
) -> list[tuple[str, str, list[int], bool]]:
    expected = _expected_titles(paragraphs, first, listed)
    parts: list[tuple[str, str, list[int], bool]] = [("", "", [], True)]
    index = first
    while index < len(paragraphs):
        text = paragraphs[index]
        if index == title_at:
            parts.append(("", "", [], False))
        elif index in listed.indices:
            parts[-1][2].append(index)
        elif (label := annex_label(text)) is not None:
            has_title = index + 1 < len(paragraphs) and _is_part_title(paragraphs[index + 1])
            parts.append((label, paragraphs[index + 1] if has_title else "", [], False))
            index += int(has_title)
        elif (annexed := _ANNEX_HEADING.match(text)) is not None:
            parts.append((annex_label(annexed[1]) or "附件", annexed[2], [], False))
        elif announced := _announced_title(paragraphs, index, expected):
            parts.append((expected.pop(_bare(announced)), announced, [], False))
            index += int(announced != text)
        elif _follows_letter(paragraphs, index, first) and _is_part_title(text):
            parts.append(("", text, [], False))
        else:
            parts[-1][2].append(index)
        index += 1
    return [part for part in parts if part[2] or part[0]]


def _expected_titles(paragraphs: list[str], first: int, listed: AnnexList) -> dict[str, str]:
    """Titles that the letter announces, with the label of their annex ('' for a plan)."""
    expected: dict[str, str] = {}
    for index, text in enumerate(paragraphs[first:], first):
        if index not in listed.indices and len(text) < 600 and not expected:
            for match in _QUOTED.finditer(text):
                if re.search("印发|公布|发布|下发|同意|通过|转发|施行", text):
                    expected.setdefault(_bare(match.group(1)), "")
    return expected | {_bare(title): label for label, title in listed.entries}


def _announced_title(paragraphs: list[str], index: int, expected: dict[str, str]) -> str | None:
    """The title that the letter announces, if it stands here, in one paragraph or in two."""
    text = paragraphs[index]
    if not _is_part_title(text):
        return None
    following = "".join(paragraphs[index + 1 : index + 2])
    return next((each for each in (text, text + following) if _bare(each) in expected), None)


def _follows_letter(paragraphs: list[str], index: int, first: int) -> bool:
    if index <= first:
        return False
    before = paragraphs[index - 1]
    return (is_date(before) or is_publicity_note(before)) and ends_like_title(paragraphs[index])


def _is_part_title(text: str) -> bool:
    return (
        2 < len(text) <= 100
        and not is_closed(text)
        and CELL not in text
        and marker_of(text) is None
        and not is_date(text)
    )


def _bare(title: str) -> str:
    return re.sub(r"[\s《》〈〉“”（）()]", "", title)


def _tree(paragraphs: list[str], indices: list[int], listed: AnnexList) -> Node:
    root = Node("", "part", 0)
    builder = _Builder(paragraphs, root, listed)
    for position, index in enumerate(indices):
        following = indices[position + 1] if position + 1 < len(indices) else None
        builder.add(index, following)
    _open_run_ins(paragraphs, root)
    return root


class _Builder:
    """Hangs paragraph after paragraph into the tree."""

    def __init__(self, paragraphs: list[str], root: Node, listed: AnnexList):
        self._paragraphs = paragraphs
        self._stack = [root]
        self._quoted = 0
        self._listed = listed.indices

    def add(self, index: int, following: int | None) -> None:
        text = self._paragraphs[index]
        if CELL in text:
            self._add_row(index)
            return
        if self._stack[-1].style == "table":
            self._stack.pop()
        if self._quoted > 0 and not text.startswith("第") and len(self._stack) > 1:
            self._stack[-1].own.append(index)
            self._count_quotes(text)
            return
        self._quoted = 0
        if index in self._listed:
            self._close(index, "foot")
            return
        markdown = _MARKDOWN.match(text)
        marker = marker_of(markdown.group(2) if markdown else text)
        if marker:
            self._open(index, marker, markdown.group(2) if markdown else text)
        elif markdown:
            depth = len(markdown.group(1))
            self._push(Node(markdown.group(2), "#", depth / 10, 0, markdown.group(2), [index]))
        elif _is_foot(text) or text.startswith("特此") or _closes(text):
            self._close(index, "closing" if _closes(text) else "foot")
        elif self._is_plain_heading(text, following):
            self._push(Node(text, "plain", 2.5, 0, text, [index]))
        else:
            self._stack[-1].own.append(index)
        self._count_quotes(text)

    def _count_quotes(self, text: str) -> None:
        """Inside a quotation of several paragraphs the markers are another document's."""
        self._quoted += text.count("“") - text.count("”")
        opened = self._paragraphs[self._stack[-1].own[0]] if self._stack[-1].own else text
        if self._quoted < 0 or not re.search(r"修改为|增加|规定[：:]|如下[：:]", opened):
            self._quoted = 0

    def _open(self, index: int, marker: Marker, text: str) -> None:
        node = Node(
            marker.label, marker.style, marker.rank, marker.value, _heading(text, marker), [index]
        )
        styles = [n.style for n in self._stack]
        if marker.style in styles:
            del self._stack[styles.index(marker.style) :]
        else:
            self._pop_deeper(marker)
        self._push_under_top(node)

    def _pop_deeper(self, marker: Marker) -> None:
        while len(self._stack) > 1 and self._stack[-1].rank > marker.rank:
            top = self._stack[-1]
            lead = self._paragraphs[top.own[-1]] if top.own else ""
            if marker.value == 1 and lead.endswith(("：", ":")) and top.style != "plain":
                return
            self._stack.pop()

    def _push(self, node: Node) -> None:
        while len(self._stack) > 1 and self._stack[-1].rank >= node.rank:
            self._stack.pop()
        self._push_under_top(node)

    def _push_under_top(self, node: Node) -> None:
        node.parent = self._stack[-1]
        self._stack[-1].children.append(node)
        self._stack.append(node)

    def _add_row(self, index: int) -> None:
        if self._stack[-1].style != "table":
            self._push_under_top(Node("表", "table", 20))
        self._stack[-1].own.append(index)

    def _close(self, index: int, style: str) -> None:
        """The foot of the part: it belongs to no article or item."""
        del self._stack[1:]
        children = self._stack[0].children
        if style == "foot" and not children:
            self._stack[0].own.append(index)
        elif children and children[-1].style == style:
            children[-1].own.append(index)
        else:
            label = "" if style == "foot" else "结尾"
            node = Node(label, style, 30, 0, "", [index], [], self._stack[0])
            children.append(node)

    def _is_plain_heading(self, text: str, following: int | None) -> bool:
        if not 2 <= len(text) <= _SHORT_HEADING or is_closed(text) or following is None:
            return False
        if text.endswith("负责）") or re.fullmatch("（[^（）]*）", text):
            return False  # who is responsible for what stands above
        if not re.fullmatch(r"[\u3400-\u9fff“”、（）]+", text) or " " in text:
            return False
        after = self._paragraphs[following]
        return marker_of(after) is not None or CELL in after or len(after) > 40


def _closes(text: str) -> bool:
    """Whether the paragraph says when the document takes effect and what it repeals."""
    return bool(_CLOSING.search(text)) or (len(text) <= 160 and text.endswith("同时废止。"))


def _is_foot(text: str) -> bool:
    return (
        is_date(text)
        or is_publicity_note(text)
        or is_footer(text)
        or is_attachment_list(text)
        or (is_issuer(text) and len(text) < 30 and not is_closed(text))
    )


def _heading(text: str, marker: Marker) -> str:
    """The heading that a marked paragraph opens with, or its marker alone."""
    rest = text[marker.end :].strip()
    first = re.split(r"[。；：:]", rest, maxsplit=1)[0]
    longest = 24 if marker.style == "条" else 45
    if not first or len(first) > longest:
        return marker.label
    ended = rest[len(first) : len(first) + 1]
    if ended == "。" or (not ended and not is_closed(rest)) or marker.style in "编章节":
        space = " " if marker.style in ("编", "章", "节", "条") else ""
        return f"{marker.label}{space}{first}"
    return marker.label


def _open_run_ins(paragraphs: list[str], node: Node) -> None:
    """Paragraphs that open with a heading of their own (坚持城乡统筹。…) become children."""
    for child in node.children:
        _open_run_ins(paragraphs, child)
    if node.style in ("table", "foot", "closing"):
        return
    begin = 0 if node.style == "part" else 1
    names = [_run_in(paragraphs[i]) if p >= begin else None for p, i in enumerate(node.own)]
    if sum(name is not None for name in names) < 2:
        return
    own: list[int] = []
    opened: list[Node] = []
    for index, name in zip(node.own, names, strict=True):
        if opened and node.style == "part" and _is_foot(paragraphs[index]):
            if opened[-1].style != "foot":
                opened.append(Node("", "foot", 30, parent=node))
            opened[-1].own.append(index)
        elif name:
            opened.append(Node(name, "run-in", 15, 0, name, [index], [], node))
        elif opened:
            opened[-1].own.append(index)
        else:
            own.append(index)
    node.own = own
    node.children = opened + node.children


def _run_in(text: str) -> str | None:
    match = _RUN_IN.match(text) or _COMRADE.match(text)
    return match.group(1) if match else None
