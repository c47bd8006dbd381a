"""Keeps the facts that a fold could not take, until they are retried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infrastructure.engine.batch import Parked, key_text
from infrastructure.log.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.base import Fact
    from infrastructure.database import Connection
    from projections.fold import Fold

PARKED_COLUMNS: Final = "key, position, aggregate_id, version, topic, reason"


def park(connection: Connection, name: str, parked: Sequence[Parked]) -> None:
    """Keep what could not be folded."""
    if not parked:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO read.parked (fold, {PARKED_COLUMNS})"  # noqa: S608 - constants
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    name,
                    one.key,
                    one.position,
                    one.aggregate_id,
                    one.version,
                    one.topic,
                    one.reason,
                )
                for one in parked
            ],
        )


def note_retried(
    connection: Connection,
    fold: Fold[Any],
    facts: Sequence[Fact | Unreadable],
    still: Sequence[Parked],
    reached: int,
) -> None:
    """Keep which rows have been folded late, and how far their fold was by then."""
    waiting = {one.position for one in still}
    folded = [
        fact
        for fact in facts
        if not isinstance(fact, Unreadable) and fact.envelope.position not in waiting
    ]
    keys = {key_text(key) for fact in folded for key in fold.keys(fact)}
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO read.retried (fold, key, position) VALUES (%s, %s, %s)",
            [(fold.name, key, reached) for key in sorted(keys)],
        )


def waiting_in(connection: Connection, name: str) -> list[Parked]:
    """Everything that is parked of one fold, in the order in which it must be retried."""
    rows = connection.execute(
        f"SELECT {PARKED_COLUMNS} FROM read.parked"  # noqa: S608 - constants
        " WHERE fold = %s ORDER BY position, key",
        (name,),
    )
    return [Parked(*row) for row in rows]


def blocked_in(connection: Connection, name: str) -> set[str]:
    """The keys that no fact may pass."""
    rows = connection.execute(
        "SELECT DISTINCT key FROM read.parked WHERE fold = %s", (name,), prepare=True
    )
    return {key for (key,) in rows}
