"""Whom a member named is forgotten with her, or when either side ends it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from application.guardian_desk import NameGuardian
from application.guardian_links import GuardianRole, Link
from application.registering import device_of
from application.registration_commands import (
    AskIdentity,
    BeginRegistration,
    CompleteRegistration,
    GiveConsent,
    TakeIdentity,
)
from domain.base import Erased
from domain.consents import Consent
from domain.guardians import GuardianNamed
from domain.identity import Person
from domain.member import Member
from domain.policy import Policy
from tests.application.joining import IdentityTwin, herself
from tests.clusters import Database
from tests.infrastructure.forgotten import COMMAND, Forgetful, settings_of
from tests.signing_phone import SigningPhone

HER = Person(name="한잊음", birth_date=date(1995, 3, 14), phone="+821055667788")


@pytest.fixture
def living(database: Database, redis_url: str, tmp_path: Path) -> Iterator[Forgetful]:
    forgetful = Forgetful(settings_of(tmp_path / "home", database.service_url, redis_url))
    yield forgetful
    forgetful.house.close()


def joins(living: Forgetful) -> UUID:
    """Through the citizens' own door."""
    desk, twin = living.house.registration_desk, IdentityTwin()
    living.house.identity_service = twin
    mine = desk.begin(BeginRegistration(), COMMAND).aggregate_id
    for one in Consent:
        said = GiveConsent(consent=one, version=Policy().terms_version)
        desk.consent(mine, said, COMMAND)
    check = desk.ask_identity(mine, AskIdentity(), COMMAND).check_id
    desk.take_identity(mine, TakeIdentity(check_id=check, token=twin.typed(HER)), COMMAND)
    key = SigningPhone(device_of(mine))
    complete = CompleteRegistration(lives_in_seoul=True, public_key=key.public_key, proof=key.proof)
    return desk.complete(mine, complete, COMMAND).citizen_id


def names_of(living: Forgetful, citizen_id: UUID) -> list[str | Erased]:
    history = living.house.app.history(citizen_id)
    return [fact.name for fact in history if isinstance(fact, GuardianNamed)]


def test_guardians_go_with_a_removal_and_with_the_member(living: Forgetful) -> None:
    citizen_id = joins(living)
    guardians, herself_ = living.house.guardian_desk, herself(citizen_id)
    first, _second = (
        guardians.name(
            NameGuardian(name=f"보호자 {number}", phone=f"+8210999900{number:02d}"), herself_
        ).guardian_id
        for number in (1, 2)
    )
    guardians.leave(Link(GuardianRole.GUARDIAN, citizen_id, first), COMMAND)
    living.house.forgetting_desk.forget_guardian(citizen_id, first, COMMAND)
    living.house.subject_keys.wait_until_told()
    assert names_of(living, citizen_id) == [Erased(), "보호자 2"]
    forgotten = living.forgets(citizen_id)
    assert forgotten.clean, forgotten.searched.found
    assert forgotten.keys == 2, "the citizen's, and the guardian's who was still one"
    assert names_of(living, citizen_id) == [Erased(), Erased()]
    assert isinstance(living.house.app.load(Member, citizen_id).phone, Erased)
    assert joins(living) != citizen_id, "she may join again"
    assert living.house.verify_log().ok
