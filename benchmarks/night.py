"""Night: the peak of a night in Seoul over HTTP, through all services, on one machine.

All roles run for real, the partners are simulated in a process of their own. At 1, 10 and 100
times the real load as many walks, rides and escorts are under way as at the peak (they begin in the
minute before, which is not measured), each says every 5 s where it is, and for ``--seconds``
everything begins and ends as often as at the peak; see ``benchmarks.nights.load`` for the figures.

``lost``: answers that the service gave and the log, or a partner's journal, does not bear out.
``p99_command_ms``: of all commands, positions among them, from the moment each was due.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from benchmarks.nights.evening import Evening
from benchmarks.nights.load import Load
from benchmarks.nights.lost import lost
from benchmarks.nights.people import Town
from benchmarks.nights.watch import FoldsWatched
from benchmarks.nights.wire import Wire, percentile
from infrastructure.bootstrap import set_up_log_lines
from interfaces.commands.output import say
from interfaces.demo.places import PLACES
from interfaces.demo.reading_back import wait_until_settled
from interfaces.demo.stage import stage

if TYPE_CHECKING:
    from interfaces.demo.stage import Stage

LEVELS: Final = (1, 10, 100)
WATCHED_BY_ONE: Final = 5
"""Walks for each operator of a centre; the service gives one at most six."""


def measured(running: Stage, town: Town, load: Load, seconds: float) -> dict[str, Any]:
    """One level: what it was made of, and how it went."""
    wire = Wire(running.url)
    evening = Evening(town, wire, load, seconds)
    with FoldsWatched(running.house.database) as watched:
        asyncio.run(evening.pass_by(town.citizens(evening.needed)))
        wait_until_settled(running)
    commands = evening.measured()
    figures = {
        "commands": len(commands),
        "commands_per_s": round(len(commands) / seconds, 1),
        "under_way": evening.under_way,
        "p50_command_ms": percentile([one.took_ms for one in commands], 0.5),
        "p99_command_ms": percentile([one.took_ms for one in commands], 0.99),
        **watched.figures(),
        "lost": lost(running, wire, watched, evening),
        "refused": len(wire.refused),
    }
    for refused in sorted(set(wire.refused))[:10]:
        say(f"refused: {refused}")
    return figures


def main() -> None:
    asked = _asked()
    set_up_log_lines("benchmark", level="WARNING")
    loads = [Load(times) for times in asked.times]
    walks = max(load.under_way("monitoring") for load in loads)
    escorts = sum(
        load.under_way("escort") + len(load.moments_s("escort", asked.seconds)) for load in loads
    )
    told: dict[str, Any] = {}
    with stage(keep=None, without=()) as running:
        town = Town(
            running,
            operators=ceil(walks / len(PLACES) / WATCHED_BY_ONE),
            teams=ceil(escorts / len(PLACES)) + 1,
        )
        for load in loads:
            say(f"{load.times} times the real load, {asked.seconds:g} s …")
            told[str(load.times)] = measured(running, town, load, asked.seconds)
        town.people.go_home()
    print(json.dumps(told))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks.night",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    parser.add_argument("--times", type=int, nargs="+", default=list(LEVELS))
    parser.add_argument("--seconds", type=float, default=120.0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
