"""Which consents of a citizen stand: asked by every desk that needs one, at each step.

An emergency asks none of them: who must be rescued is looked for all the same (Location
Information Act, art. 29), and her report is flagged where the service's own consents are gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from domain.base import Aggregate
from domain.consents import Consent
from domain.member import Member

SERVED: Final = (Consent.TERMS, Consent.PERSONAL_DATA)
FOLLOWED: Final = (*SERVED, Consent.LOCATION)

Stop = Callable[[UUID, datetime], Iterable[Aggregate]]
"""What of a citizen's must end now that she is served, or followed, no longer: the aggregates,
changed and not yet saved. They are stored with the withdrawal itself."""


class Standing(NamedTuple):
    """What may go on."""

    served: bool
    """Any session at all may be open, and messages go out for her."""
    followed: bool
    """Positions may be taken, kept and told to others."""


class Stops(NamedTuple):
    """What ends when a consent goes: each desk of sessions gives its own."""

    not_served: tuple[Stop, ...] = ()
    not_followed: tuple[Stop, ...] = ()


def consents_of(member: Member) -> Standing:
    """What her consents allow now; nothing of who is leaving or was erased depends on it."""
    return Standing(
        served=member.consents_to(*SERVED),
        followed=member.consents_to(*FOLLOWED),
    )


def must_be_served(member: Member) -> None:
    """Raises ConsentMissing: no session may begin."""
    member.must_consent_to(*SERVED)


def must_be_followed(member: Member) -> None:
    """Raises ConsentMissing: no session with positions may begin."""
    member.must_consent_to(*FOLLOWED)
