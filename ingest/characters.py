"""Repairs characters that scanning, fonts and conversion damaged, before lines are joined.

In goes the text of a file; out comes the same text with the same line breaks, in which faulty
glyphs, stray markup and control characters are what the printed page shows. Only what is
certain from its surroundings is changed: the characters that some fonts put in place of
punctuation (尧 for 、 and 渊 for （) are also ordinary characters. Imports nothing of the project.
"""

from __future__ import annotations

import re
import unicodedata

_NUMERALS = "一二三四五六七八九十百零〇"
_POINTS = {"尧": "、", "袁": "，", "遥": "。", "院": "：", "曰": "；"}
_FONT_DIGITS = str.maketrans("园员圆猿源缘远苑愿怨", "0123456789")
_LONGEST_RUN = 800

# A faulty point is followed by the gap of its full width, by the end of the line or by another
# fault; the character it looks like is followed by more text.
_POINT = re.compile(r"([尧袁遥曰院])(?=[ \t]*(?:$|\n)|[ \t]+(?![（(《〈])|[渊冤遥袁尧曰掖野冶）])")
_ANGLES = re.compile(r"(?<!张)掖([^掖业\n]{1,20}?)业")
_QUOTES = re.compile(r"野([^野冶\n]{1,40}?)冶")
_YEAR = re.compile(r"咱\s*([0-9园员圆猿源缘远苑愿怨]{4})\s*暂")
_HEADING = re.compile(
    rf"^[ \t]*(?:[{_NUMERALS}]{{1,4}}尧|渊[{_NUMERALS}0-9]{{1,4}}冤|"
    rf"第[{_NUMERALS}0-9]+[章节条]\b[^\n]*[尧袁遥])",
    re.MULTILINE,
)
_ANNEX = re.compile(r"^([ \t]*附[ \t]*件[ \t]*[0-9一二三四五六七八九十]*[ \t]*)院", re.MULTILINE)
_EVIDENCE = re.compile(
    rf"渊[{_NUMERALS}0-9]{{1,4}}冤|^[ \t]*[{_NUMERALS}]{{1,4}}尧[ \t]|渊[^渊冤]{{2,200}}冤",
    re.MULTILINE,
)

_LATEX = re.compile(r"\$([^$\n]{1,600})\$")
_LATEX_TEXT = re.compile(r"\\(?:text|mathrm|textbf|mathbf|operatorname)\s*\{([^{}]*)\}")
_LATEX_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_LATEX_SIGNS = {
    r"\times": "×",
    r"\div": "÷",
    r"\cdot": "·",
    r"\leq": "≤",
    r"\geq": "≥",
    r"\le": "≤",
    r"\ge": "≥",
    r"\pm": "±",
    r"\sim": "～",
    r"\%": "%",
    r"\$": "$",
    r"\,": "",
    r"\ ": "",
}
_STRAY_AND = re.compile(r"(?<=[\u3400-\u9fff”》）])[ \t]+and[ \t]+(?=[\u3400-\u9fff“《（])")
_AUTOLINK = re.compile(r"<((?:https?://|www\.)[^<>\s]{1,300})>")
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ufffe\ud800-\udfff]"
)
_RADICALS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")
# Unicode gives these no equivalent, though PDF files put them for the characters beside them.
_MORE_RADICALS = str.maketrans(
    "⺒⺓⺠⺝⺩⺬⺶⺷⺼⺽⻁⻄⻅⻆⻉⻊⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰",
    "巳幺民月王示羊羊月臼虎西见角贝足车長长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙",
)
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000\u000b]")


def repair_characters(text: str) -> str:
    """`text` with its faults repaired and its line breaks kept."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n ")
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    text = _RADICALS.sub(lambda m: unicodedata.normalize("NFKC", m.group()), text)
    text = text.translate(_MORE_RADICALS)
    text = _LATEX.sub(_plain_formula, text)
    text = _AUTOLINK.sub(r"\1", _STRAY_AND.sub("和", text))
    return _repair_font(text) if _EVIDENCE.search(text) else text


def _plain_formula(match: re.Match[str]) -> str:
    """A LaTeX formula as plain text; a price in dollars is left as it is."""
    formula = match.group(1)
    if "\\" not in formula and not re.search(r"[\^_{}=]", formula):
        return match.group()
    formula = _LATEX_TEXT.sub(r"\1", _LATEX_FRACTION.sub(r"\1/\2", formula))
    for sign, plain in _LATEX_SIGNS.items():
        formula = formula.replace(sign, plain)
    formula = re.sub(r"\\[a-zA-Z]+", "", formula)
    return re.sub(r"\s+", "", re.sub(r"[{}]|[\^_](?=\w)", "", formula))


def _repair_font(text: str) -> str:
    """Repairs the stretches set in the faulty font: bracketed runs, headings, annex labels."""
    text = _ANNEX.sub(r"\1：", text)
    text = _YEAR.sub(lambda m: f"〔{m.group(1).translate(_FONT_DIGITS)}〕", text)
    spans = sorted(_bracket_runs(text) + _heading_runs(text))
    pieces, done = [], 0
    for start, end in spans:
        start = max(start, done)
        if end <= start:
            continue
        pieces += [text[done:start], _repair_run(text[start:end])]
        done = end
    return "".join([*pieces, text[done:]])


def _repair_run(run: str) -> str:
    run = _QUOTES.sub(r"“\1”", _ANGLES.sub(r"〈\1〉", run))
    run = _POINT.sub(lambda m: _POINTS[m.group(1)], run)
    return run.replace("渊", "（").replace("冤", "）")


def _bracket_runs(text: str) -> list[tuple[int, int]]:
    """The outermost 渊…冤 stretches, brackets included, that are not longer than a paragraph."""
    runs, stack = [], []
    for match in re.finditer("[渊冤]", text):
        if match.group() == "渊":
            stack = [s for s in stack if match.start() - s < _LONGEST_RUN]
            stack.append(match.start())
        elif stack:
            start = stack.pop()
            if match.end() - start <= _LONGEST_RUN and text[start + 1 : match.start()].strip():
                runs.append((start, match.end()))
    return _outermost(runs)


def _heading_runs(text: str) -> list[tuple[int, int]]:
    """Headings in the faulty font: the line, and for 渊一冤 the lines up to its 遥."""
    runs = []
    for match in _HEADING.finditer(text):
        line_end = _line_end(text, match.end())
        end = line_end
        if "渊" in match.group():
            stop = re.compile("遥[ \t]*$", re.MULTILINE).search(
                text, match.end(), match.end() + 300
            )
            between = text[match.end() : stop.end()] if stop else ""
            # Without a 遥 of its own the heading is its line alone.
            if stop and "。" not in between and not _HEADING.search(between):
                end = stop.end()
        runs.append((match.start(), end))
    return runs


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _outermost(runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for run in sorted(runs, key=lambda item: (item[0], -item[1])):
        if not kept or run[0] >= kept[-1][1]:
            kept.append(run)
    return kept
