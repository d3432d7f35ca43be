"""Filters of the library: numbers in any spelling, words, choices, counts, order, pages."""

from __future__ import annotations

import time

import pytest

from tests.web.holdings import TREES, relation, summary
from views.catalogue import UNKNOWN, Catalogue, Filters

SHELF = [
    summary("云政发〔2019〕7号", title="关于加强渡船夜间航行管理的通知", issued="2019-03-08"),
    summary("云政发〔2019〕12号", title="关于社区书屋的实施意见", kind="实施意见"),
    summary(TREES, title="行道树养护办法", issuer="云江市人民政府办公室", issued="2018-11-05"),
    summary("云江市人民政府令第12号", title="城市供水条例", kind="规定", status="已废止"),
    summary(None, title="没有文号的公告", kind="公告", issued=None),
    summary(
        "云政发〔2020〕3号",
        issued="2020-01-02",
        relations=(relation("repeals", "云政发〔2011〕9号"),),
    ),
]
TEXTS = {"id-云政发〔2019〕7号": "渡船应当配备示位灯", f"id-{TREES}": "悬铃木每年冬季修剪一次"}


def holding(word: str) -> set[str]:
    return {document_id for document_id, text in TEXTS.items() if word in text}


def numbers(**filters) -> list[str | None]:
    found = Catalogue(SHELF, holding).search(Filters(**filters))
    return [each.number for each in found.documents]


@pytest.mark.parametrize(
    "spelling",
    [
        "云政办发〔2018〕12号",
        "云政办发[2018]12号",
        "云政办发【2018】１２号",
        "云政办发2018 12",
        "云政办发2018-12号",
        "云政办发（二〇一八）十二号",
        "云政办发201812号",
    ],
)
def test_a_number_is_found_in_any_spelling(spelling: str):
    """Brackets, digits and spaces make no difference."""
    assert numbers(words=spelling) == [TREES]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("12号", {"云政发〔2019〕12号", TREES, "云江市人民政府令第12号"}),
        ("第１２号", {"云政发〔2019〕12号", TREES, "云江市人民政府令第12号"}),
        ("〔2019〕12号", {"云政发〔2019〕12号"}),
        ("[2018]12号", {TREES}),
        ("2018年12号", {TREES}),
        ("云政发2019", {"云政发〔2019〕7号", "云政发〔2019〕12号"}),
        ("市政府令第12号", {"云江市人民政府令第12号"}),
        ("令12号", {"云江市人民政府令第12号"}),
        ("12号 书屋", {"云政发〔2019〕12号"}),
    ],
)
def test_a_number_may_be_cut_short(part: str, expected: set[str]):
    """The serial alone, the year with it, or the letters alone find every number that fits."""
    assert set(numbers(words=part)) == expected


def test_words_are_found_in_particulars_and_text():
    """Every word has to be there, in the title, the particulars or the text."""
    assert numbers(words="示位灯") == ["云政发〔2019〕7号"]
    assert numbers(words="渡船 示位灯") == ["云政发〔2019〕7号"]
    assert numbers(words="渡船 悬铃木") == []
    assert numbers(words="办公室") == [TREES]


def test_an_absent_number_names_those_that_speak_of_it():
    """What the library does not have it says, with the documents that mention it."""
    listing = Catalogue(SHELF, holding).search(Filters(words="云政发〔2011〕9号"))
    assert listing.total == 0
    assert listing.missing == ("云政发〔2011〕9号",)
    assert [each.number for each in listing.mentioning] == ["云政发〔2020〕3号"]


def test_choices_work_together_and_can_ask_for_what_is_not_stated():
    """Year, month, issuer, kind and status each narrow the list."""
    assert numbers(year="2019", kind="通知") == ["云政发〔2019〕7号"]
    assert numbers(month="2018-11") == [TREES]
    assert numbers(status="已废止") == ["云江市人民政府令第12号"]
    assert numbers(issuer="云江市人民政府办公室") == [TREES]
    assert numbers(year=UNKNOWN) == [None]


def test_counts_say_what_another_choice_would_leave():
    """A filter's own counts are not narrowed by it; those of the others are."""
    listing = Catalogue(SHELF, holding).search(Filters(kind="公告"))
    assert listing.facets["kind"]["通知"] == 3
    assert listing.facets["year"] == {UNKNOWN: 1}
    assert listing.months[("", "公告")] == 1


def test_order_of_numbers_is_by_value_and_unstated_comes_last():
    """7号 comes before 12号, and a document without a number after all others, both ways."""
    assert numbers(sort="number")[-1] is None
    assert numbers(sort="-number")[-1] is None
    ordered = [each for each in numbers(sort="number") if each and each.startswith("云政发")]
    assert ordered == ["云政发〔2019〕7号", "云政发〔2019〕12号", "云政发〔2020〕3号"]
    dates = [each.issued for each in Catalogue(SHELF, holding).search(Filters()).documents]
    assert dates[:-1] == sorted(dates[:-1], reverse=True)
    assert dates[-1] is None


def test_an_address_with_nonsense_is_read_as_far_as_it_makes_sense():
    """Unknown orders, impossible months and pages count as not given."""
    read = Filters.read({"sort": "colour", "month": "2019-99", "page": "-3", "x": "1", "year": " "})
    assert read == Filters()
    assert Filters.read({"page": "٣"}).page == 1
    assert len(Filters.read({"words": "长" * 10_000}).words) == 200


def test_five_thousand_documents_are_quick_and_come_in_pages():
    """Thousands are searched in a fraction of a second; a page beyond the end is the last."""
    many = [
        summary(f"云政发〔{2000 + n % 25}〕{n}号", issued=f"{2000 + n % 25}-{n % 12 + 1:02}-01")
        for n in range(5_000)
    ]
    catalogue = Catalogue(many, lambda word: set())
    catalogue.search(Filters(words="云政发"))
    started = time.perf_counter()
    listing = catalogue.search(Filters(words="云政发", page=9_999, sort="number"))
    assert time.perf_counter() - started < 0.5
    assert (listing.total, listing.pages, listing.filters.page) == (5_000, 100, 100)
    assert len(listing.documents) == 50
