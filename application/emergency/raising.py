"""The citizens' side: raise a report, take it back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from application.context import Context, Idempotency
from application.emergency.announcements import announcement
from application.emergency.commands import CancelReceipt, CancelReport, TriggerReceipt
from application.emergency.linking import Linking
from application.errors import Unknown
from application.safe_return import Receipt
from application.triggers import TriggerReport, maker_of, read_trigger
from domain.emergency import Emergency, Signal
from domain.emergency.taking_back import PinGiven
from domain.emergency.vocabulary import Flag
from domain.incident import Incident
from domain.member import Member
from domain.report_guard import ReportGuard

TRIGGER_ROUTE: Final = "emergency.trigger"


class Pins(Protocol):
    def judge(self, citizen_id: UUID, given: str | None) -> PinGiven:
        """What the citizen's PINs make of ``given``; as slow for each answer."""
        ...


class Raising(Linking):
    """Takes triggers and cancels. Neither is ever refused for what it lacks."""

    def __init__(self, *desk: Any, pins: Pins, **more: Any) -> None:
        super().__init__(*desk, **more)
        self._pins = pins

    def trigger(self, report: TriggerReport, context: Context) -> TriggerReceipt:
        """Raise a report, or join the citizen's open one; a repeat gets the first answer.

        The caller's own idempotency key is not used: a phone that sends one key for ever
        would silence its later alarms. The trigger's id, bound to its maker, is the key.

        Raises:
            LogUnavailable: nothing was stored; the phone must send again.
        """
        at = self._clock.now()
        signal = read_trigger(report, at=at, districts=self._districts, policy=self._policy)
        keyed = context.model_copy(
            update={
                "idempotency": Idempotency(
                    route=TRIGGER_ROUTE,
                    key=str(signal.report_id),
                    body_sha256=report.body_sha256,
                ),
                "urgent": True,
            }
        )

        def attempt() -> TriggerReceipt:
            return self._trigger(signal, at=at, context=keyed)

        def otherwise(first: TriggerReceipt) -> None:
            self._amend(first.report_id, signal, at=at, context=keyed)

        return self._decide(keyed, TriggerReceipt, attempt, first_stands=True, otherwise=otherwise)

    def _amend(self, report_id: UUID, signal: Signal, *, at: datetime, context: Context) -> None:
        """Keep what a repeat says otherwise; its answer is the first's."""
        unkeyed = context.model_copy(update={"idempotency": None})

        def attempt() -> Receipt:
            report = self._load(report_id)
            report.amend(signal, at=at)
            self._answer_quietly(report, at=at)
            receipt = Receipt(aggregate_id=report_id)
            return self._app.commit([report], context=unkeyed, receipt=receipt)

        self._decide(unkeyed, Receipt, attempt)

    def _trigger(self, signal: Signal, *, at: datetime, context: Context) -> TriggerReceipt:
        if signal.citizen_id is None:
            real = signal.in_earnest()
            known = self._app.find(Emergency, real.report_id)
            if known is not None:
                return self._again(known, real, at=at, context=context)
            report = Emergency.trigger(real, at=at, policy=self._policy)
            return self._app.commit(
                [report], context=context, receipt=_answer(report, real.trigger_id)
            )
        guard = self._guard(signal.citizen_id, at=at)
        if guard.closed:  # erased while the alarm was on its way: it rings as nobody's
            return self._trigger(
                signal.model_copy(update={"citizen_id": None}), at=at, context=context
            )
        met = guard.reports.get(signal.trigger_id)
        if met is not None and (signal.drill or met not in guard.drills):
            return self._again(self._load(met), signal, at=at, context=context)
        if guard.consent_withdrawn:
            signal = signal.flagged(Flag.CONSENT_WITHDRAWN)
        if guard.protection is not None:
            signal = signal.model_copy(update={"cell": None})
        report, others = self._placed(signal, guard, at=at)
        if guard.protection is not None:
            report.protect(guard.protection, at=at)
        return self._app.commit(
            [report, *others, guard], context=context, receipt=_answer(report, signal.trigger_id)
        )

    def _again(
        self, report: Emergency, signal: Signal, *, at: datetime, context: Context
    ) -> TriggerReceipt:
        """A repeat whose first answer is kept no longer."""
        report.amend(signal, at=at)
        self._answer_quietly(report, at=at)
        return self._app.commit(
            [report], context=context, receipt=_answer(report, signal.trigger_id)
        )

    def _placed(
        self, signal: Signal, guard: ReportGuard, *, at: datetime
    ) -> tuple[Emergency, list[Emergency | Incident]]:
        """The report that the trigger joined or opened, and what is saved along with it."""
        over, latest = guard.last_over, self._latest(guard, at=at)
        decided = signal if self._is_practised(signal, guard, at=at) else signal.in_earnest()
        placed = guard.place(
            report_id=decided.report_id,
            trigger_id=decided.trigger_id,
            drill=decided.drill,
            apart_m=latest.apart_m(decided, policy=self._policy) if latest else None,
            at=at,
            policy=self._policy,
        )
        if latest and placed.joins:
            self._join(latest, signal, at=at)
            return latest, []
        report = Emergency.trigger(decided, at=at, policy=self._policy)
        self._follow_cancel(report, over, at=at)
        if latest is None or placed.linked_to is None:
            return report, []
        return report, [latest, self._linked(latest, report, operator_id=None, at=at)]

    def _join(self, report: Emergency, signal: Signal, *, at: datetime) -> None:
        """Let an open report ring again; a drill is none any more."""
        if report.drill:
            report.promote(operator_id=None, at=at, policy=self._policy)
            report.amend(signal, at=at)  # its own trigger, said again in earnest
        report.join(signal.in_earnest(), at=at, policy=self._policy)
        self._answer_quietly(report, at=at)
        self._ring_elsewhere(report, at=at)

    def _latest(self, guard: ReportGuard, *, at: datetime) -> Emergency | None:
        """The open report that a trigger may belong to.

        One that ended since the guard was read is over: the append will find out that both were
        not read together, and the trigger is placed anew.
        """
        while guard.latest is not None:
            report = self._load(guard.latest)
            if not report.ended:
                return report
            guard.release(report_id=report.id, at=at)
        return None

    def _is_practised(self, signal: Signal, guard: ReportGuard, *, at: datetime) -> bool:
        """Whether it is a drill: the phone and our own clock both say so, and nothing is open."""
        if not signal.drill or signal.citizen_id is None or guard.open_real:
            return False
        member = self._app.find(Member, signal.citizen_id)
        return member is not None and member.is_practising(at=at)

    def _follow_cancel(
        self, report: Emergency, over: tuple[UUID, datetime] | None, *, at: datetime
    ) -> None:
        """Name what the citizen took back last, if that is still on the screens."""
        kept = timedelta(seconds=self._policy.reopen_cancelled_within_s)
        if over is not None and at <= over[1] + kept:
            report.follow_cancel(self._load(over[0]), at=at)

    def cancel(self, command: CancelReport, context: Context) -> CancelReceipt:
        """Take a report back; the moment that counts is that of receipt.

        A cancel that takes nothing back is kept and answered with ``cancelled`` False.

        Raises:
            Unknown: there is no such report, or the caller did not raise it.
            LogUnavailable: nothing was stored; the phone must send again.
        """
        at = command.received_at or self._clock.now()
        pin = self._judged(command)

        def attempt() -> CancelReceipt:
            report = self._load(command.report_id)
            if not _raised(report, command):
                raise Unknown(str(command.report_id))
            refusal = report.cancel(
                at=at,
                policy=self._policy,
                pin=pin,
                trigger_id=command.trigger_id,
                occurred_at=command.occurred_at,
            )
            receipt = CancelReceipt(
                aggregate_id=report.id,
                cancelled=refusal is None,
                reason=refusal,
                cancel_until=report.cancel_until,
                server_time=at,
            )
            apart = refusal is None or report.seems_resolved
            saved = self._taken_back(report, at=at) if apart else (report,)
            return self._app.commit(self._told(saved, at=at), context=context, receipt=receipt)

        told = self._decide(context, CancelReceipt, attempt, first_stands=True)
        return told.model_copy(update={"position": None})  # it would tell what was stored

    def _judged(self, command: CancelReport) -> PinGiven:
        """Before the report is loaded: it takes so long that another could write meanwhile."""
        citizen_id = command.identity.speaks_for if command.identity else None
        if citizen_id is None:
            return PinGiven.NOT_ASKED
        return self._pins.judge(citizen_id, command.pin.get_secret_value() if command.pin else None)


def _raised(report: Emergency, command: CancelReport) -> bool:
    identity = command.identity
    return report.is_triggered_by(
        citizen_id=identity.speaks_for if identity else None,
        device=maker_of(identity, command.device),
    )


def _answer(report: Emergency, trigger_id: str) -> TriggerReceipt:
    heard = report.heard[trigger_id]
    return TriggerReceipt(
        aggregate_id=report.id,
        joined=heard.joined,
        drill=report.drill,
        alert=heard.alert,
        announcement=announcement(report.language, alert=heard.alert, drill=report.drill),
        cancel_until=report.cancel_until,
        server_time=heard.at,
        flags=heard.flags,
    )
