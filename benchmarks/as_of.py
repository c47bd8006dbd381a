"""As of: what the queue costs as it stood in the middle of a long log, against the live one.

One log is built by COPY and its two folds are brought level by a rebuild. Then the whole answer
is asked through the desk, queue and what stood on the screens, live and as of a position at which
as many reports were open, in turn. Answers are compared in size, not only in time.
"""

from __future__ import annotations

import argparse
import json
import time
from statistics import median
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg

from application.context import Context, Principal
from benchmarks.cluster import own_server
from benchmarks.growth import grown
from domain.roles import Role

if TYPE_CHECKING:
    from benchmarks.growth import Grown
    from infrastructure.bootstrap import House
    from infrastructure.embedded.postgres import PostgresServer

FACTS = 1_000_000
ROUNDS = 300
WARM_UPS = 20
VIEWS = "operator_views"
AUDITOR = Context(principal=Principal(id=str(uuid4()), role=Role.AUDITOR), correlation_id=uuid4())


def asked(house: House, as_of: int | None) -> int:
    """One answer, whole; how many reports it names."""
    desk = house.reading_desk
    _, rows = desk.queue(AUDITOR, as_of=as_of)
    shown = {dict(row)["report_id"] for row in rows}
    desk.watched(AUDITOR, shown, as_of=as_of)
    return len(rows)


def on(server: PostgresServer, log: Grown, rounds: int = ROUNDS) -> dict[str, Any]:
    """Medians over a log that ``benchmarks.growth.grown`` has made on ``server``."""
    house = log.house
    _level(server, log)
    took: dict[str, list[float]] = {"live_ms": [], "as_of_ms": []}
    sizes = {"live_ms": asked(house, None), "as_of_ms": asked(house, log.middle)}
    for number in range(WARM_UPS + rounds):
        for name, as_of in (("live_ms", None), ("as_of_ms", log.middle)):
            began = time.perf_counter()
            asked(house, as_of)
            if number >= WARM_UPS:
                took[name].append((time.perf_counter() - began) * 1000)
    live, past = median(took["live_ms"]), median(took["as_of_ms"])
    return {
        "as_of_ms": round(past, 3),
        "live_ms": round(live, 3),
        "as_of_ratio": round(past / live, 3),
        "as_of_facts": log.size,
        "open_reports": {"live": sizes["live_ms"], "as_of": sizes["as_of_ms"]},
    }


def measured(facts: int = FACTS, rounds: int = ROUNDS) -> dict[str, Any]:
    """On a server of its own, thrown away afterwards."""
    with own_server() as server:
        log = grown(server, facts)
        try:
            return on(server, log, rounds)
        finally:
            log.house.close()


def _level(server: PostgresServer, log: Grown) -> None:
    """Bring the fold of views level, too."""
    head = log.house.reader.head()
    name = f"facts_{log.size}"
    with psycopg.connect(server.url("owner", name), autocommit=True) as connection:
        connection.execute("UPDATE read.tracking SET position = %s WHERE fold = %s", (head, VIEWS))
    log.house.engine.rebuild(VIEWS)
    with psycopg.connect(server.url("superuser", name), autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="benchmarks.as_of",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    parser.add_argument("--facts", type=int, default=FACTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked_for = parser.parse_args()
    print(json.dumps(measured(asked_for.facts, asked_for.rounds)))


if __name__ == "__main__":
    main()
