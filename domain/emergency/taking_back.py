"""The citizen takes her report back, or seems to.

A cancel is never answered with an error. It ends the report; or it is kept and acts on nothing; or
it came with the duress PIN: then it only looks like a cancel, to whoever holds the phone, and the
report is real.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Fact, applies
from domain.emergency import facts
from domain.emergency.calling import Calling
from domain.emergency.vocabulary import Alert, CancelRefusal, Stage
from domain.policy import Policy


class PinGiven(Enum):
    """What the citizen's PINs make of what came with a cancel."""

    NOT_ASKED = "not_asked"
    """She has set none."""
    RIGHT = "right"
    MISSING = "missing"
    WRONG = "wrong"
    DURESS = "duress"


class DuressSuspected(Fact):
    """The duress PIN was given: operators are alarmed, and near her nothing sounds any more.

    ``told`` is what the phone was told, as the right PIN would have been: None, that the report is
    cancelled. At ``accept_by`` the report is accepted, unless it is open already.
    """

    TOPIC: ClassVar[str] = "emergency.duress_suspected"

    citizen_id: UUID | None
    told: CancelRefusal | None
    accept_by: AwareDatetime


class RaisedAfterCancel(Fact):
    """The citizen took a report back a short time ago, or seemed to, and raised this one."""

    TOPIC: ClassVar[str] = "emergency.raised_after_cancel"

    cancelled_report_id: UUID
    taken_back_at: AwareDatetime


class TakingBack(Calling):
    """Cancels, and what looks like one."""

    under_duress: bool = False
    pretended: bool = False
    """The phone was told that the report is cancelled, and it is not."""
    seems_resolved: bool = False
    """It was resolved, and the duress PIN opened it again: of which the phone knows nothing."""
    wrong_pins: int = 0
    taken_back_at: datetime | None = None
    over_on_phone_at: datetime | None = None
    """When it ended, as the phone has it; None while it goes on there."""

    @property
    def taken_back(self) -> bool:
        """Whether the phone takes the report for cancelled."""
        return self.pretended or self.stage is Stage.CANCELLED

    @property
    def seems_over(self) -> bool:
        """Whether the phone takes the report for over, whatever it is."""
        return self.pretended or self.seems_resolved

    @property
    def stage_on_phone(self) -> Stage:
        """What whoever holds the phone may tell from any answer."""
        if self.taken_back:
            return Stage.CANCELLED
        return Stage.RESOLVED if self.seems_resolved else self.stage

    def cancel(
        self,
        *,
        at: datetime,
        policy: Policy,
        pin: PinGiven = PinGiven.NOT_ASKED,
        trigger_id: str | None = None,
        occurred_at: datetime | None = None,
    ) -> CancelRefusal | None:
        """Take the report back, as received at ``at``; never refused with an error.

        Args:
            at: receipt by our clock.
            policy: the city's numbers.
            pin: what came along, judged by the citizen's own.
            trigger_id: which trigger is meant; None: the whole report.
            occurred_at: as the device says.

        Returns:
            Why nothing is taken back; None when the phone is told that the report is cancelled. A
            report that the phone takes for cancelled stays so, whatever comes.
        """
        known = self.taken_back
        refusal = None if known else self._refusal(at, pin, trigger_id, policy)
        if pin is PinGiven.DURESS and not self.under_duress:
            self._suspect(at, occurred_at, told=refusal)
        elif known:
            pass
        elif refusal is not None:
            self._refuse(refusal, at, occurred_at, pin, policy)
        elif self.under_duress:
            self._suspect(at, occurred_at, told=None)
        else:
            self.record(
                facts.Cancelled,
                at=at,
                occurred_at=occurred_at,
                reopen_until=at + timedelta(seconds=policy.reopen_cancelled_within_s),
            )
        return refusal

    def _refusal(
        self, at: datetime, pin: PinGiven, trigger_id: str | None, policy: Policy
    ) -> CancelRefusal | None:
        if self.stage is not Stage.WINDOW or at > self.cancel_until:
            return CancelRefusal.LATE
        if pin is PinGiven.MISSING:
            return CancelRefusal.PIN_MISSING
        if pin is not PinGiven.NOT_ASKED and self.wrong_pins >= policy.pin_tries_max:
            return CancelRefusal.PIN_LOCKED
        if pin is PinGiven.WRONG:
            return CancelRefusal.PIN_WRONG
        if trigger_id in self.heard and trigger_id != next(reversed(self.heard)):
            return CancelRefusal.RAISED_AGAIN
        return None

    def _refuse(
        self,
        why: CancelRefusal,
        at: datetime,
        occurred_at: datetime | None,
        pin: PinGiven,
        policy: Policy,
    ) -> None:
        tried = self.wrong_pins + (why is CancelRefusal.PIN_WRONG)
        late_s = (at - self.cancel_until).total_seconds() if why is CancelRefusal.LATE else 0.0
        self.record(
            facts.CancelRefused,
            at=at,
            occurred_at=occurred_at,
            refusal=why,
            late_by_s=max(0.0, late_s),
            tries_left=None if pin is PinGiven.NOT_ASKED else max(0, policy.pin_tries_max - tried),
        )

    def _suspect(
        self, at: datetime, occurred_at: datetime | None, *, told: CancelRefusal | None
    ) -> None:
        self.record(
            DuressSuspected,
            at=at,
            occurred_at=occurred_at,
            citizen_id=self.citizen_id,
            told=told,
            accept_by=max(at, self.cancel_until),
        )
        self._stop_ringing(at=at)

    def follow_cancel(self, taken_back: TakingBack, *, at: datetime) -> None:
        """Say that this report was raised a short time after that one was taken back."""
        known = taken_back.taken_back and taken_back.stage is not Stage.RESOLVED
        if known and taken_back.taken_back_at is not None:
            self.record(
                RaisedAfterCancel,
                at=at,
                cancelled_report_id=taken_back.id,
                taken_back_at=taken_back.taken_back_at,
            )

    @applies(facts.Cancelled)
    def _taken_back(self, fact: facts.Cancelled) -> None:
        self.taken_back_at = fact.timestamp

    @applies(facts.Cancelled, facts.Resolved)
    def _over_on_phone(self, fact: Fact) -> None:
        if not self.seems_over:
            self.over_on_phone_at = fact.timestamp

    @applies(facts.Reopened)
    def _on_again(self, _fact: facts.Reopened) -> None:
        """Of what it takes for cancelled, the phone hears nothing more."""
        self.seems_resolved = False
        if not self.pretended:
            self.over_on_phone_at = None

    @applies(facts.CancelRefused)
    def _not_taken_back(self, fact: facts.CancelRefused) -> None:
        self.wrong_pins += fact.refusal is CancelRefusal.PIN_WRONG

    @applies(DuressSuspected)
    def _duress_suspected(self, fact: DuressSuspected) -> None:
        self.turned_at = fact.log_position
        self.under_duress = True
        self.alert = Alert.SILENT
        if fact.told is None:
            self.pretended = True
            self.taken_back_at = self.taken_back_at or fact.timestamp
            self.over_on_phone_at = self.over_on_phone_at or fact.timestamp
        if self.stage is Stage.RESOLVED:
            self.seems_resolved = True
        if self.ended:
            self.stage = Stage.WINDOW
            self.outcome = None
