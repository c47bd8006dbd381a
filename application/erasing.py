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
        search: Search,
        unsealer: Unsealer,
        access_log: Recorder,
    ) -> None:
        super().__init__(*desk)
        self._traces = traces
        self._keys = keys
        self._tombstones = tombstones
        self._leftovers = leftovers
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
        self._tombstones.bury(Tombstone(subject=erasure.subject, incidents=erasure.incidents))
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
        return needles(opened for part in parts if (opened := self._unsealer.unseal(part)))

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


class Restorer:
    """Does again, after a back-up was restored, what stands outside the database."""

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

    def before_serving(self) -> int:
        """Destroy every key that a back-up brought back; how many those were."""
        brought_back = self._brought_back()
        return self._keys.destroy_all(one for _, ones in brought_back for one in ones)

    def bring_up_to_date(self, context: Context) -> int:
        """As ``before_serving``, and keep it as facts; how many erasures were done again."""
        brought_back = self._brought_back()
        for tombstone, living in brought_back:
            keys = self._keys.destroy_all(living)
            self._leftovers.purge(tombstone.subject, tombstone.incidents)
            self._desk.restore(tombstone, keys, context)
        return len(brought_back)

    def _brought_back(self) -> list[tuple[Tombstone, list[UUID]]]:
        tombstones = self._tombstones.all()
        if not tombstones:
            return []
        named = [one for stone in tombstones for one in (stone.subject, *stone.incidents)]
        living = set(self._keys.living(named))
        found = [
            (stone, [one for one in (stone.subject, *stone.incidents) if one in living])
            for stone in tombstones
        ]
        return [(stone, ones) for stone, ones in found if ones]
