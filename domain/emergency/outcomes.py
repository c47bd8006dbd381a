"""What an outcome asks for, whether it is stated at the end or put right later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from domain.emergency import refusals
from domain.emergency.state import EmergencyState
from domain.emergency.vocabulary import Outcome, VerifiedBy


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an outcome rests on."""

    verified_by: VerifiedBy | None = None
    """Of “safe”, and needed there: how one knows."""
    duplicate_of: UUID | None = None
    """Of “duplicate”, and needed there: the other report."""


NONE: Final = Grounds()


def must_fit_end(report: EmergencyState, outcome: Outcome, grounds: Grounds) -> None:
    """Refuse an outcome that says too little of itself, or something of another.

    Raises:
        OutcomeUnfit: a drill ends as a drill, and nothing else does.
        NotVerified, VerificationUnfit: “safe” says how one knows, and nothing else does.
        OriginalNeeded, OriginalUnfit: a duplicate names another report, and nothing else does.
    """
    verified_by, duplicate_of = grounds.verified_by, grounds.duplicate_of
    if (outcome is Outcome.DRILL) != report.drill:
        raise refusals.OutcomeUnfit(outcome)
    if outcome is Outcome.SAFE and verified_by is None:
        raise refusals.NotVerified(str(report.id))
    if outcome is not Outcome.SAFE and verified_by is not None:
        raise refusals.VerificationUnfit(outcome)
    if outcome is Outcome.DUPLICATE and duplicate_of is None:
        raise refusals.OriginalNeeded(str(report.id))
    if duplicate_of == report.id or (outcome is not Outcome.DUPLICATE and duplicate_of):
        raise refusals.OriginalUnfit(str(duplicate_of))
