"""How far a fold is: asked, moved on and told in one statement each, for that is done so often."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final

from infrastructure.engine.engine import FoldOutdated, Overtaken
from infrastructure.prepared import Prepared

if TYPE_CHECKING:
    from infrastructure.database import Connection
    from projections.fold import Fold

CHANNEL: Final = "ansim_folds"
TRACKED: Final = Prepared(
    "fold_tracked", "SELECT position, version FROM read.tracking WHERE fold = $1::text"
)
MOVED: Final = """
WITH moved AS (
    UPDATE read.tracking SET position = {reached}, updated_at = clock_timestamp()
    WHERE fold = {fold} AND position = {expected} AND version = {version} RETURNING position
)
SELECT pg_notify('ansim_folds', {fold} || ':' || position) FROM moved
"""
MOVED_ALONE: Final = Prepared(
    "fold_moved",
    MOVED.format(
        fold="$1::text", expected="$2::bigint", reached="$3::bigint", version="$4::integer"
    ),
)
MOVED_WITHIN: Final = MOVED.format(
    fold="%(fold)s::text", expected="%(expected)s", reached="%(reached)s", version="%(version)s"
).encode()
_BIGINT: Final = struct.Struct(">q").pack
_INTEGER: Final = struct.Struct(">i").pack


def tracked(connection: Connection, fold: Fold[Any], *, lock: bool = False) -> int:
    """The position that the fold has reached.

    Args:
        connection: in a transaction if it is to be locked, otherwise outside.
        fold: whose.
        lock: nobody else may move it before the transaction's end.

    Raises:
        FoldOutdated: the rows are of another version than this code, or have not been made.
    """
    if lock:
        found = connection.execute(
            "SELECT position, version FROM read.tracking WHERE fold = %s FOR UPDATE", (fold.name,)
        ).fetchall()
    else:
        found = TRACKED.rows(connection, fold.name.encode())
    if not found:
        raise FoldOutdated(f"{fold.name} has no rows yet: ansim migrate")
    [(position, version)] = found
    if version != fold.version:
        raise FoldOutdated(
            f"{fold.name}: rows of version {version}, code of version {fold.version}:"
            f" ansim projections rebuild {fold.name}"
        )
    return int(position)


def move(
    connection: Connection, fold: Fold[Any], expected: int, reached: int, *, alone: bool
) -> None:
    """Say that the fold has come from ``expected`` to ``reached``; who waits hears of it.

    Args:
        connection: in the transaction that has the rows, or outside of any when ``alone``.
        fold: whose.
        expected: where it must stand.
        reached: where it stands from now on.
        alone: no row goes with it.

    Raises:
        Overtaken: it stands elsewhere; nothing was moved.
    """
    if alone:
        values = (_BIGINT(expected), _BIGINT(reached), _INTEGER(fold.version))
        moved = len(MOVED_ALONE.rows(connection, fold.name.encode(), *values))
    else:
        within = {
            "fold": fold.name,
            "expected": expected,
            "reached": reached,
            "version": fold.version,
        }
        moved = connection.execute(MOVED_WITHIN, within, prepare=True).rowcount
    if not moved:
        raise Overtaken(f"{fold.name} is no longer at {expected}")


def announce(connection: Connection, name: str, position: int) -> None:
    connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, f"{name}:{position}"), prepare=True)
