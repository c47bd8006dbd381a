"""Carries a confirmed erasure out, and proves it. Every step may be repeated after a crash."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from application.context import Context
from application.desk import Desk
from application.erasure_desk import ErasureDesk
from application.erasure_ports import (
    Advance,
    Films,
    Leftovers,
    Recorder,
    Search,
    Searched,
    SubjectKeys,
    Tombstone,
    Tombstones,
    Traces,
    unseen,
)
from application.needles import needles
from application.ports import Unsealer
from application.safe_return import Receipt
from domain.base import Value
from domain.erasure import Erasure, ErasureStage

FORGOTTEN = frozenset({ErasureStage.CONFIRMED, ErasureStage.REMAINS})


class Forgotten(Value):
    """What was done, and how it was proved."""

    subject: UUID
    keys: int
    receipts: int
    deliveries: int
    values: int
    """How many forms of values were searched for; 0 when a crash had taken them from memory."""
    searched: Searched

    @property
    def clean(self) -> bool:
        return not self.searched.found


class Eraser(Desk):
    """Destroys keys, purges what lies beside the log, searches for what may remain."""

    def __init__(  # noqa: PLR0913
        self,
        *desk: Any,
        traces: Traces,
        keys: SubjectKeys,
        tombstones: Tombstones,
        leftovers: Leftovers,
        films: Films,
        search: Search,
        unsealer: Unsealer,
        access_log: Recorder,
    ) -> None:
        super().__init__(*desk)
        self._traces = traces
        self._keys = keys
        self._tombstones = tombstones
        self._leftovers = leftovers
        self._films = films
        self._search = search
        self._unsealer = unsealer
        self._access_log = access_log

    def carry_out(
        self, erasure_id: UUID, context: Context, advance: Advance = unseen
    ) -> Forgotten | None:
        """Carry a confirmed erasure out; None when there is nothing to do.

        Raises:
            ApplicationError: a place that must be searched, or the log, is away; ask again.
        """
        erasure = self._app.load(Erasure, erasure_id)
        if erasure.stage not in FORGOTTEN:
            return None
        self._search.ready()
        subjects = (erasure.subject, *erasure.incidents)
        sought = self._values(erasure, subjects, context, advance)
        self._tombstones.bury(
            Tombstone(subject=erasure.subject, kind=erasure.kind, incidents=erasure.incidents)
        )
        destroyed = self._keys.destroy_all(subjects)
        purged = self._leftovers.purge(erasure.subject, erasure.incidents)
        self._keys.wait_until_told()
        searched = self._search.search(sought, advance)
        forgotten = Forgotten(
            subject=erasure.subject,
            keys=destroyed,
            receipts=purged.receipts,
            deliveries=purged.deliveries,
            values=len(sought),
            searched=searched,
        )
        self._keep(erasure_id, forgotten, context)
        return forgotten

    def _values(
        self, erasure: Erasure, subjects: Collection[UUID], context: Context, advance: Advance
    ) -> frozenset[bytes]:
        """The person's values in every form, opened a last time and kept in memory only."""
        if not self._keys.living(subjects):
            return frozenset()
        self._access_log.record(
            context, subject=erasure.subject, what="erasure.search", why=f"erasure:{erasure.id}"
        )
        parts = self._traces.sealed_under(subjects, advance)
        told = needles(opened for part in parts if (opened := self._unsealer.unseal(part)))
        return told | self._films.samples(subjects)

    def _keep(self, erasure_id: UUID, forgotten: Forgotten, context: Context) -> None:
        searched = forgotten.searched

        def attempt() -> Receipt:
            erasure = self._app.load(Erasure, erasure_id)
            at = self._clock.now()
            if forgotten.clean:
                erasure.done(
                    keys=forgotten.keys,
                    receipts=forgotten.receipts,
                    deliveries=forgotten.deliveries,
                    values=forgotten.values,
                    tables=searched.tables,
                    files=searched.files,
                    queue_keys=searched.queue_keys,
                    bytes_searched=searched.bytes_searched,
                    at=at,
                )
            else:
                erasure.remains_found(places=searched.found, at=at)
            receipt = Receipt(aggregate_id=erasure_id)
            return self._app.commit([erasure], context=context, receipt=receipt)

        self._decide(context, Receipt, attempt)


def destroy_again(tombstones: Tombstones, keys: SubjectKeys) -> int:
    """Before anything is served: destroy what a restored back-up brought back; how many."""
    named = [one for stone in tombstones.all() for one in _subjects(stone)]
    living = keys.living(named) if named else []
    return keys.destroy_all(living) if living else 0


class Restorer:
    """Lets a restored back-up's log know, too, of what stands outside the database."""

    def __init__(
        self,
        tombstones: Tombstones,
        keys: SubjectKeys,
        leftovers: Leftovers,
        desk: ErasureDesk,
    ) -> None:
        self._tombstones = tombstones
        self._keys = keys
        self._leftovers = leftovers
        self._desk = desk

    def bring_up_to_date(self, context: Context) -> int:
        """Let the log know of every erasure, and phones and cases, too; how many did not."""
        again = 0
        for stone in self._tombstones.all():
            living = self._keys.living(_subjects(stone))
            keys = self._keys.destroy_all(living) if living else 0
            if self._desk.restore(stone, keys, context):
                self._leftovers.purge(stone.subject, stone.incidents)
                again += 1
        return again


def _subjects(stone: Tombstone) -> tuple[UUID, ...]:
    return (stone.subject, *stone.incidents)
