"""What has been signed: the table of checkpoints, and this machine's own memory of the last.

The table is the database's, and the database may lie; the file is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from application.errors import ApplicationError, HistoryRewritten
from domain.base import DomainError
from domain.checkpoint import NotACheckpoint, SignedCheckpoint
from infrastructure.proof.edge import Edge
from infrastructure.proof.files import write_over

if TYPE_CHECKING:
    from pathlib import Path

    from domain.checkpoint import Checkpoint
    from infrastructure.database import Connection
    from infrastructure.proof.trusted import Trusted

SIGNED = "SELECT canonical, signature, public_key FROM checkpoints "
LAST = SIGNED + "ORDER BY number DESC LIMIT 1"
NUMBERED = SIGNED + "WHERE number = %s"
COVERING = SIGNED + "WHERE facts_size >= %s ORDER BY facts_size, number LIMIT 1"
PEAKS = "SELECT peaks FROM checkpoints WHERE number = %s"
ADD = "INSERT INTO checkpoints VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"


class CheckpointBook:
    def __init__(self, remembered: Path) -> None:
        self._file = remembered

    def is_empty(self, connection: Connection) -> bool:
        """Whether nothing was ever signed, as far as anybody here knows."""
        return not self._file.exists() and self.find(connection, LAST) is None

    def last(self, connection: Connection, trusted: Trusted) -> SignedCheckpoint | None:
        """The newest checkpoint, as this machine may believe it.

        Raises:
            HistoryRewritten: the database knows less than we signed, or other than we signed.
        """
        newest, mine = self.find(connection, LAST), self._remembered()
        if newest is None and mine is None:
            return None
        if newest is None or (mine and newest.checkpoint.number < mine.checkpoint.number):
            raise HistoryRewritten(
                f"the database knows checkpoint {newest.checkpoint.number if newest else 0}, but "
                f"{mine.checkpoint.number if mine else 0} was signed here: it has been set back"
            )
        _believe(trusted, newest)
        if mine is not None:
            self._joined(connection, mine, newest.checkpoint.number)
        return newest

    def edge(self, connection: Connection, checkpoint: Checkpoint) -> Edge:
        """What the next checkpoint grows from.

        Raises:
            HistoryRewritten: what is stored is not this checkpoint's.
        """
        row = connection.execute(PEAKS, (checkpoint.number,)).fetchone()
        try:
            return Edge.of(checkpoint, bytes(row[0]) if row else b"")
        except ValueError as error:
            raise HistoryRewritten(
                f"the peaks of checkpoint {checkpoint.number} were changed"
            ) from error

    def add(
        self, connection: Connection, signed: SignedCheckpoint, edge: Edge, reason: str
    ) -> None:
        """Keep it: first in the database, where others find it, then here."""
        one = signed.checkpoint
        with connection.transaction():
            connection.execute("SET LOCAL synchronous_commit = on")
            connection.execute(
                ADD,
                (
                    one.number,
                    one.facts.size,
                    one.access.size,
                    one.sealed_at,
                    reason,
                    signed.canonical,
                    signed.signature,
                    signed.public_key,
                    edge.packed(),
                ),
            )
        self.remember(signed)

    def remember(self, signed: SignedCheckpoint) -> None:
        write_over(self._file, signed.to_json(), mode=0o600)

    def numbered(self, connection: Connection, number: int) -> SignedCheckpoint | None:
        return self.find(connection, NUMBERED, number)

    def find(self, connection: Connection, query: str, *values: Any) -> SignedCheckpoint | None:
        row = connection.execute(query.encode(), values).fetchone()
        if row is None:
            return None
        canonical, signature, public_key = map(bytes, row)
        try:
            signed = SignedCheckpoint(
                canonical=canonical, signature=signature, public_key=public_key
            )
            signed.checkpoint  # noqa: B018 - is it one?
        except (ValueError, DomainError) as error:
            raise HistoryRewritten("the table of checkpoints holds something else") from error
        return signed

    def _remembered(self) -> SignedCheckpoint | None:
        try:
            return SignedCheckpoint.from_json(self._file.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, NotACheckpoint) as error:
            raise HistoryRewritten(f"{self._file} cannot be read: {error}") from error

    def _joined(self, connection: Connection, mine: SignedCheckpoint, until: int) -> None:
        """Others may have sealed since: from what we remember on, each names the one before."""
        before = mine.checkpoint
        held = self.numbered(connection, before.number)
        if held is None or held.canonical != mine.canonical:
            raise HistoryRewritten(f"the database holds another checkpoint {before.number}")
        for number in range(before.number + 1, until + 1):
            following = self.numbered(connection, number)
            if following is None or following.checkpoint.previous != before.digest():
                raise HistoryRewritten(f"checkpoint {number} does not follow the one before it")
            before = following.checkpoint


def _believe(trusted: Trusted, signed: SignedCheckpoint) -> None:
    try:
        trusted.check(signed)
    except ApplicationError as error:
        raise HistoryRewritten(f"the table of checkpoints: {error}") from error
