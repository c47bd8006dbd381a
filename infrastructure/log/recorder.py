"""The library's recorder over our log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
    Subscription,
)

from application.safe_return import AlreadyAnswered, SealAgain
from application.together import ask
from infrastructure.log.append import Answered, AppendRequest, KeyRefused, LogWriter, Stored
from infrastructure.log.bell import Bell, Listener
from infrastructure.log.figures import AppendFigures
from infrastructure.log.group_commit import GroupCommit
from infrastructure.log.stored import COLUMNS, StoredFact
from infrastructure.log.troubles import translated, translation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.safe_return import SaveRequest
    from infrastructure.database import Database

POLL_S = 0.25
PAGE = 500
NOBODY = "system:unnamed"


class LogRecorder(ApplicationRecorder):
    """One log for all aggregates; facts are never updated, positions have no gaps."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.figures = AppendFigures()
        self._bell = Bell(database)
        self._saves = GroupCommit(LogWriter(database), self.figures, grown=self._bell.ring)

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        request: SaveRequest | None = None,
        tracking: None = None,  # noqa: ARG002 - the library always hands it in
        **_kwargs: Any,
    ) -> Sequence[int] | None:
        """Store the facts of one command, with the timers and deliveries that it calls for.

        Facts that this very call has stored before (the connection broke before the answer came)
        are found by their event ids and count as stored.

        Returns:
            Their positions; None for no facts.

        Raises:
            IntegrityError: another write came first.
            AlreadyAnswered: the idempotency key has an answer; nothing was stored.
            SealAgain: a new key was refused; nothing was stored, and the key ring knows better now.
            Overloaded: too many saves wait already; nothing was stored.
            OperationalError: the log could not be written within 2 s.
        """
        if not stored_events:
            return None
        facts = [StoredFact.of(event) for event in stored_events]
        asked = (
            AppendRequest.of(facts, request)
            if request is not None
            else AppendRequest(facts, uuid4(), None, NOBODY, principal=NOBODY)
        )
        try:
            outcome = ask(self._saves.append_all, self._saves.append, asked, is_last=True)
        except psycopg.Error as error:
            raise translation(error) from error
        match outcome:
            case Stored(positions):
                _tell(facts, is_stored=True)
                return positions
            case KeyRefused():
                _tell(facts, is_stored=False)
                raise SealAgain
            case Answered(receipt):
                raise AlreadyAnswered(receipt)
            case _:
                raise IntegrityError("another write came first")

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The stored facts of one aggregate, by version."""
        query = f"SELECT {COLUMNS} FROM events WHERE aggregate_id = %s"  # noqa: S608 - constants
        values: list[Any] = [originator_id]
        for clause, value in (("version > %s", gt), ("version <= %s", lte)):
            if value is not None:
                query += f" AND {clause}"
                values.append(value)
        query += " ORDER BY version" + (" DESC" if desc else "")
        if limit is not None:
            query += " LIMIT %s"
            values.append(limit)
        with translated(), self._database.connection() as connection:
            cursor = connection.cursor(binary=True)
            rows = cursor.execute(query.encode(), values, prepare=True).fetchall()
        return [StoredFact.from_row(row) for row in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Facts by position; the sealed part stays behind (see ``LogReader``)."""
        query = (
            "SELECT position, aggregate_id, version, topic, open FROM events WHERE position > %s"
        )
        after = 0 if start is None else start - 1 if inclusive_of_start else start
        values: list[Any] = [after]
        if stop is not None:
            query += " AND position <= %s"
            values.append(stop)
        if topics:
            query += " AND topic = ANY(%s)"
            values.append(list(topics))
        query += " ORDER BY position LIMIT %s"
        values.append(limit)
        with translated(), self._database.connection() as connection:
            cursor = connection.cursor(binary=True)
            rows = cursor.execute(query.encode(), values, prepare=True).fetchall()
        return [
            Notification(
                id=position,
                originator_id=aggregate_id,
                originator_version=version,
                topic=topic,
                state=opened.encode(),
            )
            for position, aggregate_id, version, topic, opened in rows
        ]

    def max_notification_id(self) -> int | None:
        with translated(), self._database.connection() as connection:
            row = connection.execute("SELECT position FROM log_head").fetchone()
        return row[0] or None if row else None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Follow the log; our own engine does it by ``LogReader``, in batches."""
        return LogSubscription(self, self._database, gt=gt, topics=topics)

    def close(self) -> None:
        self._bell.close()


def _tell(facts: Sequence[StoredFact], *, is_stored: bool) -> None:
    for fact in facts:
        for key in fact.new_keys:
            key.told(is_stored)


class LogSubscription(Subscription[ApplicationRecorder]):
    """Pulls when the bell rings, and every 250 ms whether it rings or not."""

    def __init__(
        self,
        recorder: LogRecorder,
        database: Database,
        *,
        gt: int | None,
        topics: Sequence[str],
    ) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._listener = Listener(database)
        self._pulled: list[Notification] = []

    def __next__(self) -> Notification:
        while not self._has_been_stopped:
            if not self._pulled:
                self._pull()
            if self._pulled:
                found = self._pulled.pop()
                self._last_notification_id = found.id
                return found
            with translated():
                self._listener.wait(POLL_S)
        self._listener.close()
        raise StopIteration

    def _pull(self) -> None:
        found = self._recorder.select_notifications(
            start=self._last_notification_id or 0,
            limit=PAGE,
            topics=self._topics,
            inclusive_of_start=False,
        )
        self._pulled = list(reversed(found))

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        super().__exit__(*args, **kwargs)
        self._listener.close()
