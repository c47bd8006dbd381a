"""A case in the terminal: at once, or in its own rhythm."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from interfaces.case_file.account import entries_of
from interfaces.case_file.steps import district_of, is_drill, outcome_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from rich.console import Console

    from interfaces.case_file.account import Entry
    from interfaces.case_file.sentences import Teller
    from interfaces.case_file.steps import Step

PLACE_CELLS: Final = 8
CLOCK_CELLS: Final = 12
ELAPSED_CELLS: Final = 11
WHO_CELLS: Final = 22
PAUSE_S_MAX: Final = 60.0
"""A case may have slept for days; whoever watches waits no longer than this for its next step."""


def play(
    report_id: UUID,
    steps: Sequence[Step],
    teller: Teller,
    *,
    speed: float | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Print the case step by step.

    Args:
        report_id: whose case it is.
        steps: at least one, from the first fact on.
        teller: of the reader's language.
        speed: how many seconds of the case pass in one second; None prints at once.
        pause: waits that many seconds.
    """
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    console.print(_title(report_id, steps, teller), style="bold")
    day = None
    for step, gap_s, entry in zip(steps, gaps_s(steps), entries_of(steps, teller), strict=True):
        if speed is not None and gap_s:
            pause(min(gap_s / speed, PAUSE_S_MAX))
        if entry.date != day:
            console.print(f"\n{'':{PLACE_CELLS}}  {entry.date}", style="bold")
            day = entry.date
        _print(console, entry, step)


def gaps_s(steps: Sequence[Step]) -> list[float]:
    """How long each step let wait after the one before; never negative."""
    moments = [step.received_at for step in steps]
    waits_s = [(after - before).total_seconds() for before, after in pairwise(moments)]
    return [0.0, *(max(0.0, wait_s) for wait_s in waits_s)]


def _title(report_id: UUID, steps: Sequence[Step], teller: Teller) -> str:
    words = teller.words
    outcome = outcome_of(steps)
    district = district_of(steps)
    told = [
        words["doc.title"],
        words["doc.kind.drill"] if is_drill(steps) else "",
        teller.district(district) if district else "",
        words.get(f"outcome.{outcome}", outcome),
        str(report_id),
    ]
    return " · ".join(part for part in told if part)


def _print(console: Console, entry: Entry, step: Step) -> None:
    from rich.table import Table
    from rich.text import Text

    told = Text(entry.what)
    for label, value in entry.details:
        told.append(f"\n{label}: {value}", style="dim")
    row = Table.grid(padding=(0, 2))
    row.add_column(width=PLACE_CELLS, no_wrap=True, style="dim", justify="right")
    row.add_column(width=CLOCK_CELLS, no_wrap=True)
    row.add_column(width=ELAPSED_CELLS, no_wrap=True, style="dim", justify="right")
    row.add_column(width=WHO_CELLS, overflow="fold")
    row.add_column(overflow="fold")
    row.add_row(f"{step.position}", entry.seoul, entry.elapsed, entry.who, told)
    console.print(row)
