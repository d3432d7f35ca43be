"""Document numbers (文号): finds them in any spelling and writes them in one canonical form.

In goes any text (a question, a heading, a citation); out come canonical numbers with their
offsets: 葫政发〔2018〕25号 for letters, 葫芦岛市人民政府令第187号 for orders. Spaces, bracket
shapes, full-width and Chinese digits and a missing 号 make no difference. Pure functions;
imports nothing of the project.
"""

from __future__ import annotations

import re

_OPEN = r"[〔\[［﹝【〖「（(<〈《{｛]"
_CLOSE = r"[〕\]］﹞】〗」）)>〉》}｝]"
_DIGITS = "0-9０-９"
_HAN_DIGITS = "〇○零一二三四五六七八九十百千两"
_HAN = r"\u3400-\u9fff"
_YEAR = rf"(?P<year>[{_DIGITS}]{{4}}|[〇○零一二三四五六七八九]{{4}})"
_SERIAL = rf"(?P<serial>[{_DIGITS}]{{1,5}}|[{_HAN_DIGITS}]{{1,7}})"
_NOT_A_DATE = r"(?!\s*[月日年%％.．])"

# The code before the year is found by looking back: it has no fixed beginning.
_BRACKETED = re.compile(
    rf"\s*{_OPEN}\s*{_YEAR}\s*年?\s*{_CLOSE}\s*第?\s*{_SERIAL}(?![{_DIGITS}])(?:\s*号)?"
)
_PLAIN = re.compile(
    rf"(?<=[发函字规办告通])\s*{_YEAR}(?:\s*年\s*第?|\s*[-—－_/]\s*|\s+第?|第)\s*{_SERIAL}"
    rf"(?![{_DIGITS}]){_NOT_A_DATE}(?:\s*号)?"
)
# 葫政发201829号: digits run together, as people type them; only with 号 is it surely a number.
_RUN_TOGETHER = re.compile(
    rf"(?<=[发函字规办告通])\s*(?P<year>[2２][0０][{_DIGITS}]{{2}})(?P<serial>[{_DIGITS}]{{1,4}})\s*号"
)
_ORDER = re.compile(rf"(?P<word>令)\s*[（(]?\s*第?\s*{_SERIAL}\s*号")
_ORDER_AFTER = re.compile(rf"第?\s*{_SERIAL}\s*号\s*(?P<word>令)")
# 第27号市政府令: who issued it stands between.
_ORDER_OF = re.compile(rf"第\s*{_SERIAL}\s*号(?P<issuer>[省市州县区]?(?:人民)?政府)令")
_NOTICE = re.compile(rf"(?P<word>公告|通告)\s*(?:{_YEAR}\s*年\s*)?第\s*{_SERIAL}\s*号")

_CODE = re.compile(rf"[{_HAN}]{{1,14}}$")
_ISSUER = re.compile(
    rf"[{_HAN}]{{0,30}}(?:政府|国务院|委员会|常委会|[部委局厅署办行院会]|[市省县区]长|主席)\s*$"
)
# Words that stand before a number in running text and never within its code.
_LEAD_IN = re.compile(
    "根据|依据|按照|依照|遵照|参照|贯彻|落实|执行|关于|请问|什么|印发|下发|转发|发布|公布|颁布|签署|签发|违反|"
    "通知|文件|文号|意见|办法|规定|决定|方案|公告|以及|还有|比较|对比|解读|介绍|废止|修改|修订|"
    "替代|代替|取代|失效|查看|查询|查找|一下|帮我|帮忙|给我|我要|想要|找|依|查|看|问|与|和|及|或|从|在|对|是|为|的|了|到|由|以|把|将|"
    "被|按|见|即|件|号|第|有|比|跟|吗|呢|请|自|年|月|日|于"
)
_TO_ASCII = str.maketrans("０１２３４５６７８９", "0123456789")
_HAN_VALUE = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_HAN_UNIT = {"十": 10, "百": 100, "千": 1000}


def find_numbers(text: str) -> list[tuple[str, int, int]]:
    """Every document number in `text`, as (canonical form, start, end), in text order.

    `end` is exclusive. Numbers do not overlap.
    """
    found: list[tuple[str, int, int]] = []
    for pattern, read in (
        (_BRACKETED, _letter_number),
        (_PLAIN, _letter_number),
        (_RUN_TOGETHER, _letter_number),
        (_ORDER, _order_number),
        (_ORDER_AFTER, _order_number),
        (_ORDER_OF, _order_of_number),
        (_NOTICE, _order_number),
    ):
        for match in pattern.finditer(text):
            number = read(text, match)
            if number is not None:
                found.append(number)
    return _without_overlaps(found)


def canonical_number(text: str) -> str | None:
    """The first document number in `text` in canonical form, or None where there is none."""
    numbers = find_numbers(text)
    return numbers[0][0] if numbers else None


def same_number(one: str, other: str) -> bool:
    """Whether two canonical numbers mean the same document.

    Orders are often cited by a short name of the issuer (市政府令第158号), which agrees with
    every issuer of the same level (葫芦岛市人民政府令第158号).
    """
    if one == other:
        return True
    if "令第" not in one or "令第" not in other:
        return False
    issuer, serial = one.rsplit("令第", 1)
    other_issuer, other_serial = other.rsplit("令第", 1)
    if serial != other_serial:
        return False
    short, long = sorted((_plain_issuer(issuer), _plain_issuer(other_issuer)), key=len)
    return long.endswith(short)


def _plain_issuer(issuer: str) -> str:
    return issuer.replace("人民政府", "政府").replace("中华人民共和国", "")


def _letter_number(text: str, match: re.Match[str]) -> tuple[str, int, int] | None:
    before = _CODE.search(text, max(0, match.start() - 14), match.start())
    if before is None:
        return None
    code = _without_lead_in(before.group())
    year = _year(match["year"])
    if len(code) < 2 or not 1949 <= year <= 2099:
        return None
    serial = numeral_value(match["serial"])
    return f"{code}〔{year}〕{serial}号", match.start() - len(code), match.end()


def _order_number(text: str, match: re.Match[str]) -> tuple[str, int, int] | None:
    before = _ISSUER.search(text, max(0, match.start() - 36), match.start())
    issuer = _without_lead_in(before.group().strip()) if before else ""
    word = match["word"]
    if not issuer and (word != "令" or re.match(rf"[{_HAN}]", text[match.start() - 1 :][:1] or "")):
        # 责令3号楼 and 上述公告第2号 are running text; a bare 令187号 opens a phrase.
        lead_in = text[max(0, match.start() - 2) : match.start()]
        if word != "令" or (lead_in and not re.search(rf"(?:{_LEAD_IN.pattern})$", lead_in)):
            return None
    start = match.start()
    if before and issuer:
        start = before.start() + before.group().rindex(issuer)
    year = match.groupdict().get("year")
    middle = f"{_year(year)}年" if year else ""
    return f"{issuer}{word}{middle}第{numeral_value(match['serial'])}号", start, match.end()


def _order_of_number(text: str, match: re.Match[str]) -> tuple[str, int, int]:
    serial = numeral_value(match["serial"])
    return f"{match['issuer']}令第{serial}号", match.start(), match.end()


def _without_lead_in(run: str) -> str:
    """The code or issuer at the end of `run`, without the words of the sentence before it."""
    nation = run.rfind("中华人民共和国")
    if nation >= 0:
        return run[nation:]
    rest = run
    for match in _LEAD_IN.finditer(run):
        after = run[match.end() :]
        # 和政发, 办发 …: some places begin with a word of the list.
        if after.startswith(("政", "发", "办", "府", "令")) and len(match.group()) == 1:
            continue
        rest = after
    return rest


def _year(digits: str) -> int:
    return int("".join(str(_HAN_VALUE.get(c, c)) for c in digits.translate(_TO_ASCII)))


def numeral_value(digits: str) -> int:
    """The value of ASCII, full-width or Chinese digits (一百八十七, 一八七)."""
    ascii_digits = digits.translate(_TO_ASCII)
    if ascii_digits.isdigit() and ascii_digits.isascii():
        return int(ascii_digits)
    if not any(c in _HAN_UNIT for c in digits):
        return _year(digits)
    total, current = 0, 0
    for character in digits:
        if character in _HAN_UNIT:
            total += (current or 1) * _HAN_UNIT[character]
            current = 0
        else:
            # People mix scripts: 第十2条.
            current = _HAN_VALUE.get(character, int(character) if character.isdecimal() else 0)
    return total + current


def _without_overlaps(found: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """The numbers in text order; of two that overlap, the one that begins first."""
    kept: list[tuple[str, int, int]] = []
    for number in sorted(found, key=lambda item: (item[1], -item[2])):
        if not kept or number[1] >= kept[-1][2]:
            kept.append(number)
    return kept
