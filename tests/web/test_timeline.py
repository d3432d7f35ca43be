"""The picture in time: every month is there, legible and linked, for forty documents or 5,000."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections import Counter
from itertools import pairwise

from views.timeline import COLOURS, OTHERS, WIDTH, draw, lay_out


def drawn(months: Counter, chosen: str = "") -> ElementTree.Element:
    html = draw(lay_out(months), lambda month: f"/library?month={month}", "zh", chosen)
    return ElementTree.fromstring(html)


def test_each_month_is_a_link_that_says_what_it_holds():
    """A screen reader hears the month, the count and the kinds; the chosen one is marked."""
    months = Counter({("2019-05", "通知"): 3, ("2019-05", "公告"): 1, ("2018-11", "通知"): 1})
    picture = drawn(months, chosen="2018-11")
    links = {link.get("href"): link for link in picture.iter("a")}
    assert set(links) == {"/library?month=2019-05", "/library?month=2018-11"}
    link = links["/library?month=2019-05"]
    assert link.get("aria-label") == "2019年5月：4 件（通知 3、公告 1）"
    assert link.get("aria-current") is None
    assert links["/library?month=2018-11"].get("aria-current") == "true"
    assert picture.get("aria-label")


def test_heights_are_in_proportion_and_stay_in_their_row():
    """The tallest month fills its row, another one its share, none reaches into the next."""
    timeline = lay_out(Counter({("2019-05", "通知"): 8, ("2019-06", "通知"): 4}))
    heights = {
        month.name: sum(segment.height for segment in month.segments) for month in timeline.months
    }
    assert heights["2019-05"] == 2 * heights["2019-06"]
    assert heights["2019-05"] < timeline.row


def test_rare_kinds_share_one_colour():
    """There are no more colours than can be told apart; the legend adds up to all."""
    kinds = [f"文种{number}" for number in range(9)]
    months = Counter({("2019-05", kind): 9 - index for index, kind in enumerate(kinds)})
    timeline = lay_out(months)
    assert [kind for kind, _ in timeline.kinds] == [*kinds[: COLOURS - 1], OTHERS]
    assert sum(count for _, count in timeline.kinds) == sum(months.values())
    colours = {segment.colour for month in timeline.months for segment in month.segments}
    assert colours == set(range(COLOURS))


def test_forty_years_keep_their_cells():
    """Thousands of documents make the picture longer, not its cells narrower."""
    months = Counter(
        {(f"{year}-{month:02}", "通知"): 10 for year in range(1985, 2025) for month in range(1, 13)}
    )
    timeline = lay_out(months)
    picture = drawn(months)
    cells = [each for each in picture.iter("rect") if each.get("class") == "cell"]
    assert len(cells) == 480
    assert all(float(cell.get("width")) >= 24 for cell in cells)
    assert max(float(cell.get("x")) + float(cell.get("width")) for cell in cells) <= WIDTH
    tops = sorted({month.y for month in timeline.months})
    assert all(later - earlier >= 24 for earlier, later in pairwise(tops))


def test_undated_documents_are_counted_beside_the_picture():
    """A document without a date has no month, and is not forgotten."""
    timeline = lay_out(Counter({("", "通知"): 2, ("2019-05", "通知"): 1}))
    assert timeline.undated == 2
    assert len(timeline.months) == 1
    assert lay_out(Counter()).months == ()


def test_a_kind_with_markup_stays_text():
    """What a document calls itself is never markup."""
    picture = drawn(Counter({("2019-05", '<img onerror="x">'): 1}))
    assert not list(picture.iter("img"))
    assert '<img onerror="x">' in next(picture.iter("a")).get("aria-label")
