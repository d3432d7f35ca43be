"""Slips in a question are read as what the library speaks of; what makes sense is left alone."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.library import LIBRARY
from vectorstore.confusable import ALIKE, LIKE, SAME, meant_by, spelt_by
from vectorstore.lexical import LexicalIndex
from vectorstore.repair import LONGEST, repair

SLIPS = [
    ("共亨单车停放点怎么划定？", "共享单车停放点怎么划定？"),
    ("养犬灯记费多少钱？", "养犬登记费多少钱？"),
    ("公安机官管不管养犬登记？", "公安机关管不管养犬登记？"),
    ("养犬登计费多少钱？", "养犬登记费多少钱？"),
    ("社区书屋的藏书不少于多少册，面极呢？", "社区书屋的藏书不少于多少册，面积呢？"),
    ("一次性补柱多少万？", "一次性补助多少万？"),
    ("供暖器业退不退费？", "供暖企业退不退费？"),
    # What citizens say, and the library does not.
    ("五堡户补助多少钱？", "五保户补助多少钱？"),
    ("小区幼儿圆在哪？", "小区幼儿园在哪？"),
    # Of a place one does not expect between the two words.
    ("住房公积今密码", "住房公积金密码"),
    # Both words make sense, but not together.
    ("共享担车怎么停？", "共享单车怎么停？"),
]
SENSIBLE = [
    "养犬登记费多少钱？",
    "我想在小区门口开个早点摊，得办啥证？",
    "张伟局长的电话是多少？",
    "王小波副市长分管什么工作？",
    "兴程市的供暖价格是多少？",
    "青岗市的供暖价格是多少？",
    "《青岚市城市养权管理规定》还有效吗？",
    "青政发〔2021〕8号讲什么？",
    "剧本杀门店要办什么手续？",
    "我的店评过先进吗？",
    "各单位自己买服务器自己建机房吗？",
    "钓鱼竿子能用不？",
    "企业须报告吗，由何部门管？",
    "网上买东西包邮吗？",
    "辽西的新车停哪？",
    "这话在哪写着？",
    "县里几时通外网？",
    "C类企业的app在哪里下载？",
    "年年涨价，一级级往上报，天天等着，谁来管？",
    "GDP和5G基站的目标",
    "How much is the dog licence?",
    "",
    "？？？",
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    """The paragraphs of the invented documents as passages."""
    rows = [
        (f"{number:03x}{at:013x}", f"{number:016x}", text.splitlines()[4], paragraph)
        for number, text in enumerate(LIBRARY.values())
        for at, paragraph in enumerate(text.split("\n\n"))
    ]
    made = LexicalIndex(tmp_path_factory.mktemp("repair") / "lexical", create=True)
    made.change(add=rows)
    return made


@pytest.mark.parametrize(("written", "meant"), SLIPS)
def test_slips_of_sound_and_shape(index: LexicalIndex, written: str, meant: str) -> None:
    """A character of the same sound or a like shape gives way to the word of the library."""
    assert repair(written, index).text == meant


@pytest.mark.parametrize("question", SENSIBLE)
def test_what_makes_sense_is_left_alone(index: LexicalIndex, question: str) -> None:
    """Everyday words that the library lacks, names, other places, titles and numbers stay."""
    found = repair(question, index)
    assert (found.text, found.changes) == (question, ())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("dengji要多少钱", "登记要多少钱"),
        ("养犬登ji费多少钱", "养犬登记费多少钱"),
        ("共享享单车怎么停", "共享单车怎么停"),
        ("业企应当报告什么", "企业应当报告什么"),
        ("青政发二零二一八讲什么", "青政发〔2021〕8号讲什么"),
        ("2O21年几月开始供暖", "2021年几月开始供暖"),
        ("青政办发202215讲什么", "青政办发〔2022〕15号讲什么"),
    ],
)
def test_other_slips(index: LexicalIndex, written: str, meant: str) -> None:
    """Letters, doubled and swapped characters, and document numbers as they are said."""
    assert repair(written, index).text == meant


def test_the_rest_stays_as_it_was_typed(index: LexicalIndex) -> None:
    """Only what is repaired changes: traditional characters and capitals stay."""
    found = repair("養犬灯記費幾錢 APP", index)
    assert found.text == "養犬登記費幾錢 APP"
    assert found.changes == (("灯", "登"),)


def test_an_empty_library_repairs_nothing(tmp_path: Path) -> None:
    """Without anything to go by nothing is better than what was typed."""
    empty = LexicalIndex(tmp_path / "lexical", create=True)
    assert repair("养犬灯记费多少钱", empty).changes == ()


def test_repairing_is_quick(index: LexicalIndex) -> None:
    """Long questions full of slips cost little; longer texts are not looked at."""
    longest = ("养犬灯记费多少钱共亨单车" * 20)[:LONGEST]
    repair(longest, index)
    begun = time.process_time()
    repair(longest, index)
    assert time.process_time() - begun < 0.5
    assert repair(longest + "养犬", index).changes == ()


def test_characters_that_are_mistaken() -> None:
    """The same sound is nearer than a like one; what also looks alike is nearest."""
    assert meant_by("付")["府"] == SAME
    assert meant_by("像")["象"] == ALIKE
    assert meant_by("曰")["日"] == ALIKE
    assert meant_by("骋")["聘"] == LIKE
    assert meant_by("是")["四"] == LIKE
    assert "付" not in meant_by("付")
    assert meant_by("x") == {}


def test_sounds_that_many_do_not_tell_apart() -> None:
    """zh and z, ing and in are like; h and f, n and l are not: 服 would be 户, 亮底 年底."""
    assert meant_by("只")["自"] == meant_by("京")["金"] == LIKE
    assert "户" not in meant_by("服")
    assert "年" not in meant_by("亮")
    assert meant_by("桉")["案"] == SAME


def test_letters_that_spell() -> None:
    """Whole syllables only, the fewest; one letter may begin any."""
    assert [("公" in of, "积" in of, "金" in of) for of in spelt_by("gongjijin")] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    assert spelt_by("app") == ()
    assert "地" in spelt_by("d")[0]
    assert spelt_by("xian")[0]
    assert spelt_by("") == ()
