"""Replay: one report of 10, 100 and 1,000 facts, loaded from PostgreSQL and folded.

Ours: the application's ``load``, with personal fields opened. Library: its application's
repository over its default recorder, the same facts and the same aggregate. Nothing is cached on
either side, and both must come to the same state.
"""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg

from application.context import system
from application.safe_return import Receipt
from benchmarks.cluster import fresh_database, own_server, told_by
from benchmarks.life import POLICY, a_report, operator_of
from benchmarks.peers.library import application_on
from benchmarks.peers.ours import house_on
from benchmarks.reports import asked, tell
from domain.emergency import Emergency

if TYPE_CHECKING:
    from uuid import UUID

    from application.safe_return import SafeReturn
    from benchmarks.peers.library import Stock

SIZES = (10, 100, 1000)
SPAN_S = 0.3
"""How long each side loads in each round."""


def main() -> None:
    arguments = asked("replay", __doc__, rounds=7)
    with own_server() as server:
        for side in ("ours", "library"):
            fresh_database(server, side, migrated=side == "ours")
        library = application_on(server.url("owner", "library"), make_tables=True)
        with house_on(server.url("service", "ours")) as house:
            found = {
                size: _measured(house.app, library, _stored(size, house.app, library), arguments)
                for size in SIZES
            }
        library.close()
        told = told_by(server)
    tell({"facts": {str(size): figures for size, figures in found.items()}}, told, arguments)


def _stored(size: int, app: SafeReturn, library: Stock) -> UUID:
    """Write one report with ``size`` facts to both sides."""
    report = a_report(size)
    facts = list(report.collect_events())
    context = system("benchmark", correlation_id=uuid4())
    app.commit([Decided(report.id, facts)], context=context, receipt=Receipt(aggregate_id=report.id))
    library.save(*facts)
    return report.id


def _measured(app, library, report_id, rounds):
    ours, theirs = app.load(Emergency, report_id), library.repository.get(report_id)
    if ours != theirs: raise AssertionError
