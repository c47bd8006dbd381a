"""The citizen's side: what can be booked, booking it, being met, being home."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from application.accompanied import reports_told
from application.context import Context
from application.desk import allow
from application.escort.base import EscortBase
from application.escort.commands import (
    BookEscort,
    BookingReceipt,
    EscortReceipt,
    EscortShown,
    StartOffered,
    StartsOffered,
    receipt_of,
)
from domain.base import DomainError, Erased
from domain.escort import Escort
from domain.escort.asking import Wish, asked_for
from domain.escort.refusals import OutsideCity
from domain.escort.vocabulary import EscortCancelledBy, EscortParty, ToldBy
from domain.geography import CITY, Position
from domain.member import Member
from domain.night import nights_to_book, starts
from domain.roles import Role
from domain.scout_roster import ScoutRoster
from domain.scout_roster.refusals import NoTeamFree
from domain.session_guard import SessionGuard, SessionKind


class ConsentNeeded(DomainError):
    """The citizen has withdrawn her consent: nobody can be told where she is to be met."""

    code: ClassVar[str] = "escort.consent_needed"


class Booking(EscortBase):
    """Every command is a citizen's own; whose escort it is not, does not know that it is."""

    def starts(self, meeting: Position, context: Context) -> StartsOffered:
        """What can be booked now at a meeting place, by how many teams are free.

        Raises:
            OutsideCity: nobody's scouts go there.
        """
        allow(context, Role.CITIZEN)
        district = self._districts.locate(meeting).district
        if district == CITY:
            raise OutsideCity(district)
        at, policy = self._clock.now(), self._policy
        rosters = {night: self._roster_of(district, night) for night in nights_to_book(at, policy)}
        offered = [
            StartOffered(
                starts_at=one,
                teams_free=roster.teams_free(one, at=at, policy=policy) if roster else 0,
            )
            for night, roster in rosters.items()
            for one in starts(night, policy)
            if one >= at
        ]
        shut = [roster.closed for roster in rosters.values() if roster and roster.closed]
        return StartsOffered(
            district=district,
            starts=tuple(offered),
            closed=shut[-1] if shut else None,
            server_time=at,
        )

    def book(self, command: BookEscort, context: Context) -> BookingReceipt:
        """Have a free team of scouts come; the same wish again is the same booking.

        Raises:
            DomainError: see ``asking.asked_for``, ``ScoutRoster.keep``, ``SessionGuard.open``.
        """
        allow(context, Role.CITIZEN)
        citizen_id = UUID(context.principal.id)
        escort_id = Escort.create_id(citizen_id, command.request_id)

        def attempt() -> BookingReceipt:
            at = self._clock.now()
            known = self._app.find(Escort, escort_id)
            if known is not None:
                return _booked(known, at)
            escort, guard, roster = self._booked(command, escort_id, citizen_id, at)
            receipt = _booked(escort, at)
            return self._save_new(escort, guard, roster, receipt, context)

        told = self._decide(context, BookingReceipt, attempt)
        code = self._app.load(Escort, escort_id).code  # in no stored answer
        return told.model_copy(update={"code": None if isinstance(code, Erased) else code})

    def _booked(
        self, command: BookEscort, escort_id: UUID, citizen_id: UUID, at: datetime
    ) -> tuple[Escort, SessionGuard, ScoutRoster]:
        member = self._app.load(Member, citizen_id)
        if member.consent_withdrawn or isinstance(member.phone, Erased):
            raise ConsentNeeded(str(citizen_id))
        wish, policy = self._wish(command, member, at), self._policy
        night = asked_for(wish, at=at, policy=policy)
        guard = self._guard(citizen_id, at=at)
        guard.open(kind=SessionKind.ESCORT, session_id=escort_id, at=at)
        roster = self._roster_of(wish.district, night)
        if roster is None:
            raise NoTeamFree(f"{wish.district} has no scouts on {night}")
        team = roster.keep(escort_id, starts_at=wish.starts_at, at=at, policy=policy)
        escort = Escort.book(
            wish,
            escort_id=escort_id,
            citizen_id=citizen_id,
            night=night,
            team_id=team.team_id,
            scouts=team.scouts,
            code=self._new_code(),
            at=at,
            policy=policy,
        )
        return escort, guard, roster

    def _wish(self, command: BookEscort, member: Member, at: datetime) -> Wish:
        located = self._districts.locate(command.meeting)
        skew_s = (command.sent_at - at).total_seconds() if command.sent_at else None
        return Wish(
            starts_at=command.starts_at,
            meeting=command.meeting,
            meeting_note=command.meeting_note or None,
            destination=command.destination,
            district=located.district,
            meeting_cell=located.cell,
            destination_cell=self._districts.locate(command.destination).cell,
            language=member.language,
            skew_s=skew_s,
        )

    def cancel(self, escort_id: UUID, context: Context) -> EscortReceipt:
        """Take the booking back: the citizen's own, or for her by her centre; twice is once.

        Raises:
            UnderWay, EscortOver: it is too late for that.
        """
        allow(context, Role.CITIZEN, Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR)
        who = context.principal
        own = who.role is Role.CITIZEN

        def step(escort: Escort, at: datetime) -> None:
            by = EscortCancelledBy.CITIZEN if own else EscortCancelledBy.CENTRE
            escort.cancel(by, operator_id=None if own else UUID(who.id), at=at)

        return self._change(escort_id, context, step)

    def wait(self, escort_id: UUID, context: Context) -> EscortReceipt:
        """Say “I am at the meeting place”: the citizen, or one of her scouts.

        Raises:
            WasCancelled, EscortOver: nobody is awaited.
        """
        allow(context, Role.CITIZEN, Role.SCOUT)
        return self._change(
            escort_id,
            context,
            lambda escort, at: escort.wait(party_of(context), scout_id=scout_of(context), at=at),
        )

    def tell_no_show(self, escort_id: UUID, context: Context) -> EscortReceipt:
        """Say that the others do not come: the citizen, or one of her scouts.

        Raises:
            NoShowTooEarly, NoShowTold, UnderWay, WasCancelled, EscortOver: see the escort.
        """
        allow(context, Role.CITIZEN, Role.SCOUT)
        return self._change(
            escort_id,
            context,
            lambda escort, at: escort.tell_no_show(told_by(context), at=at, policy=self._policy),
        )

    def arrive(self, escort_id: UUID, context: Context) -> EscortReceipt:
        """Say “we are there”; the citizen's word ends it, the scouts' she may contradict.

        Raises:
            NotMet, WasCancelled, EscortOver: nobody was on the way.
        """
        allow(context, Role.CITIZEN, Role.SCOUT)
        return self._change(
            escort_id,
            context,
            lambda escort, at: escort.arrive(
                told_by(context), scout_id=scout_of(context), at=at, policy=self._policy
            ),
        )

    def deny_arrival(self, escort_id: UUID, context: Context) -> EscortReceipt:
        """Say “I am not there yet”.

        Raises:
            WasCancelled, EscortOver: it is over.
        """
        allow(context, Role.CITIZEN)
        return self._change(escort_id, context, lambda escort, at: escort.deny_arrival(at=at))

    def show(self, escort_id: UUID, context: Context) -> EscortShown:
        """What the caller may see of it; see ``EscortShown``."""
        return self._shown(self._seen_by(escort_id, context), context)

    def _save_new(
        self,
        escort: Escort,
        guard: SessionGuard,
        roster: ScoutRoster,
        receipt: BookingReceipt,
        context: Context,
    ) -> BookingReceipt:
        reports = reports_told(
            self._app,
            SessionKind.ESCORT,
            escort,
            citizen_id=escort.citizen_id,
            at=escort.created_on,
        )
        told = [*reports, *self._messages(escort, frozenset())]
        return self._app.commit([escort, roster, guard, *told], context=context, receipt=receipt)


def party_of(context: Context) -> EscortParty:
    return EscortParty.CITIZEN if context.principal.role is Role.CITIZEN else EscortParty.SCOUTS


def told_by(context: Context) -> ToldBy:
    return ToldBy.CITIZEN if context.principal.role is Role.CITIZEN else ToldBy.SCOUTS


def scout_of(context: Context) -> UUID | None:
    who = context.principal
    return UUID(who.id) if who.role is Role.SCOUT else None


def _booked(escort: Escort, at: datetime) -> BookingReceipt:
    return BookingReceipt(**dict(receipt_of(escort, at=at)))
