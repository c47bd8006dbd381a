"""A report changes hands between centres: offered, accepted, refused, or not answered in time.

Until another centre has accepted, the report stays with the one that has it: in its queue, in
its holder's hand, with its ring and its rises.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import ERASED, DomainError, Erased, Fact, Personal, Value, applies
from domain.emergency import facts, refusals
from domain.emergency.answering import Answering, act_by
from domain.emergency.facts import SealedText
from domain.emergency.vocabulary import Stage
from domain.geography import CITY, DistrictCode
from domain.policy import Policy
from domain.watching.border import Crossing


class TransferWhy(StrEnum):
    """Why a report is offered to another centre."""

    MOVED = "moved"
    """She is in that centre's district."""
    LEFT_CITY = "left_city"
    """She is in no district any more: the city's own centre takes it."""
    BY_HAND = "by_hand"
    """An operator offered it; the reason says why."""


class TransferOffered(Fact):
    """A report was offered to another centre, which has until ``answer_by`` to take it."""

    TOPIC: ClassVar[str] = "emergency.transfer_offered"

    from_district: DistrictCode
    to_district: DistrictCode
    why: TransferWhy
    since: AwareDatetime | None
    """Since when she has been there; None when it was offered by hand."""
    operator_id: UUID | None
    """None when it was offered by itself."""
    answer_by: AwareDatetime
    reason: Annotated[str | Erased | None, Personal("originator_id")] = ERASED


class TransferAccepted(Fact):
    """The other centre took it: its operator has it in hand, and its district is responsible."""

    TOPIC: ClassVar[str] = "emergency.transfer_accepted"

    from_district: DistrictCode
    to_district: DistrictCode
    operator_id: UUID
    from_operator_id: UUID | None
    """Who had it in hand; None when nobody had."""
    act_by: AwareDatetime


class TransferRefused(Fact):
    """The other centre gave it back; it is not offered by itself before ``again_at``."""

    TOPIC: ClassVar[str] = "emergency.transfer_refused"

    from_district: DistrictCode
    to_district: DistrictCode
    operator_id: UUID
    again_at: AwareDatetime
    reason: SealedText = ERASED


class TransferExpired(Fact):
    """Nobody answered in time; it is not offered by itself before ``again_at``."""

    TOPIC: ClassVar[str] = "emergency.transfer_expired"

    from_district: DistrictCode
    to_district: DistrictCode
    again_at: AwareDatetime


class TransferPending(DomainError):
    """It is offered already: one centre is asked at a time."""

    code: ClassVar[str] = "emergency.transfer_pending"


class TransferUnfit(DomainError):
    """The report is with that centre, or there is no such centre."""

    code: ClassVar[str] = "emergency.transfer_unfit"


class NoTransfer(DomainError):
    """Nothing is offered, or the time to answer is over."""

    code: ClassVar[str] = "emergency.no_transfer"


class Offer(Value):
    """What waits for another centre's answer."""

    to_district: DistrictCode
    answer_by: AwareDatetime


class Transferring(Answering):
    """Every method may refuse, as those of ``Answering`` do."""

    offer: Offer | None = None
    offered_again_at: datetime | None = None
    """Before then it is not offered by itself."""
    responsible_since: datetime | None = None

    def offer_transfer(
        self,
        *,
        to_district: DistrictCode,
        operator_id: UUID,
        reason: str,
        at: datetime,
        policy: Policy,
    ) -> None:
        """Offer it to another centre by hand.

        Raises:
            TransferPending: it is offered to one already.
            TransferUnfit: it is with that centre.
            ReasonNeeded: no reason was given.
        """
        self._must_live()
        said = reason.strip()
        if not said:
            raise refusals.ReasonNeeded(str(self.id))
        if self.offer is not None:
            raise TransferPending(self.offer.to_district)
        if to_district == self.district:
            raise TransferUnfit(to_district)
        self._offer(
            to_district,
            TransferWhy.BY_HAND,
            operator_id=operator_id,
            reason=said,
            at=at,
            policy=policy,
        )

    def follow_over_border(self, crossing: Crossing, *, at: datetime, policy: Policy) -> None:
        """Offer it to the centre in whose district she is; where that does not fit: nothing.

        It does not while another offer waits, nor soon after one was given back.
        """
        resting = self.offered_again_at is not None and at < self.offered_again_at
        live = self.stage in {Stage.OPEN, Stage.CLAIMED}
        if not live or self.offer or resting or crossing.district == self.district:
            return
        why = TransferWhy.LEFT_CITY if crossing.district == CITY else TransferWhy.MOVED
        self._offer(crossing.district, why, since=crossing.since, at=at, policy=policy)

    def _offer(  # noqa: PLR0913 (an offer says to whom, why, since when and by whom)
        self,
        to_district: DistrictCode,
        why: TransferWhy,
        *,
        at: datetime,
        policy: Policy,
        since: datetime | None = None,
        operator_id: UUID | None = None,
        reason: str | None = None,
    ) -> None:
        self.record(
            TransferOffered,
            at=at,
            from_district=self.district,
            to_district=to_district,
            why=why,
            since=since,
            operator_id=operator_id,
            answer_by=at + timedelta(seconds=policy.transfer_answer_s),
            reason=reason,
        )

    def accept_transfer(self, *, operator_id: UUID, at: datetime, policy: Policy) -> None:
        """Take what is offered: from now on this centre is responsible.

        Raises:
            NoTransfer: nothing is offered any more.
        """
        offer = self._offered(at)
        self.record(
            TransferAccepted,
            at=at,
            from_district=self.district,
            to_district=offer.to_district,
            operator_id=operator_id,
            from_operator_id=self.held_by,
            act_by=act_by(at, policy),
        )

    def refuse_transfer(
        self, *, operator_id: UUID, reason: str, at: datetime, policy: Policy
    ) -> None:
        """Give back what is offered: it stays where it was.

        Raises:
            NoTransfer: nothing is offered any more.
            ReasonNeeded: no reason was given.
        """
        offer = self._offered(at)
        said = reason.strip()
        if not said:
            raise refusals.ReasonNeeded(str(self.id))
        self.record(
            TransferRefused,
            at=at,
            from_district=self.district,
            to_district=offer.to_district,
            operator_id=operator_id,
            again_at=at + timedelta(seconds=policy.transfer_again_s),
            reason=said,
        )

    def transfer_expired(self, *, due_at: datetime, at: datetime, policy: Policy) -> None:
        """Let an offer lapse that nobody answered; not due, or of another offer: nothing."""
        if self.offer is None or self.offer.answer_by != due_at or at < due_at:
            return
        self.record(
            TransferExpired,
            at=at,
            from_district=self.district,
            to_district=self.offer.to_district,
            again_at=at + timedelta(seconds=policy.transfer_again_s),
        )

    def _offered(self, at: datetime) -> Offer:
        self._must_live()
        if self.offer is None or at > self.offer.answer_by:
            raise NoTransfer(str(self.id))
        return self.offer

    @property
    def audience(self) -> tuple[DistrictCode, ...]:
        """The centres that may read it: those that may act, and the one that it is offered to."""
        return self.districts if self.offer is None else (*self.districts, self.offer.to_district)

    @applies(TransferOffered)
    def _transfer_offered(self, fact: TransferOffered) -> None:
        self.offer = Offer(to_district=fact.to_district, answer_by=fact.answer_by)
        if fact.operator_id is not None:
            self._acted(fact.operator_id)

    @applies(TransferAccepted)
    def _transfer_accepted(self, fact: TransferAccepted) -> None:
        self.offer = None
        self.offered_again_at = None
        self.responsible_since = fact.timestamp
        self.district = fact.to_district
        self.districts = tuple(dict.fromkeys((*self.districts, fact.to_district)))
        self._take(fact.operator_id, fact.timestamp, fact.act_by)
        self._turned(fact)

    @applies(TransferRefused)
    def _transfer_refused(self, fact: TransferRefused) -> None:
        self.offer = None
        self.offered_again_at = fact.again_at

    @applies(TransferExpired)
    def _transfer_expired(self, fact: TransferExpired) -> None:
        self.offer = None
        self.offered_again_at = fact.again_at

    @applies(facts.Resolved, facts.Cancelled)
    def _nothing_to_transfer(self, _fact: Fact) -> None:
        self.offer = None
