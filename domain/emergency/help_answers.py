"""What else the police and the ambulance answer, and how a request to them is taken back.

A partner's no, or “we have that already”, leaves the citizen without the help that was asked for:
the report rings again, and its holder must act once more. Answers come twice, in any order and
after the end; those to a request that was made are kept, once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Final, NamedTuple
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import DomainError, Fact, applies
from domain.emergency import refusals
from domain.emergency.asked import Asked
from domain.emergency.helping import Helping
from domain.emergency.sharing import ShareEnd
from domain.emergency.vocabulary import Stage
from domain.policy import Policy


class HelpKind(StrEnum):
    """Whose help it is."""

    POLICE = "police"
    AMBULANCE = "ambulance"


class Decline(StrEnum):
    """Why a partner does not come, in the words of the 112 and 119 desks."""

    NO_UNIT = "no_unit"
    OUT_OF_AREA = "out_of_area"
    NOT_COMPETENT = "not_competent"
    OTHER = "other"


class StandDown(StrEnum):
    """Why help is no longer needed."""

    SAFE = "safe"
    FALSE_ALARM = "false_alarm"
    HANDLED = "handled"
    """By others: a patrol on foot, the other service, the family."""
    MISTAKE = "mistake"


class _Unmet(Fact):
    """Help that was asked for does not come by this request."""

    request_id: UUID
    rings: bool
    """Whether the report rings again for it: not after the end, nor after a stand-down."""
    act_by: AwareDatetime | None
    """Until when its holder must act; None when nobody has it, or it does not ring."""


class PoliceDeclined(_Unmet):
    """The police said that they do not come."""

    TOPIC: ClassVar[str] = "emergency.police_declined"

    why: Decline


class PoliceDuplicateOf(_Unmet):
    """The police have it already, under another reference: somebody must see whether that is so."""

    TOPIC: ClassVar[str] = "emergency.police_duplicate_of"

    reference: str
    """The police's own, of what they had before."""


class PoliceAlreadyOnScene(Fact):
    """A car was there before it was asked for."""

    TOPIC: ClassVar[str] = "emergency.police_already_on_scene"

    request_id: UUID
    reference: str


class PoliceStoodDown(Fact):
    """An operator took a request to the police back; from here on they are told no place."""

    TOPIC: ClassVar[str] = "emergency.police_stood_down"

    request_id: UUID
    operator_id: UUID
    why: StandDown


class AmbulanceDeclined(_Unmet):
    """The ambulance said that it does not come."""

    TOPIC: ClassVar[str] = "emergency.ambulance_declined"

    why: Decline


class AmbulanceStoodDown(Fact):
    """An operator took a request for an ambulance back; from here on it is told no place."""

    TOPIC: ClassVar[str] = "emergency.ambulance_stood_down"

    request_id: UUID
    operator_id: UUID
    why: StandDown


class NothingToStandDown(DomainError):
    """No request to them stands: none was made, or it was declined or taken back."""

    code: ClassVar[str] = "emergency.nothing_to_stand_down"


class Told(NamedTuple):
    """When an answer came, when it was given by the partner's clock, and under which numbers."""

    at: datetime
    policy: Policy
    occurred_at: datetime | None = None


class _Words(NamedTuple):
    declined: type[Fact]
    stood_down: type[Fact]


WORDS: Final = {
    HelpKind.POLICE: _Words(PoliceDeclined, PoliceStoodDown),
    HelpKind.AMBULANCE: _Words(AmbulanceDeclined, AmbulanceStoodDown),
}


class HelpAnswers(Helping):
    """Answers other than “we come”, and the operator's “no longer needed”."""

    def help_declined(
        self,
        kind: HelpKind,
        *,
        request_id: UUID,
        why: Decline,
        told: Told,
    ) -> None:
        """They do not come; told twice, it is kept once.

        Raises:
            NotRequested: this report never asked that.
        """
        asked = self._request(kind, request_id)
        if not asked.declined:
            self._unmet(WORDS[kind].declined, request_id, told, asked=asked, why=why)

    def police_duplicate_of(
        self,
        *,
        request_id: UUID,
        reference: str,
        told: Told,
    ) -> None:
        """They have it under another ``reference``; the first that was told stands.

        Raises:
            NotRequested: this report never asked that.
        """
        asked = self._request(HelpKind.POLICE, request_id)
        if asked.duplicate_of is None:
            self._unmet(PoliceDuplicateOf, request_id, told, asked=asked, reference=reference)

    def police_already_on_scene(
        self,
        *,
        request_id: UUID,
        reference: str,
        at: datetime,
        occurred_at: datetime | None = None,
    ) -> None:
        """A car is there already; told twice, it is kept once.

        Raises:
            NotRequested: this report never asked that.
        """
        if not self._request(HelpKind.POLICE, request_id).on_scene:
            self.record(
                PoliceAlreadyOnScene,
                at=at,
                occurred_at=occurred_at,
                request_id=request_id,
                reference=reference,
            )

    def stand_down(
        self, kind: HelpKind, *, operator_id: UUID, why: StandDown, at: datetime
    ) -> None:
        """Take back every request to them that stands, also after the report's end.

        Raises:
            NothingToStandDown: none does.
        """
        requests = self._requests(kind)
        standing = [request_id for request_id, asked in requests.items() if asked.stands]
        if not standing:
            raise NothingToStandDown(f"{kind} of {self.id}")
        for request_id in standing:
            self._close_shares(request_id, at=at)
            self.record(
                WORDS[kind].stood_down,
                at=at,
                request_id=request_id,
                operator_id=operator_id,
                why=why,
            )

    def _unmet(
        self, fact: type[Fact], request_id: UUID, told: Told, *, asked: Asked, **fields: Any
    ) -> None:
        rings = self.stage in {Stage.OPEN, Stage.CLAIMED} and not asked.stood_down
        held = self.stage is Stage.CLAIMED
        within = timedelta(seconds=told.policy.act_within_s)
        act_by = told.at + within if rings and held else None
        self._close_shares(request_id, at=told.at)
        self.record(
            fact,
            at=told.at,
            occurred_at=told.occurred_at,
            request_id=request_id,
            rings=rings,
            act_by=act_by,
            **fields,
        )

    def _close_shares(self, request_id: UUID, *, at: datetime) -> None:
        self._end_shares(ShareEnd.REQUEST_CLOSED, at=at, of_request=request_id)

    def _requests(self, kind: HelpKind) -> dict[UUID, Asked]:
        return self.police if kind is HelpKind.POLICE else self.ambulances

    def _request(self, kind: HelpKind, request_id: UUID) -> Asked:
        asked = self._requests(kind).get(request_id)
        if asked is None:
            raise refusals.NotRequested(str(request_id))
        return asked

    @applies(PoliceDeclined, PoliceDuplicateOf, AmbulanceDeclined)
    def _help_unmet(self, fact: _Unmet) -> None:
        if isinstance(fact, PoliceDuplicateOf):
            self.police = _with(self.police, fact.request_id, duplicate_of=fact.reference)
        elif isinstance(fact, PoliceDeclined):
            self.police = _with(self.police, fact.request_id, declined=True)
        else:
            self.ambulances = _with(self.ambulances, fact.request_id, declined=True)
        self.ringing = self.ringing or fact.rings
        if fact.act_by is not None:
            self.act_by = fact.act_by
            self.acted = False

    @applies(PoliceAlreadyOnScene)
    def _police_on_scene(self, fact: PoliceAlreadyOnScene) -> None:
        self.police = _with(self.police, fact.request_id, on_scene=True)

    @applies(PoliceStoodDown)
    def _police_stood_down(self, fact: PoliceStoodDown) -> None:
        self.police = _with(self.police, fact.request_id, stood_down=True)
        self._acted(fact.operator_id)

    @applies(AmbulanceStoodDown)
    def _ambulance_stood_down(self, fact: AmbulanceStoodDown) -> None:
        self.ambulances = _with(self.ambulances, fact.request_id, stood_down=True)
        self._acted(fact.operator_id)


def _with(asked: dict[UUID, Asked], request_id: UUID, **changes: Any) -> dict[UUID, Asked]:
    return asked | {request_id: replace(asked[request_id], **changes)}
