"""What an emergency report refuses, each under a code that is stable for ever."""

from __future__ import annotations

from typing import ClassVar

from domain.base import DomainError


class InWindow(DomainError):
    """The citizen may still take it back: nobody acts on it yet."""

    code: ClassVar[str] = "emergency.in_window"


class NotOpen(DomainError):
    """The citizen took the report back."""

    code: ClassVar[str] = "emergency.not_open"


class AlreadyResolved(DomainError):
    """The report has an outcome."""

    code: ClassVar[str] = "emergency.resolved"


class HeldByAnother(DomainError):
    """Another operator has it in hand."""

    code: ClassVar[str] = "emergency.held_by_another"


class NotHeld(DomainError):
    """Somebody must claim it first."""

    code: ClassVar[str] = "emergency.not_held"


class RingsAgain(DomainError):
    """Its citizen raised again: somebody must claim it anew before it ends."""

    code: ClassVar[str] = "emergency.rings_again"


class ReasonNeeded(DomainError):
    """This step is only taken with a reason."""

    code: ClassVar[str] = "emergency.reason_needed"


class NoteLength(DomainError):
    """An ending is explained in 10 to 1,000 characters (``Policy.note_chars_min``, ``_max``)."""

    code: ClassVar[str] = "emergency.note_length"


class OutcomeUnfit(DomainError):
    """A drill ends as a drill, and nothing else does."""

    code: ClassVar[str] = "emergency.outcome_unfit"


class AlreadyOpen(DomainError):
    """What is not over cannot be reopened."""

    code: ClassVar[str] = "emergency.already_open"


class TooLateToReopen(DomainError):
    """The cancel lies too far back (``Policy.reopen_cancelled_within_s``)."""

    code: ClassVar[str] = "emergency.too_late_to_reopen"


class DrillHasNoPartner(DomainError):
    """A drill reaches nobody outside the house."""

    code: ClassVar[str] = "emergency.drill_has_no_partner"


class NotRequested(DomainError):
    """A partner answers a request that this report never made."""

    code: ClassVar[str] = "emergency.not_requested"


class NoCall(DomainError):
    """No call belongs to this report: a drill, a bell, or silent."""

    code: ClassVar[str] = "emergency.no_call"


class Silent(DomainError):
    """Nothing may sound near the citizen: she is written to, not called."""

    code: ClassVar[str] = "emergency.silent"


class NobodyToWriteTo(DomainError):
    """No known citizen raised this report: a bell, or an unknown device."""

    code: ClassVar[str] = "emergency.nobody_to_write_to"


class MessageLength(DomainError):
    """A message has 1 to 1,000 characters (``Policy.message_chars_max``)."""

    code: ClassVar[str] = "emergency.message_length"


class NotWritten(DomainError):
    """A receipt names a message that was never sent."""

    code: ClassVar[str] = "emergency.message_unknown"


class NotVerified(DomainError):
    """“Safe” says how that was verified."""

    code: ClassVar[str] = "emergency.verification_needed"


class VerificationUnfit(DomainError):
    """Only “safe” says how it was verified."""

    code: ClassVar[str] = "emergency.verification_unfit"


class OriginalNeeded(DomainError):
    """A duplicate names the report that it repeats."""

    code: ClassVar[str] = "emergency.original_needed"


class OriginalUnfit(DomainError):
    """The report that is named cannot be the one that was repeated, or none is repeated."""

    code: ClassVar[str] = "emergency.original_unfit"


class FollowUpUnfit(DomainError):
    """Contact is made later, within 30 days (``Policy.follow_up_within_days``); not for drills."""

    code: ClassVar[str] = "emergency.follow_up_unfit"


class FollowUpUnknown(DomainError):
    """No such follow-up was scheduled for this report."""

    code: ClassVar[str] = "emergency.follow_up_unknown"
