"""The forgetting of one subject, from the first wish to the proof."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.base import Aggregate, applies
from domain.erasure.facts import (
    AlreadyErased,
    Asked,
    AskedAgain,
    Confirmed,
    Declined,
    Done,
    ErasureReason,
    ErasureStage,
    NotRequested,
    Reapplied,
    Refused,
    RemainsFound,
    Requested,
    Restored,
    SamePerson,
    SubjectKind,
    TakenUp,
    TooLate,
)
from domain.hold_kind import HoldKind


class Erasure(Aggregate):
    """One for each subject, for ever: asked twice is asked once, and declined is asked anew."""

    TOPIC = "erasure"

    subject: UUID
    kind: SubjectKind
    stage: ErasureStage
    asked_at: datetime
    reason: ErasureReason | None
    asked_by: UUID | None
    """None while only the member has asked."""
    confirmed_by: UUID | None
    declined_by: UUID | None
    incidents: tuple[UUID, ...]
    holds: tuple[HoldKind, ...]
    """What stood against it when it was looked at last."""

    @staticmethod
    def create_id(subject: UUID) -> UUID:
        return uuid5(NAMESPACE_URL, f"/erasures/{subject}")

    @classmethod
    def ask(cls, subject: UUID, *, holds: tuple[HoldKind, ...], at: datetime) -> Self:
        """The member's own wish: queued, whatever stands against it."""
        return cls.begin(Asked, id=cls.create_id(subject), at=at, subject=subject, holds=holds)

    @classmethod
    def request(  # noqa: PLR0913 (who, whose, why, against what)
        cls,
        subject: UUID,
        kind: SubjectKind,
        *,
        asked_by: UUID,
        reason: ErasureReason,
        text: str,
        holds: tuple[HoldKind, ...],
        at: datetime,
    ) -> Self:
        return cls.begin(
            Requested,
            id=cls.create_id(subject),
            at=at,
            subject=subject,
            kind=kind,
            asked_by=asked_by,
            reason=reason,
            holds=holds,
            text=text,
        )

    @classmethod
    def restore(
        cls,
        subject: UUID,
        kind: SubjectKind,
        *,
        incidents: tuple[UUID, ...],
        keys: int,
        at: datetime,
    ) -> Self:
        """What stands outside the database, in a database that has not heard of it."""
        return cls.begin(
            Restored,
            id=cls.create_id(subject),
            at=at,
            subject=subject,
            kind=kind,
            incidents=incidents,
            keys=keys,
        )

    def ask_again(self, *, holds: tuple[HoldKind, ...], at: datetime) -> None:
        """The member's own wish, after one was declined; in every other stage it stands already."""
        if self.stage is ErasureStage.DECLINED:
            self.record(AskedAgain, at=at, holds=holds)

    def take_up(
        self,
        *,
        asked_by: UUID,
        reason: ErasureReason,
        text: str,
        holds: tuple[HoldKind, ...],
        at: datetime,
    ) -> None:
        """Make the member's wish, or an older request, one's own; ask anew what was declined.

        Raises:
            AlreadyErased: there is nothing left to ask for.
        """
        if self.stage is ErasureStage.DONE:
            raise AlreadyErased(str(self.subject))
        if self.stage in {ErasureStage.ASKED, ErasureStage.REQUESTED, ErasureStage.DECLINED}:
            self.record(TakenUp, at=at, asked_by=asked_by, reason=reason, holds=holds, text=text)

    def decline(self, *, declined_by: UUID, reason: str, at: datetime) -> None:
        """Turn down what nobody has confirmed, one's own request too; a repeat changes nothing.

        Raises:
            TooLate: it is confirmed.
            AlreadyErased: it is done.
        """
        if self.stage is ErasureStage.DONE:
            raise AlreadyErased(str(self.subject))
        if self.stage in {ErasureStage.CONFIRMED, ErasureStage.REMAINS}:
            raise TooLate(f"{self.subject}: it is confirmed and is carried out")
        if self.stage is not ErasureStage.DECLINED:
            self.record(Declined, at=at, declined_by=declined_by, reason=reason)

    def confirm(
        self,
        *,
        confirmed_by: UUID,
        incidents: tuple[UUID, ...],
        devices: int,
        at: datetime,
    ) -> None:
        """Agree to what another has asked for; a repeat changes nothing.

        Raises:
            NotRequested: nobody of the staff has asked, or it was declined.
            SamePerson: the one who asked.
            AlreadyErased: it is done.
        """
        if self.stage is ErasureStage.DONE:
            raise AlreadyErased(str(self.subject))
        if self.stage is ErasureStage.ASKED or self.asked_by is None:
            raise NotRequested(f"{self.subject}: nobody has taken the member's wish up yet")
        if self.stage is ErasureStage.DECLINED:
            raise NotRequested(f"{self.subject}: the request was declined")
        if confirmed_by == self.asked_by:
            raise SamePerson("another person than the one who asked must confirm it")
        if self.stage is ErasureStage.REQUESTED:
            self.record(
                Confirmed,
                at=at,
                subject=self.subject,
                kind=self.kind,
                confirmed_by=confirmed_by,
                incidents=incidents,
                devices=devices,
            )

    def refuse(self, *, confirmed_by: UUID, holds: tuple[HoldKind, ...], at: datetime) -> None:
        """Keep that a confirmation was turned down, and by what."""
        self.record(Refused, at=at, confirmed_by=confirmed_by, holds=holds)

    def remains_found(self, *, places: tuple[str, ...], at: datetime) -> None:
        if self.stage in {ErasureStage.CONFIRMED, ErasureStage.REMAINS}:
            self.record(RemainsFound, at=at, places=places)

    def done(self, *, at: datetime, **counts: int) -> None:
        """End it; twice is once. ``counts`` are the fields of ``Done``."""
        if self.stage in {ErasureStage.CONFIRMED, ErasureStage.REMAINS}:
            self.record(Done, at=at, subject=self.subject, **counts)

    def reapply(self, *, keys: int, at: datetime) -> None:
        self.record(Reapplied, at=at, keys=keys)

    @applies(Asked)
    def _asked(self, fact: Asked) -> None:
        self._begun(fact.subject, SubjectKind.CITIZEN, ErasureStage.ASKED, fact.timestamp)
        self.holds = fact.holds

    @applies(Requested)
    def _requested(self, fact: Requested) -> None:
        self._begun(fact.subject, fact.kind, ErasureStage.REQUESTED, fact.timestamp)
        self.asked_by = fact.asked_by
        self.reason = fact.reason
        self.holds = fact.holds

    @applies(Restored)
    def _restored(self, fact: Restored) -> None:
        self._begun(fact.subject, fact.kind, ErasureStage.DONE, fact.timestamp)
        self.incidents = fact.incidents
        self.holds = ()

    def _begun(self, subject: UUID, kind: SubjectKind, stage: ErasureStage, at: datetime) -> None:
        self.subject = subject
        self.kind = kind
        self.stage = stage
        self.asked_at = at
        self.reason = None
        self.asked_by = None
        self.confirmed_by = None
        self.declined_by = None
        self.incidents = ()

    @applies(AskedAgain)
    def _asked_again(self, fact: AskedAgain) -> None:
        self._begun(self.subject, self.kind, ErasureStage.ASKED, fact.timestamp)
        self.holds = fact.holds

    @applies(TakenUp)
    def _taken_up(self, fact: TakenUp) -> None:
        if self.stage is ErasureStage.DECLINED:
            self._begun(self.subject, self.kind, self.stage, fact.timestamp)
        self.stage = ErasureStage.REQUESTED
        self.asked_by = fact.asked_by
        self.reason = fact.reason
        self.holds = fact.holds

    @applies(Refused)
    def _refused(self, fact: Refused) -> None:
        self.holds = fact.holds

    @applies(Declined)
    def _declined(self, fact: Declined) -> None:
        self.stage = ErasureStage.DECLINED
        self.declined_by = fact.declined_by
        self.holds = ()

    @applies(Confirmed)
    def _confirmed(self, fact: Confirmed) -> None:
        self.stage = ErasureStage.CONFIRMED
        self.confirmed_by = fact.confirmed_by
        self.incidents = fact.incidents
        self.holds = ()

    @applies(RemainsFound)
    def _remains(self, _fact: RemainsFound) -> None:
        self.stage = ErasureStage.REMAINS

    @applies(Reapplied)
    def _reapplied(self, _fact: Reapplied) -> None:
        self.stage = ErasureStage.DONE

    @applies(Done)
    def _done(self, _fact: Done) -> None:
        self.stage = ErasureStage.DONE
