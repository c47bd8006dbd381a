"""Checkpoints that lie about: the database's copies, this machine's memory of the last.

Neither is a witness; but what a trusted key has signed was so when it was signed, wherever the
paper is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.base import DomainError
from domain.checkpoint import Checkpoint, SignedCheckpoint
from infrastructure.verifying.copying import batches, fields_of
from infrastructure.verifying.tables import CHECKPOINTS
from infrastructure.verifying.testimony import LOOKED_AT, claimed

if TYPE_CHECKING:
    from pathlib import Path

    from infrastructure.database import Connection
    from infrastructure.proof.trusted import Trusted
    from infrastructure.verifying.testimony import Testimony

NEWEST: Final = (
    "COPY (SELECT canonical, signature, public_key FROM ONLY public.checkpoints"  # noqa: S608
    f" ORDER BY number DESC LIMIT {LOOKED_AT}) TO STDOUT (FORMAT binary)"
).encode()


def in_the_database(connection: Connection, trusted: Trusted, *, beyond: int) -> Testimony:
    """The table's newest checkpoints that cover more facts than ``beyond``."""
    rows = [fields_of(row) for batch in batches(connection, NEWEST) for row in batch]
    found = filter(None, (_signed(row) for row in reversed(rows)))
    newer = [one for one in found if one.checkpoint.facts.size > beyond]
    return claimed(f"the table {CHECKPOINTS.name}", newer, trusted)


def remembered(file: Path, trusted: Trusted, *, beyond: int) -> Testimony:
    """What this machine signed last, kept outside the database."""
    try:
        signed = [SignedCheckpoint.from_json(file.read_bytes())]
    except (OSError, DomainError):
        signed = []
    newer = [one for one in signed if one.checkpoint.facts.size > beyond]
    return claimed(str(file), newer, trusted)


def _signed(row: list[bytes | None]) -> SignedCheckpoint | None:
    """None for what is no checkpoint at all."""
    canonical, signature, public_key = row
    try:
        signed = SignedCheckpoint(
            canonical=canonical or b"", signature=signature or b"", public_key=public_key or b""
        )
        Checkpoint.parse(signed.canonical)
    except (ValueError, DomainError):
        return None
    return signed
