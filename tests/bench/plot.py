"""Growth with the library's size, as a self-contained page of small SVG charts, or one SVG image.

In: the whole report. Out: HTML or SVG. Both axes are logarithmic: a straight line that rises by one
square a square grows in proportion. Imports the standard library alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 340, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 28, 12, 26
_NAMES = {"store": "this store", "chroma": "plain Chroma", "langchain": "LangChain's recipe"}

Value = Callable[[dict, str], float]


@dataclass(frozen=True)
class Chart:
    """One measure against the number of passages."""

    title: str
    unit: str
    value: Value


def _whole(one: dict, name: str) -> float:
    stages = one["ingest"][name]
    return stages["whole_s"] if "whole_s" in stages else stages["embed_s"] + stages["insert_s"]


def _memory(one: dict, name: str) -> float:
    # Below one MiB it is noise, and a logarithm needs more than nothing.
    return max(one["memory_mib"][name] - one["memory_mib"]["none"], 1.0)


CHARTS = (
    Chart("Search, median", "ms", lambda one, name: one["search"][name]["all"]["p50_ms"]),
    Chart("Search, 95th percentile", "ms", lambda one, name: one["search"][name]["all"]["p95_ms"]),
    Chart("Filling the library", "s", _whole),
    Chart("Adding one document", "s", lambda one, name: one["add_one_s"][name]),
    Chart("Memory beyond the loaded model", "MiB", _memory),
    Chart("Disk", "MiB", lambda one, name: one["disk_mib"][name]),
)
_STYLE = """
:root { --ink: #1f2933; --soft: #5f6b7a; --line: #dfe4ea; --paper: #fff;
  --store: #1f5fae; --chroma: #d98324; --langchain: #6b8f5e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --soft: #9aa5b1; --line: #3a4450;
  --paper: #1b222a; --store: #6aa9f4; --chroma: #f0a850; --langchain: #98c088; } }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; color: var(--ink);
  background: var(--paper); font: 15px/1.6 system-ui, sans-serif; }
h1 { font-size: 1.3rem; margin: 0; } p { color: var(--soft); margin: .3rem 0; }
main { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); }
figure { margin: 0; } figcaption { font-weight: 600; }
svg { width: 100%; height: auto; } svg text { font-size: 11px; fill: var(--soft); }
.grid { stroke: var(--line); } polyline { fill: none; stroke-width: 2; }
.end { text-anchor: end; } .middle { text-anchor: middle; }
"""
_COLOURS = "".join(
    f".{name} {{ stroke: var(--{name}); fill: var(--{name}); }}b.{name} {{ color: var(--{name}); }}"
    for name in _NAMES
)

_COLOUR_OF = {"store": "#1f5fae", "chroma": "#d98324", "langchain": "#6b8f5e"}
_IMAGE_STYLE = (
    "text { font: 11px sans-serif; fill: #5f6b7a; } .name { font-weight: 600; fill: #1f2933; }"
    ".grid { stroke: #dfe4ea; } polyline { fill: none; stroke-width: 2; }"
    ".end { text-anchor: end; } .middle { text-anchor: middle; }"
    + "".join(
        f".{name} {{ stroke: {colour}; fill: {colour}; }}" for name, colour in _COLOUR_OF.items()
    )
)


def page(report: dict) -> str:
    """The page of a whole report."""
    sizes = _all_sizes(report)
    machine = report["machine"]
    legend = " · ".join(f'<b class="{name}">{escape(text)}</b>' for name, text in _NAMES.items())
    figures = "".join(
        f"<figure><figcaption>{escape(chart.title)} ({chart.unit})</figcaption>"
        f"{_drawing(chart, sizes)}</figure>"
        for chart in CHARTS
    )
    about = (
        f"{machine['cores']} cores ({machine['processor']}), {machine['memory_gib']} GiB, "
        f"Python {machine['python']}. {report['note']}"
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Growth with the library</title>'
        f"<style>{_STYLE}{_COLOURS}</style><h1>Growth with the library</h1>"
        f"<p>{legend}; across: passages. Both axes are logarithmic. "
        "LangChain's chunks are several times longer than passages, so it holds fewer vectors.</p>"
        f"<p>{escape(about)}</p>"
        f"<main>{figures}</main></html>\n"
    )


def image(report: dict) -> str:
    """All charts as one SVG image, in light colours, for pages that only show images."""
    across, step_x, step_y = 3, _WIDTH + 12, _HEIGHT + 30
    parts = []
    for place, chart in enumerate(CHARTS):
        x, y = place % across * step_x, place // across * step_y
        drawing = _drawing(chart, _all_sizes(report)).replace(
            "<svg ", f'<svg x="{x}" y="{y + 40}" width="{_WIDTH}" height="{_HEIGHT}" ', 1
        )
        parts.append(
            f'<text class="name" x="{x + 8}" y="{y + 36}">{escape(chart.title)} ({chart.unit})'
            f"</text>{drawing}"
        )
    legend = "".join(
        f'<text class="name {name}" style="stroke:none" x="{8 + 170 * place}" y="16">'
        f"{escape(text)}</text>"
        for place, (name, text) in enumerate(_NAMES.items())
    )
    width, height = across * step_x, 40 + -(-len(CHARTS) // across) * step_y
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f"<style>{_IMAGE_STYLE}</style>"
        f'<rect width="{width}" height="{height}" fill="#fff"/>{legend}{"".join(parts)}</svg>\n'
    )


def _all_sizes(report: dict) -> list[dict]:
    """What was measured beside the others, and the larger libraries, which lack some of it."""
    return [*report["sizes"], *report.get("large", ())]


def _known(chart: Chart, sizes: Sequence[dict], name: str) -> list[tuple[int, float]]:
    """The sizes at which one system was measured, and what was."""
    found = []
    for one in sizes:
        try:
            found.append((one["passages"], max(chart.value(one, name), 1e-4)))
        except KeyError:
            continue
    return found


def _drawing(chart: Chart, sizes: Sequence[dict]) -> str:
    across = _range([one["passages"] for one in sizes])
    values = {name: _known(chart, sizes, name) for name in _NAMES}
    upwards = _range([value for each in values.values() for _, value in each])

    def x(value: float) -> float:
        return _LEFT + _share(value, across) * (_WIDTH - _LEFT - _RIGHT)

    def y(value: float) -> float:
        return _HEIGHT - _BOTTOM - _share(value, upwards) * (_HEIGHT - _TOP - _BOTTOM)

    parts = [_grid(across, upwards, x, y)]
    for name, own in values.items():
        points = [(x(passages), y(value)) for passages, value in own]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        parts.append(f'<polyline class="{name}" style="fill:none" points="{path}"/>')
        for (passages, value), (a, b) in zip(own, points, strict=True):
            told = f"{_NAMES[name]}: {value:,.3g} {chart.unit} at {passages:,} passages"
            parts.append(
                f'<circle class="{name}" cx="{a:.1f}" cy="{b:.1f}" r="3.5">'
                f"<title>{escape(told)}</title></circle>"
            )
    label = escape(chart.title)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">'
        f"{''.join(parts)}</svg>"
    )


def _grid(
    across: tuple[float, float],
    upwards: tuple[float, float],
    x: Callable[[float], float],
    y: Callable[[float], float],
) -> str:
    top, bottom, left, right = _TOP, _HEIGHT - _BOTTOM, _LEFT, _WIDTH - _RIGHT
    parts = []
    for power in range(math.ceil(across[0]), math.floor(across[1]) + 1):
        at = x(10.0**power)
        parts.append(
            f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{top}" y2="{bottom}"/>'
            f'<text class="middle" x="{at:.1f}" y="{bottom + 16}">{10**power:,}</text>'
        )
    for power in range(math.ceil(upwards[0]), math.floor(upwards[1]) + 1):
        at = y(10.0**power)
        parts.append(
            f'<line class="grid" x1="{left}" x2="{right}" y1="{at:.1f}" y2="{at:.1f}"/>'
            f'<text class="end" x="{left - 6}" y="{at + 4:.1f}">{10.0**power:,g}</text>'
        )
    return "".join(parts)


def _range(values: Sequence[float]) -> tuple[float, float]:
    """From the power of ten below all `values` to a little above them, as logarithms."""
    low = math.floor(math.log10(min(values)) + 1e-9)
    return low, max(low + 1, math.log10(max(values)) + 0.1)


def _share(value: float, powers: tuple[float, float]) -> float:
    return (math.log10(value) - powers[0]) / (powers[1] - powers[0])
