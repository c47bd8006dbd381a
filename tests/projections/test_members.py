"""Members are counted, and nothing of who they are is kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from application.registration_commands import GiveConsent
from application.settings_desk import SetLanguage
from domain.base import Erased, Fact
from domain.consents import Consent
from domain.erasure.facts import Restored, SubjectKind
from domain.identity import IdentityWay
from domain.language import Language
from projections.fold import Key
from projections.members import (
    JoinedByDay,
    LeftByDay,
    MemberRow,
    Members,
    MembersByGroup,
    added,
    figures,
)
from tests.application.joining import CHILD, MOTHER, VERSION, Guarded, Joining
from tests.scenario import T0
from tests.stateful.members import MembersHouse

FOLD = Members()


@pytest.fixture
def house() -> MembersHouse:
    return MembersHouse()


def read_only(fact: Fact) -> Fact:
    """As a fold gets it: nothing personal can be read."""
    erased = dict.fromkeys(fact.PERSONAL, Erased())
    return fact.model_copy(update=erased)


def rows_of(house: MembersHouse, *more: Fact) -> dict[Key, MemberRow]:
    rows: dict[Key, MemberRow] = {}
    known = [fact for fact in house.log.facts() if fact.TOPIC in FOLD.topics]
    for fact in (*known, *more):
        for key in FOLD.keys(read_only(fact)):
            row = FOLD.evolve(rows.pop(key, None), read_only(fact))
            if row is not None:
                rows[key] = row
    return rows


def counted(house: MembersHouse, *more: Fact) -> dict[str, Any]:
    rows = list(rows_of(house, *more).values())
    totals = [added(one(), rows) for one in (MembersByGroup, JoinedByDay, LeftByDay)]
    return figures(*totals).model_dump(mode="json")


def test_a_member_counts_by_what_she_chose(house: MembersHouse) -> None:
    her = Guarded(house)
    her.confirmed()
    her.names(2)
    house.settings.speak(SetLanguage(language=Language.ZH), her.context)
    house.consents.withdraw(Consent.LOCATION, her.context)
    [row] = rows_of(house).values()
    assert (row.language, row.identity) == (Language.ZH, IdentityWay.CARRIER)
    assert len(row.guardians) == 1
    assert counted(house) == {
        "members": 1,
        "by_language": {"zh": 1},
        "by_identity": {"carrier": 1},
        "served": 1,
        "followed": 0,
        "wards": 0,
        "guarded": 1,
        "guardians": 1,
        "joined": {"2023-02-02": 1},
        "left": {},
    }


def test_consents_come_and_go(house: MembersHouse) -> None:
    her = Guarded(house)
    house.consents.withdraw(None, her.context)
    assert (counted(house)["members"], counted(house)["served"]) == (1, 0)
    for one in Consent:
        house.consents.give(GiveConsent(consent=one, version=VERSION), her.context)
    assert (counted(house)["served"], counted(house)["followed"]) == (1, 1)


def test_who_leaves_counts_on_the_day_only(house: MembersHouse) -> None:
    her = Guarded(house)
    guardian_id = her.confirmed()
    house.guardians.remove(guardian_id, her.context)
    Guarded(house, MOTHER)
    house.clock.advance(86_400)
    house.forgets(her.id)
    told = counted(house)
    assert (told["members"], told["guardians"]) == (1, 0)
    assert told["joined"] == {"2023-02-02": 2}
    assert told["left"] == {"2023-02-03": 1}


def test_an_erasure_that_is_done_again_is_no_second_leaving(house: MembersHouse) -> None:
    her = Guarded(house)
    house.forgets(her.id)
    again = Restored(
        originator_id=UUID(int=1),
        originator_version=1,
        originator_topic="erasure",
        timestamp=T0.replace(year=2024),
        subject=her.id,
        kind=SubjectKind.CITIZEN,
        incidents=(),
        keys=1,
    )
    assert counted(house, again)["left"] == {"2023-02-02": 1}
    of_a_report = again.model_copy(update={"kind": SubjectKind.INCIDENT})
    assert FOLD.keys(of_a_report) == ()
    unknown = again.model_copy(update={"subject": UUID(int=2)})
    assert len(rows_of(house, unknown)) == 1


def test_a_ward_is_one_and_her_card_says_her_language(house: MembersHouse) -> None:
    joining = Joining(house, *Consent)
    joining.is_identified(CHILD)
    joining.is_spoken_for(MOTHER, *Consent)
    joining.completes()
    assert counted(house)["wards"] == 1
    [row] = rows_of(house).values()
    assert set(MemberRow.FIELDS) == {
        "citizen_id",
        "joined_on",
        "left_on",
        "language",
        "identity",
        "consents",
        "ward",
        "guardians",
    }, "codes, days and ids: nothing else"
    assert row.ward
