"""The row that tells where a chain ends, read as it is stored and compared with the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from infrastructure.verifying.copying import NUMBER_BYTES, batches, fields_of
from infrastructure.verifying.findings import Finding, Found

if TYPE_CHECKING:
    from infrastructure.database import Connection
    from infrastructure.verifying.chain import Walk
    from infrastructure.verifying.tables import Table

TRUE: Final = b"\x01"
NEVER: Final = -946_684_800_000_000
"""The Unix epoch in microseconds since 2000: the moment of a head that nothing was appended to."""


class Head(NamedTuple):
    """``moment`` is None where the table has none."""

    number: int
    hash: bytes
    moment: int | None


def head_of(connection: Connection, table: Table) -> Head | None:
    """The one row of such a table; None when there is not exactly one of the right form."""
    names = ", ".join(name for name, _ in table.columns)
    query = f"COPY (SELECT {names} FROM ONLY {table.qualified}) TO STDOUT (FORMAT binary)"  # noqa: S608 - constants
    rows = [row for batch in batches(connection, query.encode()) for row in batch]
    if len(rows) != 1:
        return None
    single, number, digest, *moments = fields_of(rows[0])
    if single != TRUE or number is None or len(number) != NUMBER_BYTES or digest is None:
        return None
    if any(one is None for one in moments):
        return None
    moment = int.from_bytes(moments[0] or b"", signed=True) if moments else None
    return Head(int.from_bytes(number, signed=True), digest, moment)


def contradicted_by(head: Head | None, walk: Walk, moment: int | None) -> Found | None:
    """What is wrong with the head of a chain whose rows are all good.

    Args:
        head: None for one that is missing.
        walk: came to the table's end.
        moment: when the last row was recorded, as the head should tell.
    """
    reached = walk.reached
    if head is None:
        return Found(reached, Finding.HEAD, "the head is missing, or there are several")
    if head.number != reached:
        return _elsewhere(head, walk)
    if head.hash != walk.digest:
        return Found(reached, Finding.HEAD, "the head has another hash than the last row")
    if head.moment != moment:
        return Found(reached, Finding.HEAD, "the head has another moment than the last row")
    return None


def _elsewhere(head: Head, walk: Walk) -> Found:
    """Whether the rows end elsewhere than they should, or the head was changed to say so."""
    what = f"the head names {head.number} as the last row"
    if head.number > walk.reached and head.hash != walk.digest:
        return Found(walk.reached + 1, Finding.TRUNCATED, what)
    if walk.began <= head.number < walk.reached and head.hash == walk.digest_at(head.number):
        return Found(head.number + 1, Finding.INSERTED, what)
    return Found(walk.reached, Finding.HEAD, what)
