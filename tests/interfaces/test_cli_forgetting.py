"""`ansim erase --decline` and `ansim hold lift`, asked at a shell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from application.context import system
from application.member_desk import RegisterMember
from application.staff_desk import EnrollStaff
from domain.roles import Role
from infrastructure.bootstrap import House
from infrastructure.settings import Settings
from tests.clusters import Database
from tests.interfaces.shell import ansim, complaint, last_json

COMMAND = system("test", correlation_id=uuid4())


@pytest.fixture
def to(database: Database, tmp_path: Path) -> dict[str, str]:
    """Settings of a shell that works on a migrated, empty database."""
    return {
        "database_url": database.service_url,
        "home": str(tmp_path / "home"),
        "key_encryption_key": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    }


@pytest.fixture
def house(to: dict[str, str]) -> Iterator[House]:
    with House(Settings(**to), role="test") as house:
        house.staff_desk.enroll(
            EnrollStaff(
                login="kim", password="a long enough word", name="김", role=Role.ADMINISTRATOR
            ),
            COMMAND,
        )
        yield house


def test_the_one_who_asked_takes_it_back(to: dict[str, str], house: House) -> None:
    member = RegisterMember(name="이두리", phone="+821012345678")
    citizen = str(house.member_desk.register(member, COMMAND).citizen_id)
    ask = ("erase", citizen, "--reason", "requested: by letter", "--asked-by", "kim", "--json")
    request = last_json(ansim(*ask, **to))["request"]
    decline = ("erase", "--decline", request, "--declined-by", "kim")
    unreasoned = ansim(*decline, **to)
    assert (unreasoned.returncode, "--reason" in unreasoned.stderr) == (2, True)
    told = last_json(ansim(*decline, "--reason", "it was another", "--json", **to))
    assert told == {"erased": False, "request": request, "stage": "declined"}
    confirm = ("erase", "--confirm", request, "--confirmed-by", "kim")
    assert "declined" in complaint(ansim(*confirm, **to))
