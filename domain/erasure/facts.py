"""Everything that can have happened to an erasure, its words, and what it refuses."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from domain.base import ERASED, DomainError, Erased, Fact, FirstFact, Personal
from domain.hold_kind import HoldKind

SealedReason = Annotated[str | Erased, Personal("originator_id")]


class SubjectKind(StrEnum):
    """Whose keys are destroyed."""

    CITIZEN = "citizen"
    """The person's own, and those of all their reports."""
    INCIDENT = "incident"
    """One report's: what was written about it, third persons among it."""
    SCOUT = "scout"
    """A scout's own, and those of the reports that she raised."""


class ErasureReason(StrEnum):
    """Why somebody is forgotten; the basis stands in docs/erasure.md."""

    WITHDRAWN = "withdrawn"
    """Consent was withdrawn, or the membership ended."""
    REQUESTED = "requested"
    """The person asks for it (Personal Information Protection Act, art. 36)."""
    EXPIRED = "expired"
    """The purpose is over (the same, art. 21)."""
    ORDERED = "ordered"
    """A court or the supervisory authority orders it."""
    OTHER = "other"
    """As the sealed text says."""


class ErasureStage(StrEnum):
    ASKED = "asked"
    """By the member; nobody of the staff has taken it up yet."""
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    """No way back: whoever sees it finishes it."""
    REMAINS = "remains"
    """Something of the person was found afterwards: somebody must look."""
    DONE = "done"
    DECLINED = "declined"
    """Not to be carried out. Nothing was destroyed, and a later wish starts anew."""


class SamePerson(DomainError):
    """Whoever asked for an erasure does not confirm it, too."""

    code: ClassVar[str] = "erasure.same_person"


class NotRequested(DomainError):
    """There is no request of the staff's that could be confirmed."""

    code: ClassVar[str] = "erasure.not_requested"


class Held(DomainError):
    """Something speaks against it: an open case, a protection, a legal hold; named in the text."""

    code: ClassVar[str] = "erasure.held"


class AlreadyErased(DomainError):
    code: ClassVar[str] = "erasure.done"


class TooLate(DomainError):
    """Two persons have agreed: from there on there is no way back."""

    code: ClassVar[str] = "erasure.too_late"


class Asked(FirstFact):
    """The member asks to leave; ``holds`` is what stood against it then."""

    TOPIC: ClassVar[str] = "erasure.asked"

    subject: UUID
    holds: tuple[HoldKind, ...]


class Requested(FirstFact):
    """One of the staff asks for it, after having made sure of the person's wish."""

    TOPIC: ClassVar[str] = "erasure.requested"

    subject: UUID
    kind: SubjectKind
    asked_by: UUID
    reason: ErasureReason
    holds: tuple[HoldKind, ...]
    text: SealedReason = ERASED


class AskedAgain(Fact):
    """The member asks to leave after an earlier request was declined."""

    TOPIC: ClassVar[str] = "erasure.asked_again"

    holds: tuple[HoldKind, ...]


class TakenUp(Fact):
    """One of the staff takes a wish up after having asked back, or asks anew what was declined."""

    TOPIC: ClassVar[str] = "erasure.taken_up"

    asked_by: UUID
    reason: ErasureReason
    holds: tuple[HoldKind, ...]
    text: SealedReason = ERASED


class Refused(Fact):
    """A confirmation came while something spoke against it: nothing was destroyed."""

    TOPIC: ClassVar[str] = "erasure.refused"

    confirmed_by: UUID
    holds: tuple[HoldKind, ...]


class Declined(Fact):
    """One of the staff turns the request down before anybody confirmed it."""

    TOPIC: ClassVar[str] = "erasure.declined"

    declined_by: UUID
    reason: SealedReason = ERASED


class Confirmed(Fact):
    """A second person agreed. ``incidents`` are the reports whose keys go with the subject's."""

    TOPIC: ClassVar[str] = "erasure.confirmed"

    subject: UUID
    kind: SubjectKind
    confirmed_by: UUID
    incidents: tuple[UUID, ...]
    devices: int
    """How many phones lost their word."""


class RemainsFound(Fact):
    """The search afterwards found values of the person; ``places`` names where, never what."""

    TOPIC: ClassVar[str] = "erasure.remains_found"

    places: tuple[str, ...]


class Done(Fact):
    """The keys are destroyed, and nothing of the person was found in clear."""

    TOPIC: ClassVar[str] = "erasure.done"

    subject: UUID
    keys: int
    """How many were destroyed."""
    receipts: int
    deliveries: int
    values: int
    """How many values were searched for; 0 when a crash had taken them from memory."""
    tables: int
    files: int
    queue_keys: int
    bytes_searched: int


class Restored(FirstFact):
    """A restored back-up knew nothing of an erasure: it is done again, as it was."""

    TOPIC: ClassVar[str] = "erasure.restored"

    subject: UUID
    kind: SubjectKind
    incidents: tuple[UUID, ...]
    keys: int


class Reapplied(Fact):
    """A restored back-up, or a late write, had brought keys back: they are destroyed again."""

    TOPIC: ClassVar[str] = "erasure.reapplied"

    keys: int
