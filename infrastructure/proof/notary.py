"""Seals what has been written since it sealed last, and tells the witnesses."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import psycopg
import structlog

from application.errors import (
    HistoryRewritten,
    LogUnavailable,
)
from domain.checkpoint import NOTHING, Checkpoint, TreeHead
from domain.merkle import HASH_BYTES, Tree, leaf_hash
from infrastructure.proof.book import COVERING, LAST
from infrastructure.proof.edge import Edge
from infrastructure.proof.publishing import standings
from infrastructure.proof.rows import CHAINS, hashes, rows_after, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from domain.checkpoint import SignedCheckpoint
    from infrastructure.database import Connection, Database
    from infrastructure.proof.book import CheckpointBook
    from infrastructure.proof.publishing import Publishing, Standing
    from infrastructure.proof.rows import Rows
    from infrastructure.proof.signing_keys import SigningKeys
    from infrastructure.proof.time_stamps import TimeStamps

log = structlog.get_logger()

LOCK: Final = 71933210
"""Advisory: who seals does so alone, whatever machine he is on."""
TOLD_LESS: Final = (
    "SELECT 1 FROM witnesses WHERE failing_since IS NOT NULL"
    " OR number < (SELECT max(number) FROM checkpoints)"
)
LOCK_WAIT_MS: Final = 60_000


class Notary:
    """One at a time; appends go on meanwhile. Args: ``book`` and ``keys`` are this machine's."""

    def __init__(
        self,
        database: Database,
        keys: SigningKeys,
        book: CheckpointBook,
        publishing: Publishing,
        stamps: TimeStamps | None = None,
    ) -> None:
        self._database = database
        self._keys = keys
        self._book = book
        self._publishing = publishing
        self._stamps = stamps

    def seal(self, reason: str) -> Checkpoint | None:
        """Seal all rows there are; None when none is new. Witnesses are told, or caught up later.

        Raises:
            HistoryRewritten: what stands there does not continue what was sealed; an alarm.
            CheckpointKeyLost: nobody can sign.
            LogUnavailable: another seals and does not come to an end.
            psycopg.Error: the database is away.
        """
        with self._alone() as connection:
            try:
                return self._seal(connection, reason)
            except HistoryRewritten as error:
                log.error("checkpoint.refused", why=str(error))  # noqa: TRY400 (says it all)
                raise

    def catch_up(self) -> None:
        """Publish to witnesses what they lack; their troubles are kept, not raised."""
        with self._database.connection() as connection:
            if not connection.execute(TOLD_LESS).fetchone():
                return
        with self._alone() as connection:
            last = self._book.last(connection, self._keys.trusted())
            self._publishing.tell(connection, last, self._keys.trusted())

    def latest(self) -> SignedCheckpoint | None:
        """The newest in the table: for quick use, not checked."""
        with self._database.connection() as connection:
            return self._book.find(connection, LAST)

    def covering(self, position: int) -> SignedCheckpoint | None:
        """The oldest in the table that covers this fact; None when it is not sealed yet."""
        with self._database.connection() as connection:
            return self._book.find(connection, COVERING, position)

    def standings(self) -> list[Standing]:
        """How far each witness is, by name."""
        with self._database.connection() as connection:
            return standings(connection)

    def facts_tree(self, size: int) -> Tree:
        """The tree over the first facts, to draw proofs from; its root is to be compared."""
        with self._database.connection() as connection:
            joined = hashes(connection, CHAINS["facts"], 0, size)
        return Tree(
            leaf_hash(joined[at : at + HASH_BYTES]) for at in range(0, len(joined), HASH_BYTES)
        )

    def _seal(self, connection: Connection, reason: str) -> Checkpoint | None:
        if self._book.is_empty(connection):
            self._keys.make()
        trusted = self._keys.trusted()
        signed = self._book.last(connection, trusted)
        self._publishing.compare(connection, signed, trusted)
        last = signed.checkpoint if signed else None
        edge = self._book.edge(connection, last) if last else Edge.empty()
        with snapshot(connection):
            facts = rows_after(connection, CHAINS["facts"], last.facts if last else None)
            access = rows_after(connection, CHAINS["access"], last.access if last else None)
            at = _now(connection)
        sealed = None
        if facts.count or access.count:
            edge = edge.grown(facts.leaves, access.leaves)
            sealed = Checkpoint(
                origin=trusted.origin,
                number=last.number + 1 if last else 1,
                previous=last.digest() if last else NOTHING,
                sealed_at=max(at, last.sealed_at) if last else at,
                facts=_head(edge.facts.size, edge.facts.root(), facts),
                access=_head(edge.access.size, edge.access.root(), access),
                key_id=self._keys.current().key_id,
            )
            signed = self._keys.sign(sealed)
            self._book.add(connection, signed, edge, reason)
            log.info(
                "checkpoint.sealed",
                number=sealed.number,
                facts=sealed.facts.size,
                access=sealed.access.size,
                reason=reason,
            )
        self._publishing.tell(connection, signed, trusted)
        if self._stamps is not None and signed is not None:
            self._stamps.stamp(signed)
        return sealed

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        connection = self._database.dedicated()
        try:
            connection.execute(f"SET lock_timeout = {LOCK_WAIT_MS}".encode())
            connection.execute("SET statement_timeout = 0")
            try:
                connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
            except psycopg.errors.LockNotAvailable as error:
                raise LogUnavailable("another seals, and does not come to an end") from error
            yield connection
        finally:
            connection.close()


def _head(size: int, root: bytes, rows: Rows) -> TreeHead:
    return TreeHead(size=size, root=root.hex(), head=rows.head)


def _now(connection: Connection) -> datetime:
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    if row is None:
        raise LogUnavailable("the database does not tell the time")
    moment: datetime = row[0]
    return moment
