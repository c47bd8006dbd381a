"""Burst: ten thousand people raise an alarm within ten seconds, over HTTP, on one machine.

All roles run for real, the partners are simulated in a process of their own. The client is ``wrk``:
it sends each trigger at its moment, and an answer's time counts from that moment, whenever the
trigger could be sent. Timers and deliveries run on meanwhile: the windows elapse, calls are
placed, nobody answers, so every report rises until the police are asked by themselves.

``lost``: receipts whose report, acceptance, call or request to the police is missing from the log
or from the partners' journals. ``doubled``: citizens, calls or requests that are there twice.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from application.context import system
from application.member_desk import RegisterMember
from benchmarks.shooting import Answer, Shot, shoot
from domain.geography import Position
from infrastructure.bootstrap import set_up_log_lines
from interfaces.commands.output import progress, say
from interfaces.demo.journals import journal
from interfaces.demo.reading_back import OUTSTANDING
from interfaces.demo.stage import stage, wait_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from interfaces.demo.stage import Stage

ENROLLING = 16
DRAINED_MAX_S = 900.0
ACCEPTED = 202
LATE = """
SELECT percentile_cont(0.99) WITHIN GROUP (
    ORDER BY extract(epoch FROM fired_at - due_at)::float8 * 1000)
FROM timers WHERE fired_at IS NOT NULL
"""
LATER = "SELECT count(*) FROM timers WHERE fired_at IS NULL"
TOLD = """
SELECT topic, aggregate_id FROM events
WHERE topic IN ('emergency.triggered', 'emergency.accepted', 'emergency.police_requested')
"""
JOURNALS = {"emergency.accepted": "call", "emergency.police_requested": "police"}
"""Of each fact that every report of the burst must have: the partner who must know of it."""


def place(number: int, count: int) -> Position:
    """Spread over the city, without chance: a walk along a spiral from City Hall outwards."""
    from math import cos, sin, sqrt

    turn, far = 2.399963 * number, sqrt((number + 0.5) / count)
    return Position(
        latitude_deg=round(37.5663 + 0.07 * far * sin(turn), 6),
        longitude_deg=round(126.9779 + 0.12 * far * cos(turn), 6),
    )


def enrolled(running: Stage, count: int) -> list[str]:
    """The device tokens of so many new citizens."""
    desk, context = running.house.member_desk, system("benchmark", correlation_id=uuid4())
    citizen = RegisterMember(name="김안심", phone="+821012345678")

    def enroll(_number: int) -> str:
        token = desk.register(citizen, context).device_token
        if token is None:
            raise LookupError("a new citizen without a token")
        return token

    with (
        progress("enrolling citizens") as advance,
        ThreadPoolExecutor(ENROLLING) as pool,
    ):
        tokens = []
        for token in pool.map(enroll, range(count)):
            tokens.append(token)
            advance(len(tokens), count)
    return tokens


def shots(tokens: Sequence[str]) -> list[Shot]:
    return [
        Shot(
            correlation_id=uuid4(),
            token=token,
            body={
                "trigger_id": uuid4().hex,
                "how": "button",
                "position": place(number, len(tokens)).model_dump()
                | {"accuracy_m": 12.5, "source": "fused"},
                "device": {"platform": "android", "app_version": "4.2.1"},
                "language": "ko",
                "alert": "siren",
            },
        )
        for number, token in enumerate(tokens)
    ]


def drained(running: Stage) -> None:
    """Wait until every timer has fired and every delivery is done, those of the police too."""
    house = running.house
    most = 0

    def look() -> bool:
        nonlocal most
        with house.database.connection() as connection:
            due, deliveries = connection.execute(OUTSTANDING).fetchone() or (1, 1)
            [(later,)] = connection.execute(LATER).fetchall()
        most = max(most, left := later + deliveries)
        advance(most - left, most)
        return (due, left) == (0, 0)

    with progress("timers and deliveries") as advance:
        wait_for(look, what="the end of all timers and deliveries", within_s=DRAINED_MAX_S)


def compared(running: Stage, answers: Sequence[Answer]) -> tuple[int, int]:
    """How many of the acknowledged reports lack something, and how many things are there twice."""
    with running.house.database.connection() as connection:
        facts = Counter((topic, report) for topic, report in connection.execute(TOLD.encode()))
    entries = Counter((one["channel"], one["body"]["report_id"]) for one in journal(running))
    reports: list[UUID] = [one.report_id for one in answers if one.report_id is not None]
    lost = sum(
        not facts["emergency.triggered", report]
        or any(
            not facts[topic, report] or not entries[partner, str(report)]
            for topic, partner in JOURNALS.items()
        )
        for report in reports
    )
    counts = (Counter(reports), facts, entries)
    doubled = sum(number - 1 for counted in counts for number in counted.values())
    return lost, doubled


def main() -> None:
    asked = _asked()
    set_up_log_lines("benchmark", level="WARNING")
    with stage(keep=None, without=()) as running:
        tokens = enrolled(running, asked.triggers)
        say(f"{asked.triggers} triggers in {asked.seconds:g} s …")
        began = time.monotonic()
        answers = shoot(running.url, shots(tokens), per_s=asked.triggers / asked.seconds)
        last_ms = max(one.took_ms for one in answers)
        say(f"all answered within {last_ms:.0f} ms; timers and deliveries run on …")
        drained(running)
        drained_s = time.monotonic() - began
        lost, doubled = compared(running, answers)
        with running.house.database.connection() as connection:
            [(late_ms,)] = connection.execute(LATE).fetchall()
    acknowledged = [one for one in answers if one.status == ACCEPTED]
    took_ms = sorted(one.took_ms for one in acknowledged)
    figures: dict[str, Any] = {
        "triggers": asked.triggers,
        "acknowledged": len(acknowledged),
        "p50_ms": round(took_ms[len(took_ms) // 2], 1),
        "p99_ms": round(took_ms[int(len(took_ms) * 0.99)], 1),
        "max_ms": round(took_ms[-1], 1),
        "timers_late_p99_ms": round(late_ms, 1),
        "drained_s": round(drained_s, 1),
        "lost": lost,
        "doubled": doubled,
    }
    print(json.dumps(figures))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks.burst",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    parser.add_argument("--triggers", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
