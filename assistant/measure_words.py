"""Measure words: what 几户 or 多少个 asks for, and how a text shows that it holds it.

In: a folded question, or a measure word with what is counted. Out: the measure words asked for, a
pattern of the figures that answer them. Imports nothing of the project.
"""

from __future__ import annotations

import re

HAN_DIGITS = "〇零一二三四五六七八九十百千万两"
NUMBER = rf"(?:\d[\d,.]*|[{HAN_DIGITS}]+)"
_MEASURED = re.compile(
    rf"(?:多少|几)[{HAN_DIGITS}]*"
    r"(公里|平米|平方|[户个家人名项条种类次回处所亩吨批份倍米栋张辆岁台套间座斤层])([一-龥]{0,2})"
)
# Who asks 几个人 or 几个行业 is answered with 5名 or 十项 as well.
_SAME_MEASURE = {
    "人": "[人名位]",
    "名": "[名人位]",
    "个": "[个人名位项家种类件条部处所枚]",
    "岁": "周?岁",
    "回": "[次回]",
    "次": "[次回]",
    "公里": "(?:公里|千米)",
    "户": "[户家名个]",
    "家": "[家户个]",
    "间": "[间个处]",
    "条": "[条艘只项个]",
    "台": "[台辆部套]",
    "辆": "[辆台部]",
    "座": "[座处个]",
    "处": "[处座个家]",
    "所": "[所家个]",
    "种": "[种类项个]",
    "类": "[类种项个]",
    "项": "[项条个类]",
    "只": "[只条头个]",
    "平米": "(?:平|m2)",
    "平方": "(?:平|m2)",
}


def measured_in(folded: str) -> list[tuple[str, str]]:
    """Each measure word that a folded question asks a figure for, with what is counted."""
    return _MEASURED.findall(folded)


def held_as(measure: str, counted: str) -> str:
    """The pattern of a figure with this measure word, or of what is counted: 几个荤菜 is answered
    with 一荤 as well, and by a table's column 荤菜."""
    same = _SAME_MEASURE.get(measure, measure)
    if measure == "个" and counted:
        same = f"(?:{same}|{counted[0]})"
    column = rf"|{counted}(?:\([^()]*\))?:\d" if len(counted) > 1 else ""
    return rf"{NUMBER}\s*(?:多|余|大)?{same}{column}"
