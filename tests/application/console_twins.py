"""Consoles, centres and the queue around the desk of shifts, in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from application.consoles import Console, PresentAtConsoles
from application.shift_desk import ShiftDesk
from application.shifts import Around
from domain.emergency.vocabulary import Stage
from domain.geography import DistrictCode
from domain.policy import EscalationLevel
from projections.centres import CentreRow, CentresFold
from projections.operator_queue import OperatorQueue
from projections.queue_row import OPEN_STAGES, QueueRow
from tests.application.house import DeskHouse


class MemoryConsoles:
    """As ``Consoles`` has it."""

    def __init__(self) -> None:
        self._known: dict[UUID, Console] = {}

    def put(self, console: Console) -> None:
        self._known[console.staff_id] = console

    def beat(self, staff_id: UUID, at: datetime, *, felt: bool) -> Console | None:
        known = self._known.get(staff_id)
        if known is None:
            return None
        input_at = max(known.input_at, at) if felt else known.input_at
        self.put(replace(known, heard_at=max(known.heard_at, at), input_at=input_at))
        return self._known[staff_id]

    def take(self, staff_id: UUID) -> Console | None:
        return self._known.pop(staff_id, None)

    def find(self, staff_id: UUID) -> Console | None:
        return self._known.get(staff_id)

    def of(self, district: DistrictCode) -> list[Console]:
        return [one for one in self.all() if one.district == district]

    def all(self) -> list[Console]:
        return sorted(self._known.values(), key=lambda one: one.started_at)


class Folded:
    """A fold of the whole log, made anew at each look: never behind."""

    def __init__(self, house: DeskHouse) -> None:
        self._house = house

    def _rows(self, fold: Any) -> list[Any]:
        rows: dict[Any, Any] = {}
        for fact in self._house.log.facts():
            if any(fact.TOPIC.startswith(topic) for topic in fold.topics):
                for key in fold.keys(fact):
                    rows[key] = fold.evolve(rows.get(key), fact)
        return [row for row in rows.values() if row is not None]


class MemoryCentres(Folded):
    def rows(self) -> list[CentreRow]:
        return self._rows(CentresFold())

    def handled(self, district: DistrictCode, since: datetime, until: datetime) -> Sequence[Any]:
        return [
            _Handled(row)
            for row in self._rows(OperatorQueue())
            if row.district == district and row.last_at >= since and row.received_at <= until
        ]


class _Handled:
    """A queue row with the outcome that only a report's page has."""

    def __init__(self, row: QueueRow) -> None:
        self._row = row
        self.outcome = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


class MemoryQueue(Folded):
    def attended(self, centres: Collection[DistrictCode]) -> list[QueueRow]:
        return [
            row
            for row in self._rows(OperatorQueue())
            if row.stage in OPEN_STAGES and (row.held_by or self._waits(row, centres))
        ]

    @staticmethod
    def _waits(row: QueueRow, centres: Collection[DistrictCode]) -> bool:
        risen = row.escalation not in {None, EscalationLevel.SUPERVISOR}
        return row.stage is Stage.OPEN and not risen and row.district not in centres


class ShiftHouse(DeskHouse):
    """A house whose presence comes from its consoles."""

    def __init__(self) -> None:
        super().__init__()
        self.consoles = MemoryConsoles()
        self.presence = PresentAtConsoles(self.consoles, self.policy)
        self.restart()

    def restart(self) -> None:
        super().restart()
        if not hasattr(self, "consoles"):
            return
        self.shifts = ShiftDesk(
            self.app,
            self.clock,
            self.log,
            around=Around(
                consoles=self.consoles,
                presence=self.presence,
                centres=MemoryCentres(self),
                queue=MemoryQueue(self),
                reports=self.desk,
            ),
            policy=self.policy,
        )
