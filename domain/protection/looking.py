"""The rota of looks: each that is due is recorded by somebody, or rises."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from domain.base import Aggregate, Erased, Value, applies
from domain.geography import CITY, DistrictCode
from domain.page import Page
from domain.policy import Policy
from domain.protection import facts
from domain.protection.refusals import LookUnknown, PlacesTooMany, PlaceUnknown, TimesUnfit
from domain.protection.vocabulary import LookFinding, MissedLevel, WatchPlace, next_look


class Look(Value):
    """One look that is planned or due."""

    look_id: UUID
    place_id: UUID
    due_at: datetime
    missed_at: datetime | None = None
    """None until it is due."""
    level: MissedLevel | None = None
    """How far it has risen."""


class Looking(Aggregate):
    """Places, and the looks at them; ``Protection`` gives the rest."""

    citizen_id: UUID
    district: DistrictCode
    places: dict[UUID, WatchPlace | Erased]
    looks: dict[UUID, Look]
    """Planned, and due and not recorded."""
    looks_planned: int

    @property
    def due_looks(self) -> tuple[Look, ...]:
        return tuple(look for look in self.looks.values() if look.missed_at is not None)

    def name_place(
        self, *, place_id: UUID, place: WatchPlace, at: datetime, policy: Policy
    ) -> None:
        """Watch a place, or watch it otherwise.

        Raises:
            ProtectionExpired: it is over.
            PlacesTooMany: it has so many already.
            TimesUnfit: nobody could look like that.
        """
        self._must_stand(at)
        if place_id not in self.places and len(self.places) >= policy.protection_places_max:
            raise PlacesTooMany(str(policy.protection_places_max))
        if not all(
            one.fits and one.every_min >= policy.protection_every_min for one in place.times
        ):
            raise TimesUnfit(str(self.id))
        if self.places.get(place_id) == place:
            return
        self.record(
            facts.PlaceNamed, at=at, citizen_id=self.citizen_id, place_id=place_id, place=place
        )
        self._plan(place_id, after=at, at=at)

    def remove_place(self, *, place_id: UUID, at: datetime) -> None:
        """Raises ProtectionExpired or PlaceUnknown."""
        self._must_stand(at)
        if place_id not in self.places:
            raise PlaceUnknown(str(place_id))
        self.record(facts.PlaceRemoved, at=at, place_id=place_id)

    def look_due(self, *, look_id: UUID, at: datetime, policy: Policy) -> None:
        """Its moment has come; the next is planned with it, so the rota never runs dry."""
        look = self.looks.get(look_id)
        if look is None or look.missed_at is not None or not self._stands(at):
            return
        self.record(
            facts.LookDue,
            at=at,
            look_id=look_id,
            place_id=look.place_id,
            missed_at=at + timedelta(seconds=policy.protection_look_within_s),
        )
        self._plan(look.place_id, after=max(at, look.due_at), at=at)

    def record_look(
        self,
        *,
        look_id: UUID,
        operator_id: UUID,
        finding: LookFinding,
        note: str | None,
        at: datetime,
    ) -> None:
        """Say what a look showed.

        Raises:
            ProtectionExpired: it is over.
            LookUnknown: it is not due, or was recorded.
        """
        self._must_stand(at)
        look = self.looks.get(look_id)
        if look is None or look.missed_at is None:
            raise LookUnknown(str(look_id))
        self.record(
            facts.Looked,
            at=at,
            citizen_id=self.citizen_id,
            look_id=look_id,
            operator_id=operator_id,
            finding=finding,
            late=look.level is not None,
            note=note,
        )

    def look_missed(
        self,
        *,
        look_id: UUID,
        supervisor: UUID | None,
        city: UUID | None,
        at: datetime,
        policy: Policy,
    ) -> None:
        """Nobody has recorded it in time: the supervisor is called, and then the city.

        Args:
            look_id: which.
            supervisor: who is on duty as supervisor in the district; None: nobody.
            city: who is on duty in the city; None: nobody is known to be.
            at: the moment of asking.
            policy: the city's numbers.
        """
        look = self.looks.get(look_id)
        if look is None or look.missed_at is None or at < look.missed_at or not self._stands(at):
            return
        to_city = look.level is not None or supervisor is None
        level = MissedLevel.CITY if to_city else MissedLevel.SUPERVISOR
        later = at + timedelta(seconds=policy.protection_look_within_s)
        self.record(
            facts.LookMissed,
            at=at,
            look_id=look_id,
            level=level,
            again=look.level is not None,
            district=self.district,
            next_at=None if to_city else later,
            page=Page(
                page_id=uuid5(look_id, level),
                district=CITY if to_city else self.district,
                staff_id=city if to_city else supervisor,
            ),
        )

    def _plan(self, place_id: UUID, *, after: datetime, at: datetime) -> None:
        due_at = next_look(self.places[place_id], after)
        if due_at is not None:
            look_id = uuid5(self.id, f"looks/{self.looks_planned + 1}")
            self.record(facts.LookPlanned, at=at, look_id=look_id, place_id=place_id, due_at=due_at)

    def _stands(self, at: datetime) -> bool:
        raise NotImplementedError

    def _must_stand(self, at: datetime) -> None:
        raise NotImplementedError

    @applies(facts.PlaceNamed)
    def _place_named(self, fact: facts.PlaceNamed) -> None:
        self.places = self.places | {fact.place_id: fact.place}
        self._forget_planned(fact.place_id)

    @applies(facts.PlaceRemoved)
    def _place_removed(self, fact: facts.PlaceRemoved) -> None:
        self.places = {one: place for one, place in self.places.items() if one != fact.place_id}
        self.looks = {
            one: look for one, look in self.looks.items() if look.place_id != fact.place_id
        }

    def _forget_planned(self, place_id: UUID) -> None:
        """What is due stays due."""
        self.looks = {
            one: look
            for one, look in self.looks.items()
            if look.place_id != place_id or look.missed_at is not None
        }

    @applies(facts.LookPlanned)
    def _look_planned(self, fact: facts.LookPlanned) -> None:
        self.looks_planned = self.looks_planned + 1
        look = Look(look_id=fact.look_id, place_id=fact.place_id, due_at=fact.due_at)
        self.looks = self.looks | {fact.look_id: look}

    @applies(facts.LookDue)
    def _look_is_due(self, fact: facts.LookDue) -> None:
        look = self.looks[fact.look_id].model_copy(update={"missed_at": fact.missed_at})
        self.looks = self.looks | {fact.look_id: look}

    @applies(facts.Looked)
    def _looked(self, fact: facts.Looked) -> None:
        self._is_settled(fact.look_id)

    @applies(facts.LookMissed)
    def _look_missed(self, fact: facts.LookMissed) -> None:
        if fact.next_at is None:
            self._is_settled(fact.look_id)
        else:
            risen = {"level": fact.level, "missed_at": fact.next_at}
            look = self.looks[fact.look_id].model_copy(update=risen)
            self.looks = self.looks | {fact.look_id: look}

    def _is_settled(self, look_id: UUID) -> None:
        self.looks = {one: look for one, look in self.looks.items() if one != look_id}
