"""`ansim audit access` and `ansim audit review`: who read whose data, asked at a shell."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from application.access_book import Month
from application.context import Context, Principal
from domain.roles import Role
from infrastructure.bootstrap import House
from infrastructure.settings import Settings
from tests.clusters import Database
from tests.interfaces.shell import ansim, complaint, last_json

GANGDONG = "11740"


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
        yield house


def test_who_read_is_told_and_asking_is_kept_with_the_machines_account(to, house) -> None:
    citizen, kim = uuid4(), Principal(id="kim", role=Role.OPERATOR, district=GANGDONG)
    seen = Context(principal=kim, correlation_id=uuid4(), address="10.0.0.7")
    house.access_log.record(seen, subject=citizen, what="report.read", why="handover")
    house.access_log.record(seen, subject=uuid4(), what="report.read", why="another's")
    told = last_json(ansim("audit", "access", "--subject", str(citizen), "--json", **to))
    own, read = told["records"]
    assert (read["actor"], read["why"], read["address"]) == ("operator:kim", "handover", "10.0.0.7")
    assert (own["actor"], own["account"]) == ("system:command", pwd.getpwuid(os.getuid()).pw_name)
    assert (own["what"], own["task"], own["why"]) == ("access.read", "oversight", "audit")
    only = ("--subject", str(citizen), "--actor", "operator:kim", "--from", "2026-01-01")
    assert len(last_json(ansim("audit", "access", *only, "--json", **to))["records"]) == 1
    later = ("--subject", str(citizen), "--from", "2099-01-01")
    assert last_json(ansim("audit", "access", *later, "--json", **to))["records"] == []
    assert "handover" in ansim("audit", "access", "--subject", str(citizen), **to).stdout


def test_a_month_is_reviewed(to, house) -> None:
    month = f"{Month.of(house.clock.now()).first:%Y-%m}"
    kim = Principal(id="kim", role=Role.OPERATOR, district=GANGDONG)
    seen = Context(principal=kim, correlation_id=uuid4())
    house.access_log.record(seen, subject=uuid4(), what="report.read", why="handover")
    asked = ("--month", month, "--district", GANGDONG)
    found = last_json(ansim("audit", "review", *asked, "--json", **to))
    assert (found["month"], found["district"], found["prepared"]) == (month, GANGDONG, False)
    [account] = found["accounts"]
    assert (account["actor"], account["reads"]) == ("operator:kim", 1)
    assert "operator:kim" in ansim("audit", "review", *asked, **to).stdout
    over = ("audit", "review", "--month", "2026-01", "--done", "Nobody worked yet.", "--json")
    assert last_json(ansim(*over, **to))["done_at"] is not None
    assert "month_not_over" in complaint(ansim("audit", "review", *asked, "--done", "early", **to))


def test_what_is_no_month_is_said_to_be_none(to) -> None:
    assert ansim("audit", "review", "--month", "November", **to).returncode != 0
