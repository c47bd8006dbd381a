"""Verifies the log as an auditor does: the one door, whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from application.errors import WitnessUnavailable
from infrastructure.migrations import check_shape
from infrastructure.verifying.chain import GENESIS, digest
from infrastructure.verifying.findings import Finding, Verified
from infrastructure.verifying.testimony import heard
from infrastructure.verifying.verification import Verification, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from application.ports import Witness
    from infrastructure.database import Connection, Database
    from infrastructure.proof.trusted import Trusted
    from infrastructure.verifying.seals import Opener
    from infrastructure.verifying.testimony import Testimony

__all__ = ["GENESIS", "Finding", "Verified", "digest", "verify"]

NOTHING_IN_THE_WAY = """
SET search_path = pg_catalog;
SET row_security = off;
SET statement_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET jit = off;
SET max_parallel_workers_per_gather = 0;
"""


def verify(  # noqa: PLR0913 - each may be left out
    database: Database,
    *,
    first: int = 1,
    witnesses: Sequence[Witness] = (),
    all_must_answer: bool = True,
    trusted: Trusted | None = None,
    remembered: Path | None = None,
    opener: Callable[[], Opener] | None = None,
    all_seals: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Verified:
    """Recompute both chains in one snapshot, and compare them with what witnesses hold.

    Args:
        database: any role that may read the log and the access records.
        first: the position to begin at.
        witnesses: asked before the snapshot is taken, so that it holds all they have seen.
        all_must_answer: else it is enough that one of them does.
        trusted: whose checkpoints are believed; None where there ought to be none.
        remembered: where this machine keeps what it signed last.
        opener: makes what opens sealed parts, for rows that no trusted signature covers.
        all_seals: open those of all rows.
        progress: told now and then how many rows are done, and how many there are.

    Raises:
        WitnessUnavailable: a witness does not answer.
        CheckpointKeyLost: there are checkpoints, and nobody says whose to believe.
        AnsimError: the database has not this code's shape, or the log ends before ``first``.
        psycopg.Error: the log cannot be read; nothing is said about it then.
    """
    wanted = Wanted(
        first=first,
        told=_heard(witnesses, trusted, all_must_answer=all_must_answer),
        trusted=trusted,
        remembered=remembered,
        opener=opener,
        all_seals=all_seals,
        advance=progress or (lambda _done, _all: None),
    )
    connection = database.dedicated()
    try:
        return _verified(connection, wanted)
    finally:
        connection.close()


def _heard(
    witnesses: Sequence[Witness], trusted: Trusted | None, *, all_must_answer: bool
) -> tuple[Testimony, ...]:
    told = []
    for at, witness in enumerate(witnesses, 1):
        try:
            told.append(heard(witness, trusted))
        except WitnessUnavailable:
            if all_must_answer or (at == len(witnesses) and not told):
                raise
    return tuple(told)


def _verified(connection: Connection, wanted: Wanted) -> Verified:
    check_shape(connection)
    connection.execute(NOTHING_IN_THE_WAY)
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    with connection.transaction():
        return Verification(connection, wanted).run()
