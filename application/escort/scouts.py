"""A district's scouts and their phones: enlisted by its supervisor, recognised by a token."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from pydantic import Field

from application.access import AccessKind
from application.context import Context, Principal
from application.desk import allow
from application.errors import Forbidden, Unauthenticated
from application.escort.rosters import Rosters, with_messages
from application.safe_return import Receipt
from domain.base import Aggregate, Erased, Value
from domain.geography import DistrictCode
from domain.language import Language
from domain.roles import Role
from domain.scout import Scout

STILL_MATTERS: Final = timedelta(days=2)
"""A night that began longer ago is over, in whatever hours."""


class EnlistScout(Value):
    district: DistrictCode
    name: str = Field(min_length=1, max_length=100)
    phone: str = Field(pattern=r"^\+[1-9]\d{6,14}$")
    """E.164."""
    language: Language = Language.KO


class ScoutReceipt(Receipt):
    scout_id: UUID
    token: str | None = None
    """Shown once: None in the answer to a repeat, since only its hash is kept."""


class ScoutShown(Value):
    """``name`` and ``phone`` are None once she is erased."""

    scout_id: UUID
    district: DistrictCode
    language: Language
    name: str | None
    phone: str | None
    has_phone: bool
    left: bool


class Scouts(Rosters):
    """Who walks for the district; the rights are those of ``Rosters``."""

    def enlist(self, command: EnlistScout, context: Context) -> ScoutReceipt:
        """Take a scout into service, with the token of her phone."""
        self._rules(command.district, context)
        scout_id = self._secrets.new_id()

        def attempt() -> ScoutReceipt:
            scout = Scout.enlist(
                scout_id=scout_id,
                district=command.district,
                language=command.language,
                name=command.name,
                phone=command.phone,
                at=self._clock.now(),
            )
            return self._enrolled(scout, context)

        return self._decide(context, ScoutReceipt, attempt)

    def enroll_phone(self, scout_id: UUID, context: Context) -> ScoutReceipt:
        """Give her another token; the one before counts no more.

        Raises:
            ScoutLeft, Unknown: there is no such scout in service.
        """

        def attempt() -> ScoutReceipt:
            return self._enrolled(self._ruled(scout_id, context), context)

        return self._decide(context, ScoutReceipt, attempt)

    def revoke_phone(self, scout_id: UUID, context: Context) -> ScoutReceipt:
        """Take her phone's word away; what it raises rings all the same. Twice is once."""

        def attempt() -> ScoutReceipt:
            scout = self._ruled(scout_id, context)
            scout.revoke_phone(revoked_by=UUID(context.principal.id), at=self._clock.now())
            receipt = ScoutReceipt(aggregate_id=scout.id, scout_id=scout.id)
            return self._app.commit([scout], context=context, receipt=receipt)

        return self._decide(context, ScoutReceipt, attempt)

    def discharge(self, scout_id: UUID, context: Context) -> ScoutReceipt:
        """End her service; the teams of her nights stand down.

        Raises:
            TeamStillOut: she walks just now.
        """

        def attempt() -> ScoutReceipt:
            at = self._clock.now()
            scout = self._ruled(scout_id, context)
            saved: dict[UUID, Aggregate] = {scout.id: scout}
            for night in [one for one in scout.teams if one >= (at - STILL_MATTERS).date()]:
                saved |= {one.id: one for one in self._without(scout, night, saved, at)}
            scout.discharge(discharged_by=UUID(context.principal.id), at=at)
            receipt = ScoutReceipt(aggregate_id=scout.id, scout_id=scout.id)
            return self._app.commit(list(saved.values()), context=context, receipt=receipt)

        return self._decide(context, ScoutReceipt, attempt)

    def show_scout(self, scout_id: UUID, context: Context) -> ScoutShown:
        """Who she is, and how she is called; her centre's operators may need to call her."""
        try:
            scout = self._ruled(scout_id, context, Role.OPERATOR)
        except Forbidden:
            self._looked(scout_id, context, AccessKind.REFUSAL)
            raise
        self._looked(scout_id, context, AccessKind.READ)
        return ScoutShown(
            scout_id=scout.id,
            district=scout.district,
            language=scout.language,
            name=None if isinstance(scout.name, Erased) else scout.name,
            phone=None if isinstance(scout.phone, Erased) else scout.phone,
            has_phone=scout.secret_sha256 is not None,
            left=scout.left,
        )

    def _looked(self, scout_id: UUID, context: Context, kind: AccessKind) -> None:
        self._access_log.record(
            context,
            subject=scout_id,
            what="scout.contact",
            why="escort",
            kind=kind,
            about=scout_id,
        )

    def recognise(self, token: str | None) -> Principal | None:
        """Whose phone speaks; None when it is nobody's, or its word was taken away."""
        scout_id, _, secret = (token or "").partition(".")
        try:
            found = self._app.find(Scout, UUID(hex=scout_id))
        except ValueError:
            return None
        if found is None or not found.knows(secret):
            return None
        return Principal(id=str(found.id), role=Role.SCOUT, district=found.district)

    def admit(self, token: str | None) -> Principal:
        """As ``recognise``.

        Raises:
            Unauthenticated: it is nobody's.
        """
        found = self.recognise(token)
        if found is None:
            raise Unauthenticated("no scout's phone")
        return found

    def _enrolled(self, scout: Scout, context: Context) -> ScoutReceipt:
        secret = self._secrets.new_secret()
        scout.enroll_phone(secret, enrolled_by=UUID(context.principal.id), at=self._clock.now())
        receipt = ScoutReceipt(aggregate_id=scout.id, scout_id=scout.id)
        saved = self._app.commit([scout], context=context, receipt=receipt)
        return saved.model_copy(update={"token": f"{scout.id.hex}.{secret}"})

    def _ruled(self, scout_id: UUID, context: Context, *more: Role) -> Scout:
        allow(context, Role.SUPERVISOR, Role.COORDINATOR, *more)
        scout = self._app.load(Scout, scout_id)
        self._rules(scout.district, context, *more)
        return scout

    def _without(
        self, scout: Scout, night: date, known: Mapping[UUID, Aggregate], at: datetime
    ) -> list[Aggregate]:
        """A night in which her team does not go out, and all that changes with it."""
        roster = self._of(scout.district, night, at)
        team = roster.teams[scout.teams[night]]
        escorts = self._served_otherwise(roster, roster.stand_down(team.team_id, at=at), at)
        together = [known.get(one) or self._app.load(Scout, one) for one in team.scouts]
        for one in together:
            if isinstance(one, Scout):
                one.unassign(night=night, at=at)
        return [roster, *together, *with_messages(escorts)]
