"""The rota: places, the looks that are due, and those that nobody has made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from application.context import Context
from application.protection.base import ProtectionSteps, nobody_else, watches
from application.protection.commands import NamePlace, NewPlace, RecordLook, RemovePlace
from application.safe_return import Receipt
from application.timers import DueTimer
from domain.base import Aggregate
from domain.geography import CITY
from domain.protection import Protection
from domain.protection.vocabulary import WatchPlace


class Watching(ProtectionSteps):
    """Those who are assigned, and the district's supervisors; and the timers."""

    def name_place(self, command: NamePlace, context: Context) -> Receipt:
        """Watch a place, or watch it otherwise."""

        def step(protection: Protection, at: datetime) -> Sequence[Aggregate]:
            protection.name_place(
                place_id=command.place_id,
                place=place_of(command.place),
                at=at,
                policy=self._policy,
            )
            return ()

        return self._step(command.protection_id, context, step, may=watches)

    def remove_place(self, command: RemovePlace, context: Context) -> Receipt:
        def step(protection: Protection, at: datetime) -> Sequence[Aggregate]:
            protection.remove_place(place_id=command.place_id, at=at)
            return ()

        return self._step(command.protection_id, context, step, may=watches)

    def record_look(self, command: RecordLook, context: Context) -> Receipt:
        """Say what a look showed. Raises LookUnknown or ProtectionExpired."""

        def step(protection: Protection, at: datetime) -> Sequence[Aggregate]:
            protection.record_look(
                look_id=command.look_id,
                operator_id=UUID(context.principal.id),
                finding=command.finding,
                note=command.note or None,
                at=at,
            )
            return ()

        return self._step(command.protection_id, context, step, may=watches)

    def _look_due(self, timer: DueTimer, context: Context) -> Receipt:
        def step(protection: Protection, at: datetime) -> Sequence[Aggregate]:
            protection.look_due(look_id=UUID(timer.name), at=at, policy=self._policy)
            return ()

        return self._step(timer.aggregate_id, context, step, may=nobody_else)

    def _look_missed(self, timer: DueTimer, context: Context) -> Receipt:
        def step(protection: Protection, at: datetime) -> Sequence[Aggregate]:
            protection.look_missed(
                look_id=UUID(timer.name),
                supervisor=self._duty(protection.district, at),
                city=self._duty(CITY, at),
                at=max(at, timer.due_at),
                policy=self._policy,
            )
            return ()

        return self._step(timer.aggregate_id, context, step, may=nobody_else)


def place_of(place: NewPlace) -> WatchPlace:
    return WatchPlace(**dict(place))
