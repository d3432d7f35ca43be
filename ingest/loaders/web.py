"""Reads web pages as government sites publish documents.

In goes a file's bytes; out comes one text: the page's particulars (索引号, 发文机关, 发文字号 …) as
front matter, then its paragraphs and tables without navigation, scripts and styles. Imports lxml
when called, ingest.files, ingest.front_matter, ingest.markers and its sibling modules.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any

from ingest.files import decode_text
from ingest.front_matter import with_front_matter
from ingest.loaders.fields import OTHER_LABELS, clean_value, field_of
from ingest.loaders.loaded import CONTROL, Loaded, broken, lay_out
from ingest.markers import ends_like_title
from vectorstore.errors import UnreadableFile


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{2,20})""", re.I)
_DROPPED = _names(
    "script style nav header footer aside form iframe noscript select option button template "
    "svg object video audio head input textarea"
)
_BLOCKS = _names(
    "p div section article main h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table tbody thead tfoot tr td "
    "th center blockquote pre address figure body ucapcontent hr fieldset caption"
)
_FURNITURE_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav|menu|foot|footer|header|head|top|crumbs?|breadcrumb|position|location|"
    r"share|bdshare\w*|related|sidebar|side|print|search|toolbar|login|banner|pager|pagination|"
    r"copyright|qrcode|ewm|links?|friendlink|dqwz|weizhi|wz)(?:$|[\s_\d-])",
    re.IGNORECASE,
)
_FURNITURE_LINE = re.compile(
    r"(?:您?(?:当前|现在)?的?(?:所在)?位置\s*[：:]|首页\s*[>＞»]|字\s*[号体](?:大小)?\s*[：:]|分享到|【?(?:打印|关闭|"
    r"字体)|扫一扫|上一[篇条]|下一[篇条]|版权所有|主办单位?\s*[：:]|承办单位?\s*[：:]|网站标识码|[\u3400-\u9fff]?ICP备|"
    r".{0,3}公网安备|浏览次数|来源\s*[：:].{0,30}$|责任编辑|发布时间\s*[：:]|.{0,6}(?:返回顶部|设为首页|加入收藏)).{0,120}"
)
_MAIN = re.compile(
    r"(?:^|[\s_-])(?:UCAP-CONTENT|TRS_Editor|TRS_UEDITOR|view|zoom|zoomcon|article[-_]?(?:content|"
    r"body|con|text|main)?|pages_content|news_content|content(?:[-_]?(?:text|body|main))?|"
    r"main-?text|detail(?:[-_]?(?:content|con))?|xxgk_content|conTxt)(?:$|\s)",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"[【\[]?\s*([\u3400-\u9fff ]{2,12}?)\s*[】\]]?\s*(?:([：:])\s*(.*))?")
_MAIN_SHARE = 0.9
_LONGEST_CELL = 800


def load_web(data: bytes, name: str) -> Loaded:
    """The document of a web page; `UnreadableFile` when the page holds no text."""
    tree = _tree(_decoded(data, name))
    if tree is None:
        raise broken(name, "HTML", "HTML")
    fields = _take_particulars(tree)
    title = _page_title(tree)
    body = _body(tree)
    if not body.strip():
        raise UnreadableFile(
            f"{name} is a web page without text; save the page of the document itself.",
            f"{name} 是没有正文的网页，请保存文件正文所在的页面。",
        )
    if title and "title" not in fields and _squeezed(title) not in _squeezed(body[:2000]):
        fields["title"] = title
    return Loaded((with_front_matter(fields, body),))


def page_body(markup: str) -> str:
    """The text of a piece of HTML."""
    tree = _tree(markup)
    return _body(tree) if tree is not None else ""


def _decoded(data: bytes, name: str) -> str:
    """By its mark, then as its meta element says, then as any text."""
    named = _META_CHARSET.search(data[:4096])
    if named and not data.startswith((codecs.BOM_UTF8, b"\xff\xfe", b"\xfe\xff")):
        encoding = named.group(1).decode("ascii").lower()
        encoding = "gb18030" if encoding.startswith("gb") else encoding
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            pass
    return decode_text(data, name)


def _tree(markup: str) -> Any:
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    # lxml reads control characters but refuses to move them.
    data = CONTROL.sub("", markup).encode("utf-8", "replace")
    try:
        return html.document_fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def _page_title(tree: Any) -> str:
    """The title that the page states outside its text."""
    for path in ("//meta[@name='ArticleTitle']/@content", "//h1", "//h2", "//title"):
        for found in tree.xpath(path):
            text = found if isinstance(found, str) else found.text_content()
            text = re.sub(r"\s+", "", text)
            text = text if "ArticleTitle" in path else re.split(r"[_|｜]|[-—]{1,2}", text)[0]
            if 4 <= len(text) <= 160 and ends_like_title(text):
                return text
    return ""


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def _take_particulars(tree: Any) -> dict[str, str]:
    """The particulars that the page lists; the elements that list them are taken out."""
    fields: dict[str, str] = {}
    labelled: list[tuple[Any, bool]] = []
    for element in tree.iter("td", "th", "li", "p", "div", "span", "dt", "dd", "b", "strong"):
        if any(child.tag in _BLOCKS for child in element.iterdescendants()):
            continue
        text = re.sub(r"\s+", " ", element.text_content()).strip()
        label, value, is_alone = _label_and_value(element, text)
        field = field_of(label)
        if value is None or (field in (None, "body") and _squeezed(label) not in OTHER_LABELS):
            continue
        labelled.append((element, is_alone))
        cleaned = clean_value(field, value) if field and field != "body" else ""
        if field and cleaned:
            fields.setdefault(field, cleaned)
    if len(labelled) < 3:
        return {}
    for element, is_alone in labelled:
        _remove(element, is_alone)
    return fields


def _label_and_value(element: Any, text: str) -> tuple[str, str | None, bool]:
    """(label, value, whether the value stands in the next element); no value where no label."""
    match = _LABELLED.fullmatch(text)
    if not match or len(text) > 200:
        return "", None, False
    label, colon, value = _squeezed(match.group(1)), match.group(2), match.group(3) or ""
    if value.strip():
        return label, value.strip(), False
    following = element.getnext()
    tail = (element.tail or "").strip(" \t\r\n\u3000\u00a0：:")
    if tail:
        return label, tail, True
    if following is None or (not colon and element.tag not in ("td", "th", "dt")):
        return "", None, False
    value = re.sub(r"\s+", " ", following.text_content()).strip()
    # A table with columns of these names lists other documents.
    is_header = field_of(value) is not None or _squeezed(value).rstrip("：:") in OTHER_LABELS
    return ("", None, False) if is_header or len(value) > 200 else (label, value, True)


def _remove(element: Any, with_next: bool) -> None:
    following = element.getnext() if with_next and not (element.tail or "").strip() else None
    if with_next and following is None:
        element.tail = None
    for each in (element, following):
        if each is not None and each.getparent() is not None:
            each.drop_tree()


def _body(tree: Any) -> str:
    for element in [e for e in tree.iter() if _is_furniture(e)]:
        if element.getparent() is not None and element.tag != "body":
            element.drop_tree()
    container = _main_element(tree)
    paragraphs = [p for p in _paragraphs(container) if not _FURNITURE_LINE.fullmatch(p.strip())]
    return lay_out(paragraphs)


def _is_furniture(element: Any) -> bool:
    if not isinstance(element.tag, str) or element.tag in _DROPPED:
        return True
    if element.tag not in ("div", "ul", "ol", "section", "table", "p", "span"):
        return False
    name = f"{element.get('id', '')} {element.get('class', '')}"
    hidden = re.search(r"display\s*:\s*none", element.get("style", ""), re.IGNORECASE)
    named = _FURNITURE_NAME.search(name) and element.text_content().count("。") < 3
    return bool(hidden or named) or _is_link_list(element)


def _is_link_list(element: Any) -> bool:
    links = element.findall(".//a")
    if len(links) < 4:
        return False
    linked = sum(len(_squeezed(link.text_content())) for link in links)
    return linked > 0.7 * len(_squeezed(element.text_content()))


def _main_element(tree: Any) -> Any:
    """The smallest element named like a page's main text that holds nearly all sentences."""
    body = tree.find("body") if tree.find("body") is not None else tree
    whole = body.text_content().count("。")
    best, size = body, len(body.text_content())
    for element in body.iter("div", "article", "section", "main", "ucapcontent", "td"):
        if not _MAIN.search(f"{element.get('id', '')} {element.get('class', '')}"):
            continue
        text = element.text_content()
        if text.count("。") >= max(1, _MAIN_SHARE * whole) and len(text) < size:
            best, size = element, len(text)
    return best


def _paragraphs(element: Any) -> list[str]:
    """The paragraphs below `element`; forced line breaks are \\n, table rows hold tabs."""
    done: list[str] = []
    open_text: list[str] = []

    def close() -> None:
        text = "".join(open_text)
        open_text.clear()
        if text.strip():
            done.append(text)

    def walk(node: Any) -> None:
        add(node.text)
        for child in node:
            if child.tag == "br":
                open_text.append("\n")
            elif child.tag == "table" and _is_data(child):
                close()
                done.extend(_rows(child))
            elif child.tag in _BLOCKS:
                close()
                walk(child)
                close()
            elif child.tag not in _DROPPED:
                walk(child)
            add(child.tail)

    def add(text: str | None) -> None:
        if text:
            open_text.append(re.sub(r"[ \t\r\n\f]+", " ", text))

    walk(element)
    close()
    return done


def _is_data(table: Any) -> bool:
    """Whether the table holds data rather than laying out the page."""
    if table.find(".//table") is not None:
        return False
    rows = list(table.iter("tr"))
    several = sum(len(row.findall("td")) + len(row.findall("th")) > 1 for row in rows)
    longest = max((len(cell.text_content()) for cell in table.iter("td", "th")), default=0)
    return 2 * several > len(rows) and longest <= _LONGEST_CELL


def _rows(table: Any) -> Iterator[str]:
    """One tab-separated line a row; a cell that spans rows is repeated in each of them."""
    open_cells: dict[int, tuple[str, int]] = {}
    for row in table.iter("tr"):
        texts: list[str] = []
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        column = 0
        while cells or column in open_cells:
            if column in open_cells:
                text, left = open_cells.pop(column)
                if left > 1:
                    open_cells[column] = (text, left - 1)
                texts.append(text)
                column += 1
                continue
            cell = cells.pop(0)
            text = re.sub(r"\s+", " ", cell.text_content()).strip()
            if (rows := _number(cell.get("rowspan"))) > 1:
                open_cells[column] = (text, rows - 1)
            texts.append(text)
            column += _number(cell.get("colspan"))
        if any(texts):
            yield "\t".join(texts)


def _number(value: str | None) -> int:
    return min(int(value), 1000) if value and value.isdecimal() and int(value) else 1
