"""Damaged characters are repaired where the damage is certain, and nowhere else."""

import pytest

from ingest.characters import repair_characters

FAULTY = "渊一冤 开办集市遥\n"


@pytest.mark.parametrize(
    ("damaged", "repaired"),
    [
        (
            "渊责任单位院 市商务局尧 市公安局袁 各县 掖市业 区政府冤",
            "（责任单位： 市商务局、 市公安局， 各县 〈市〉 区政府）",
        ),
        (
            "渊牵头单位院\n市公安局曰 配合单位院 市教育局冤",
            "（牵头单位：\n市公安局； 配合单位： 市教育局）",
        ),
        ("一尧 野零排放冶 集市的定义", "一、 “零排放” 集市的定义"),
        ("附件 4院", "附件 4："),
        ("渊二冤 集市开到晚上袁 摊位\n按月出租遥", "（二） 集市开到晚上， 摊位\n按月出租。"),
        ("各县 渊市冤 区", "各县 （市） 区"),
        ("文号 咱圆园员愿暂 3 号", "文号 〔2018〕 3 号"),
    ],
)
def test_the_faulty_font_is_repaired(damaged, repaired):
    """Brackets, points and quotation marks of the faulty font become themselves."""
    assert repair_characters(FAULTY + damaged) == "（一） 开办集市。\n" + repaired


@pytest.mark.parametrize(
    "genuine",
    [
        "袁尧 副市长到市第一人民医院 （门诊部）\n",
        "野生动物、张掖市、冤案、渊源、尧舜、逍遥\n",
        "院 长：曰归\n",
        "国务院\n办公厅\n",
    ],
)
def test_the_same_characters_elsewhere_are_left(genuine):
    """Surnames, hospitals and wild animals stay, also in a file that has the fault."""
    assert repair_characters(genuine) == genuine
    assert genuine in repair_characters(FAULTY + genuine)


def test_conversion_leftovers_are_removed():
    """Formulas, stray English, link brackets, invisible and compatibility characters."""
    assert repair_characters("$\\text{面积} \\times 3\\%$") == "面积×3%"
    assert repair_characters("改革 and 开放") == "改革和开放"
    assert repair_characters("research and development") == "research and development"
    assert repair_characters("见<http://example.org/a>。") == "见http://example.org/a。"
    assert repair_characters("⼈民\u200b政府\u3000令") == "人民政府 令"
    assert repair_characters("每箱 $50 到 $60") == "每箱 $50 到 $60"
