"""The picture of a library in time: one row a year, one cell a month, one colour a kind.

In: how many documents there are by month and kind, and the address of each month's documents.
Out: an SVG with a link per month. It is 340 units wide, so that its text keeps its size on a
phone, and grows downwards, so that forty years stay as legible as four. Drawing needs neither a
script nor a style in the markup. Imports `views.language` and `views.markup`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from views.language import text
from views.markup import shown

WIDTH, LABELS, CELL, TOP = 340, 37, 25, 16
COLOURS = 5  # of the kinds; the last is for all others
_ROOMY_YEARS, _ROOMY, _DENSE = 6, 48, 40
_COUNT_HEIGHT = 12
OTHERS = "*"


@dataclass(frozen=True)
class Segment:
    """A part of a month's bar."""

    y: float
    height: float
    colour: int


@dataclass(frozen=True)
class Month:
    """One cell: `name` is YYYY-MM, `counts` its documents by kind, most first."""

    name: str
    x: float
    y: float
    counts: tuple[tuple[str, int], ...]
    segments: tuple[Segment, ...]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)


@dataclass(frozen=True)
class Timeline:
    """The drawing's geometry; `kinds` are (kind or OTHERS, count) in the order of the colours."""

    height: float
    row: float
    years: tuple[tuple[str, float], ...]
    months: tuple[Month, ...]
    kinds: tuple[tuple[str, int], ...]
    undated: int


def lay_out(months: Counter[tuple[str, str]]) -> Timeline:
    """The geometry of a picture of the documents by (YYYY-MM or empty, kind)."""
    totals: Counter[str] = Counter()
    by_month: dict[str, Counter[str]] = {}
    for (month, kind), count in months.items():
        if month:
            totals[kind] += count
            by_month.setdefault(month, Counter())[kind] += count
    kinds = [kind for kind, _ in totals.most_common()]
    named = kinds if len(kinds) <= COLOURS else kinds[: COLOURS - 1]
    colours = {kind: index for index, kind in enumerate(named)}
    years = sorted({month[:4] for month in by_month}, reverse=True)
    row = _ROOMY if len(years) <= _ROOMY_YEARS else _DENSE
    tops = {year: TOP + index * row for index, year in enumerate(years)}
    highest = max((counts.total() for counts in by_month.values()), default=1)
    scale = (row - _COUNT_HEIGHT - 5) / highest
    legend = [(kind, totals[kind]) for kind in named]
    if len(kinds) > len(named):
        legend.append((OTHERS, sum(totals[kind] for kind in kinds[len(named) :])))
    return Timeline(
        height=TOP + row * len(years) + 2,
        row=row,
        years=tuple(tops.items()),
        months=tuple(
            _month(name, counts, tops[name[:4]], row, scale, colours)
            for name, counts in sorted(by_month.items(), reverse=True)
        ),
        kinds=tuple(legend),
        undated=sum(count for (month, _), count in months.items() if not month),
    )


def _month(
    name: str, counts: Counter[str], top: float, row: float, scale: float, colours: dict[str, int]
) -> Month:
    by_colour: Counter[int] = Counter()
    for kind, count in counts.items():
        by_colour[colours.get(kind, COLOURS - 1)] += count
    segments, foot = [], top + row - 3
    for colour in sorted(by_colour):
        height = max(1.5, by_colour[colour] * scale)
        foot -= height
        segments.append(Segment(foot, height, colour))
    x = LABELS + (int(name[5:]) - 1) * CELL
    return Month(name, x, top, tuple(counts.most_common()), tuple(segments))


def draw(timeline: Timeline, address: Callable[[str], str], language: str, chosen: str = "") -> str:
    """The SVG; `address` gives where a month (YYYY-MM) leads, `chosen` is the month shown now."""
    rows = "".join(
        f'<text class="year" x="{LABELS - 5}" y="{top + timeline.row - 4:.1f}">{shown(year)}</text>'
        f'<path class="ground" d="M{LABELS} {top + timeline.row - 2.5:.1f}H{WIDTH - 3}"/>'
        for year, top in timeline.years
    )
    names = "".join(
        f'<text class="month" x="{LABELS + (number - 0.5) * CELL}" y="11">{number}</text>'
        for number in range(1, 13)
    )
    months = "".join(
        _drawn(month, timeline, address(month.name), language, month.name == chosen)
        for month in timeline.months
    )
    return (
        f'<svg class="timeline" viewBox="0 0 {WIDTH} {timeline.height:.0f}" role="group" '
        f'aria-label="{shown(text("library.timeline", language))}">'
        f'<g aria-hidden="true">{names}{rows}</g>{months}</svg>'
    )


def _drawn(month: Month, timeline: Timeline, address: str, language: str, chosen: bool) -> str:
    label = shown(month_label(month, language))
    top = min(segment.y for segment in month.segments)
    bars = "".join(
        f'<rect class="kind-{each.colour}" x="{month.x + 5}" y="{each.y:.1f}" '
        f'width="{CELL - 10}" height="{each.height:.1f}"/>'
        for each in month.segments
    )
    current = ' class="chosen" aria-current="true"' if chosen else ""
    return (
        f'<a href="{shown(address)}" aria-label="{label}"{current}><title>{label}</title>'
        f'<rect class="cell" x="{month.x + 0.5}" y="{month.y:.1f}" width="{CELL - 1}" '
        f'height="{timeline.row - 1}" rx="2"/>{bars}'
        f'<text class="count" x="{month.x + CELL / 2}" y="{top - 2:.1f}">{month.total}</text></a>'
    )


def month_label(month: Month, language: str) -> str:
    """A month in words: how many documents, and of which kinds."""
    unknown = text("library.kind_unknown", language)
    separator = text("library.separator", language)
    kinds = separator.join(
        f"{unknown if kind == '-' else kind} {count}" for kind, count in month.counts
    )
    return text(
        "library.month_label",
        language,
        month=month_name(month.name, language),
        count=month.total,
        kinds=kinds,
    )


def month_name(month: str, language: str) -> str:
    """2019-05 as people write it."""
    return text("library.month", language, year=month[:4], number=int(month[5:7]))
