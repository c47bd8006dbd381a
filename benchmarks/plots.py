"""Draws what the benchmarks found: ``python -m benchmarks.plots``.

Reads ``benchmarks/results/NAME.json``, the last line that a benchmark has printed, and writes
``docs/img/benchmark-NAME.svg``. Bars grouped by what was measured, one colour for each side.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT: Final = Path(__file__).parents[1]
RESULTS: Final = ROOT / "benchmarks" / "results"
IMAGES: Final = ROOT / "docs" / "img"
COLOURS: Final = ("#1f6f8b", "#e07a3f", "#8a8d91", "#5b8c5a")
WIDTH, HEIGHT = 720, 340
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 60, 40
TICKS_MAX: Final = 6

Groups = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Plot:
    title: str
    unit: str
    groups: Groups
    logarithmic: bool = False


def append(found: Mapping[str, Any]) -> Plot:
    sides = ("ours", "raw", "library", "pgbench")
    return Plot(
        "Appends: facts stored a second, by writers",
        "facts/s",
        {
            f"{writers} writers": {side: row[side] for side in sides if side in row}
            for writers, row in found["writers"].items()
        },
    )


def replay(found: Mapping[str, Any]) -> Plot:
    return Plot(
        "Replay: loading and folding one report",
        "ms",
        {
            f"{facts} facts": {"ours": row["ours_ms"], "library": row["library_ms"]}
            for facts, row in found["facts"].items()
        },
        logarithmic=True,
    )


def folds(found: Mapping[str, Any]) -> Plot:
    sides = {"ours": "ours_per_s", "library": "library_per_s", "raw read": "raw_read_per_s"}
    return Plot(
        "Folds: facts folded a second in a rebuild",
        "facts/s",
        {
            name: {side: row[key] for side, key in sides.items()}
            for name, row in found["folds"].items()
        },
        logarithmic=True,
    )


def lag(found: Mapping[str, Any]) -> Plot:
    names = {"20": "20 facts/s", "500": "500 facts/s", "after": "?after= over HTTP"}
    return Plot(
        "Lag: from a commit until another process sees it in the queue",
        "ms",
        {
            name: {"p50": found[key]["p50_ms"], "p99": found[key]["p99_ms"]}
            for key, name in names.items()
        },
    )


def growth(found: Mapping[str, Any]) -> Plot:
    return Plot(
        "Growth: median time, by facts in the log",
        "ms",
        {
            name: {f"{int(size):,}": ms for size, ms in row.items()}
            for name, row in found["median_ms"].items()
        },
    )


PLOTS: Final[dict[str, Callable[[Mapping[str, Any]], Plot]]] = {
    one.__name__: one for one in (append, replay, folds, lag, growth)
}


def svg(plot: Plot) -> str:
    """The plot as one SVG element."""
    scale = _scale(plot)
    height = HEIGHT - TOP - BOTTOM
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
            f' font-family="sans-serif" font-size="12"><title>{escape(plot.title)}</title>'
        ),
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="20" font-size="15">{escape(plot.title)}</text>',
    ]
    for value in _ticks(plot):
        y = TOP + height * (1 - scale(value))
        parts.append(
            f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_number(value)}</text>'
        )
    parts += [*_legend(plot), *_bars(plot, scale), "</svg>"]
    return "\n".join(parts) + "\n"


def _legend(plot: Plot) -> list[str]:
    parts = []
    names = list(dict.fromkeys(name for row in plot.groups.values() for name in row))
    for number, name in enumerate(names):
        x = LEFT + number * 120
        parts.append(
            f'<rect x="{x}" y="32" width="12" height="12" fill="{COLOURS[number]}"/>'
            f'<text x="{x + 18}" y="42">{escape(name)}</text>'
        )
    parts.append(f'<text x="{WIDTH - RIGHT}" y="42" text-anchor="end">{escape(plot.unit)}</text>')
    return parts


def _bars(plot: Plot, scale: Callable[[float], float]) -> list[str]:
    parts = []
    height = HEIGHT - TOP - BOTTOM
    wide = (WIDTH - LEFT - RIGHT) / len(plot.groups)
    for place, (group, row) in enumerate(plot.groups.items()):
        begin = LEFT + place * wide
        bar = wide * 0.8 / len(row)
        for number, (name, value) in enumerate(row.items()):
            tall = height * scale(value)
            x, y = begin + wide * 0.1 + number * bar, TOP + height - tall
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{bar * 0.92:.1f}" height="{tall:.1f}"'
                f' fill="{COLOURS[number]}"><title>{escape(name)}</title></rect>'
                f'<text x="{x + bar * 0.46:.1f}" y="{y - 4:.1f}" text-anchor="middle"'
                f' font-size="11">{_number(value)}</text>'
            )
        parts.append(
            f'<text x="{begin + wide / 2:.1f}" y="{HEIGHT - 14}" text-anchor="middle">'
            f"{escape(group)}</text>"
        )
    return parts


def _scale(plot: Plot) -> Callable[[float], float]:
    """A value's height, from 0 to 1."""
    ticks = _ticks(plot)
    least, most = ticks[0], ticks[-1]
    if plot.logarithmic:
        span = math.log10(most / least)
        return lambda value: max(math.log10(max(value, least) / least) / span, 0.004)
    return lambda value: value / most


def _ticks(plot: Plot) -> list[float]:
    values = [value for row in plot.groups.values() for value in row.values()]
    most = max(values) * 1.05
    if plot.logarithmic:
        first = math.floor(math.log10(min(values)))
        return [10.0**power for power in range(first, math.ceil(math.log10(most)) + 1)]
    step = 10.0 ** math.floor(math.log10(most / 2))
    while most / step >= TICKS_MAX:
        step *= 2
    return [step * number for number in range(math.ceil(most / step) + 1)]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"  # noqa: PLR2004


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    for name, plot_of in PLOTS.items():
        file = RESULTS / f"{name}.json"
        if file.exists():
            image = IMAGES / f"benchmark-{name}.svg"
            image.write_text(svg(plot_of(json.loads(file.read_text()))))
            print(image.relative_to(ROOT))


if __name__ == "__main__":
    main()
