"""Somebody raises for her: an operator who watches, or her own word that she needs help."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from application.context import Context, Idempotency
from application.emergency.commands import TriggerReceipt
from application.emergency.raising import TRIGGER_ROUTE, Raising
from domain.base import Value
from domain.emergency import Signal
from domain.emergency.vocabulary import Alert, Device, Flag, How
from domain.geography import Cell, DistrictCode, FixQuality, Position
from domain.language import Language
from domain.report_guard import ReportGuard


class AlarmFor(Value):
    """What is known when it is raised.

    ``trigger_id`` names it, so that a repeat is the same as long as its report is open.
    """

    citizen_id: UUID
    trigger_id: str
    language: Language
    silent: bool
    """Whether nothing may sound near her."""
    district: DistrictCode
    cell: Cell | None
    fix: FixQuality | None
    position: Position | None


class Alarms(Protocol):
    """What a service needs of the emergency reports."""

    def raise_for(self, alarm: AlarmFor, context: Context) -> TriggerReceipt:
        """Raise a report that nobody can take back, or join her open one; never refused.

        Raises:
            LogUnavailable: nothing was stored; ask again.
        """
        ...


class RaisingFor(Raising):
    """See ``Alarms``."""

    def raise_for(self, alarm: AlarmFor, context: Context) -> TriggerReceipt:
        at = self._clock.now()
        signal = _signal(self._said_anew(alarm))
        keyed = context.model_copy(
            update={
                "idempotency": Idempotency(
                    route=TRIGGER_ROUTE, key=str(signal.report_id), body_sha256=b""
                ),
                "urgent": True,
            }
        )

        def attempt() -> TriggerReceipt:
            return self._trigger(signal, at=at, context=keyed)

        return self._decide(keyed, TriggerReceipt, attempt, first_stands=True)

    def _said_anew(self, alarm: AlarmFor) -> AlarmFor:
        """Once its report has ended, the same cry is another alarm, and needs a name of its own."""
        guard = self._app.find(ReportGuard, ReportGuard.create_id(alarm.citizen_id))
        known = guard.reports if guard else {}
        name, times = alarm.trigger_id, 1
        while name in known and self._load(known[name]).ended:
            times += 1
            name = f"{alarm.trigger_id}:{times}"
        return alarm.model_copy(update={"trigger_id": name})


def _signal(alarm: AlarmFor) -> Signal:
    return Signal(
        maker=f"citizen:{alarm.citizen_id}",
        trigger_id=alarm.trigger_id,
        citizen_id=alarm.citizen_id,
        how=How.WATCHED,
        presses=None,
        device=Device(),
        language=alarm.language,
        alert=Alert.SILENT if alarm.silent else Alert.VIBRATION,
        drill=False,
        flags=() if alarm.position is not None else (Flag.POSITION_MISSING,),
        district=alarm.district,
        cell=alarm.cell,
        fix=alarm.fix,
        skew_s=None,
        occurred_at=None,
        position=alarm.position,
        at_once=True,
    )
