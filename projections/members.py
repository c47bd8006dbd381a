"""Who is a member, and nothing of who she is: counted by language, identity check and consents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from domain.base import Fact, Value
from domain.consents import Consent, ConsentGiven, ConsentWithdrawn
from domain.erasure import SubjectKind
from domain.erasure import facts as erasure
from domain.guardians import GuardianConfirmed, GuardianRemoved
from domain.identity import IdentityWay
from domain.language import Language
from domain.legal_guardian import LegalGuardianSet
from domain.member import CardSet, Registered
from domain.policy import SEOUL
from domain.preferences import LanguageChanged
from projections.fold import Changes, Fold, Key, Rollup, Row


class MemberRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("citizen_id",)

    citizen_id: UUID
    joined_on: date
    """In Seoul."""
    left_on: date | None
    language: Language
    identity: IdentityWay
    consents: tuple[Consent, ...]
    """Those that stand."""
    ward: bool
    """She was under 14 when she joined."""
    guardians: tuple[UUID, ...]
    """Those who have confirmed."""


class MemberGroup(Row):
    """Members who are alike; those who left count nowhere but among the days."""

    KEY: ClassVar[tuple[str, ...]] = ("language", "identity")

    language: Language
    identity: IdentityWay
    members: int
    served: int
    """Who consents to what every service needs."""
    followed: int
    """Who consents to being followed, too."""
    wards: int
    guarded: int
    """Who has at least one guardian."""
    guardians: int


class MembersByGroup(Rollup[MemberRow, MemberGroup]):
    name: ClassVar[str] = "members_by_group"
    row: ClassVar[type[Row]] = MemberGroup

    def contribution(self, row: MemberRow) -> MemberGroup | None:
        if row.left_on is not None:
            return None
        served = {Consent.TERMS, Consent.PERSONAL_DATA} <= set(row.consents)
        return MemberGroup(
            language=row.language,
            identity=row.identity,
            members=1,
            served=int(served),
            followed=int(served and Consent.LOCATION in row.consents),
            wards=int(row.ward),
            guarded=int(bool(row.guardians)),
            guardians=len(row.guardians),
        )


class MembersDay(Row):
    KEY: ClassVar[tuple[str, ...]] = ("day",)

    day: date
    members: int


class JoinedByDay(Rollup[MemberRow, MembersDay]):
    name: ClassVar[str] = "members_joined_by_day"
    row: ClassVar[type[Row]] = MembersDay

    def contribution(self, row: MemberRow) -> MembersDay | None:
        return MembersDay(day=row.joined_on, members=1)


class LeftByDay(Rollup[MemberRow, MembersDay]):
    name: ClassVar[str] = "members_left_by_day"
    row: ClassVar[type[Row]] = MembersDay

    def contribution(self, row: MemberRow) -> MembersDay | None:
        return None if row.left_on is None else MembersDay(day=row.left_on, members=1)


class Members(Fold[MemberRow]):
    """One row for each member that ever was."""

    name: ClassVar[str] = "members"
    version: ClassVar[int] = 1
    row: ClassVar[type[Row]] = MemberRow
    rollups: ClassVar[tuple[type[Rollup[Any, Any]], ...]] = (
        MembersByGroup,
        JoinedByDay,
        LeftByDay,
    )
    topics: ClassVar[tuple[str, ...]] = (
        Registered.TOPIC,
        LanguageChanged.TOPIC,
        CardSet.TOPIC,
        ConsentGiven.TOPIC,
        ConsentWithdrawn.TOPIC,
        LegalGuardianSet.TOPIC,
        GuardianConfirmed.TOPIC,
        GuardianRemoved.TOPIC,
        erasure.Confirmed.TOPIC,
        erasure.Restored.TOPIC,
    )

    def keys(self, fact: Fact) -> Iterable[Key]:
        match fact:
            case erasure.Confirmed() | erasure.Restored():
                return ((fact.subject,),) if fact.kind is SubjectKind.CITIZEN else ()
            case _:
                return ((fact.originator_id,),)

    def evolve(self, row: MemberRow | None, fact: Fact) -> MemberRow | None:
        if isinstance(fact, Registered):
            return MemberRow(
                citizen_id=fact.citizen_id,
                joined_on=_day(fact),
                left_on=None,
                language=fact.language,
                identity=fact.identity,
                consents=tuple(one.consent for one in fact.consents),
                ward=False,
                guardians=(),
            )
        return None if row is None else row.replace(_changes(row, fact))


def _changes(row: MemberRow, fact: Fact) -> Changes:
    match fact:
        case LanguageChanged() | CardSet():
            return {"language": fact.language}
        case ConsentGiven():
            others = tuple(one for one in row.consents if one is not fact.consent)
            return {"consents": (*others, fact.consent)}
        case ConsentWithdrawn(consent=None):
            return {"consents": ()}
        case ConsentWithdrawn():
            return {"consents": tuple(one for one in row.consents if one is not fact.consent)}
        case LegalGuardianSet():
            return {"ward": True}
        case GuardianConfirmed():
            return {"guardians": (*row.guardians, fact.guardian_id)}
        case GuardianRemoved():
            return {"guardians": tuple(one for one in row.guardians if one != fact.guardian_id)}
        case erasure.Confirmed() | erasure.Restored():
            return {"left_on": row.left_on or _day(fact)}
        case _:
            return {}


def _day(fact: Fact) -> date:
    return fact.received_at.astimezone(SEOUL).date()


TotalT = TypeVar("TotalT", MemberGroup, MembersDay)


def added(rollup: Rollup[MemberRow, TotalT], rows: Iterable[MemberRow]) -> list[TotalT]:
    """The totals of some rows, as the engine keeps them."""
    totals: dict[Key, TotalT] = {}
    for row in rows:
        one = rollup.contribution(row)
        if one is not None:
            key = tuple(getattr(one, name) for name in type(one).KEY)
            known = totals.get(key)
            totals[key] = one if known is None else _sum(known, one)
    return list(totals.values())


def _sum(one: TotalT, other: TotalT) -> TotalT:
    numbers = type(one).FIELDS - set(type(one).KEY)
    return one.replace({name: getattr(one, name) + getattr(other, name) for name in numbers})


class MembershipFigures(Value):
    """Counts only: nobody can be found in them who is not alone in a group."""

    members: int
    by_language: dict[str, int]
    by_identity: dict[str, int]
    served: int
    followed: int
    wards: int
    guarded: int
    guardians: int
    joined: dict[str, int]
    """By day in Seoul."""
    left: dict[str, int]


def figures(
    groups: Iterable[MemberGroup], joined: Iterable[MembersDay], left: Iterable[MembersDay]
) -> MembershipFigures:
    known = tuple(groups)

    def by(name: str) -> dict[str, int]:
        counted: dict[str, int] = {}
        for one in sorted(known, key=lambda group: str(getattr(group, name))):
            key = str(getattr(one, name))
            counted[key] = counted.get(key, 0) + one.members
        return counted

    return MembershipFigures(
        members=sum(one.members for one in known),
        by_language=by("language"),
        by_identity=by("identity"),
        served=sum(one.served for one in known),
        followed=sum(one.followed for one in known),
        wards=sum(one.wards for one in known),
        guarded=sum(one.guarded for one in known),
        guardians=sum(one.guardians for one in known),
        joined=_by_day(joined),
        left=_by_day(left),
    )


def _by_day(days: Iterable[MembersDay]) -> dict[str, int]:
    return {one.day.isoformat(): one.members for one in sorted(days, key=lambda one: one.day)}
