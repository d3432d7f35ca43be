"""What a question says of the place where its answer stands."""

from __future__ import annotations

import pytest

from vectorstore.passages import Place
from vectorstore.structure import Places, read_places


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("青政发[2021]8号第三条怎么说", Places(("青政发〔2021〕8号",), (), frozenset({3}))),
        ("附件二第12条", Places((), (), frozenset({12}), frozenset({2}))),
        ("《青岚市居民供暖管理办法》2019年有变化吗", Places(
            (), ("青岚市居民供暖管理办法",), years=frozenset({2019}))),
        ("市政府办公室印发的供暖通知", Places(issuers=("市政府办公室",))),
        ("青岚市教育局2019年发布的通知", Places(
            years=frozenset({2019}), issuers=("青岚市教育局",))),
        ("市政府发钱了吗", Places()),
        ("今年冬天几号来暖气", Places()),
        ("", Places()),
    ],
)  # fmt: skip
def test_what_is_named(question: str, expected: Places) -> None:
    """Numbers, titles, articles, annexes, years and issuers; the year in a number is no year."""
    assert read_places(question) == expected


def test_titles_from_memory() -> None:
    """A title is meant when nearly all that was said of it is in it."""
    title = "青岚市人民政府关于印发青岚市居民供暖管理办法的通知"
    assert read_places("《居民供暖管理办法》的收费").names_title(title)
    assert read_places("《青岚居民供暖管理办法》").names_title(title)
    assert not read_places("《居民供水管理办法》").names_title(title)
    assert not read_places("居民供暖管理办法").names_title(title)


def test_preferences() -> None:
    """Each kind of place that fits adds its part, and what does not fit adds none."""
    first = Place("1", "d", 0, "第一条", "关于供暖的通知", None)
    assert read_places("第一条").preference(first).keys() == {"article"}
    assert read_places("《供暖的通知》第一条").preference(first).keys() == {"article", "title"}
    assert read_places("第二条").preference(first) == {}
    assert read_places("2021年").preference(first) == {}


@pytest.mark.parametrize(
    ("question", "title", "preferred"),
    [
        ("市政府办公室印发的方案", "青岚市人民政府办公室关于印发供暖方案的通知", True),
        ("市政府发布的方案", "青岚市人民政府办公室关于印发供暖方案的通知", False),
        ("市政府发布的方案", "青岚市人民政府关于印发供暖方案的通知", True),
        ("市教育局出台的办法", "青岚市人民政府关于印发供暖方案的通知", False),
        ("市政府发布的方案", "青岚市供暖方案", False),
    ],
)
def test_an_issuer_is_preferred(question: str, title: str, preferred: bool) -> None:
    """The office that a title names in front of 关于, also by its shortened name."""
    found = read_places(question).preference(Place("1", "d", 0, "第一条", title, None))
    assert ("issuer" in found) is preferred
