"""The same citizen raises again: what becomes of the report that is open already."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.base import applies
from domain.emergency import facts, refusals
from domain.emergency.answering import answer_by, rises
from domain.emergency.heard import Heard
from domain.emergency.signal import Signal
from domain.emergency.silence import Silence
from domain.emergency.transferring import Transferring
from domain.emergency.vocabulary import Alert, Escalation, Stage
from domain.geography import DistrictCode, FixQuality, Position, metres_between
from domain.policy import Policy


class Joining(Silence, Transferring):
    """A joined trigger rings again and asks for a new acknowledgement; nothing moves later."""

    def join(self, signal: Signal, *, at: datetime, policy: Policy) -> None:
        """Take a further trigger in; a repeat does nothing.

        Accepted, the report rings again until it is claimed anew, and rises again while it is
        not; what had been due earlier stays due then. It goes where the trigger was raised.

        Raises:
            NotOpen, AlreadyResolved: it is over, so the signal needs a report of its own.
        """
        if signal.trigger_id in self.heard:
            return
        if self.stage is Stage.CANCELLED:
            raise refusals.NotOpen(str(self.id))
        if self.stage is Stage.RESOLVED:
            raise refusals.AlreadyResolved(str(self.id))
        in_window = self.stage is Stage.WINDOW
        responsible = self._routed(signal, policy)
        seeing = (responsible,) if in_window else self._seeing(responsible, signal)
        self.record(
            facts.Joined,
            at=at,
            occurred_at=signal.occurred_at,
            citizen_id=signal.citizen_id,
            trigger_id=signal.trigger_id,
            how=signal.how,
            presses=signal.presses,
            device=signal.device,
            alert=signal.alert,
            flags=signal.flags,
            district=signal.district,
            cell=signal.cell,
            fix=signal.fix,
            skew_s=signal.skew_s,
            responsible=responsible,
            districts=seeing,
            answer_by=None if in_window else self._answer_by(at, policy),
            escalations=() if in_window else self._rises(at, policy),
            position=signal.position,
        )
        self._stop_ringing(at=at)

    def apart_m(self, signal: Signal, *, policy: Policy) -> float | None:
        """How far the signal is from where the citizen was last known to be.

        None where either is not known, or stale, or too inaccurate to set two reports apart.
        """
        here, there = self.position, signal.position
        if not (isinstance(here, Position) and there is not None):
            return None
        if not (_is_good(self.fix, policy) and _is_good(signal.fix, policy)):
            return None
        return metres_between(here, there)

    def _routed(self, signal: Signal, policy: Policy) -> DistrictCode:
        """The district of the trigger, unless it is known worse than where she was before."""
        if signal.fix is None:
            return self.district
        if _is_good(self.fix, policy) and not _is_good(signal.fix, policy):
            return self.district
        return signal.district

    def _seeing(self, responsible: DistrictCode, signal: Signal) -> tuple[DistrictCode, ...]:
        """Nobody loses sight of it; where she may be, is told too."""
        located = () if signal.fix is None else (signal.district,)
        return tuple(dict.fromkeys((*self.districts, responsible, *located)))

    def _answer_by(self, at: datetime, policy: Policy) -> datetime:
        anew = answer_by(at, policy)
        return anew if self.answer_by is None else min(anew, self.answer_by)

    def _rises(self, at: datetime, policy: Policy) -> tuple[Escalation, ...]:
        """The levels from the first on again; those still to come are never put off."""
        due = {one.level: one for one in rises(at, policy)}
        for one in self.escalations:
            known = due.get(one.level, one)
            due[one.level] = min(known, one, key=lambda either: either.due_at)
        return tuple(sorted(due.values(), key=lambda one: one.due_at))

    @applies(facts.Joined)
    def _joined(self, fact: facts.Joined) -> None:
        if fact.alert is Alert.SILENT:
            self.alert = fact.alert
        more = Heard(fact.timestamp, fact.flags, joined=True, alert=self.alert)
        self.heard = self.heard | {fact.trigger_id: more}
        if fact.fix is not None:
            self.position = fact.position
            self.fix = fact.fix
            self._place(fact.district)
        if self.stage is not Stage.WINDOW:
            self.ringing = True
        if fact.responsible is not None:
            if fact.responsible != self.district:
                self.offer = None
                self.offered_again_at = None
                self.responsible_since = fact.timestamp
            self.district = fact.responsible
            self.districts = fact.districts
        if fact.answer_by is not None:
            self.answer_by = fact.answer_by
            self.escalations = fact.escalations
            self.act_by = None

    @applies(facts.Accepted, facts.Released, facts.Reopened)
    def _rings(self, fact: Any) -> None:
        self.answer_by = fact.answer_by


def _is_good(fix: FixQuality | None, policy: Policy) -> bool:
    """Whether a position says well enough where somebody is."""
    if fix is None:
        return False
    accurate = fix.accuracy_m is None or fix.accuracy_m <= policy.poor_accuracy_m
    return accurate and (fix.age_s is None or fix.age_s <= policy.stale_fix_s)
