"""What a month's access records add up to, account by account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from application.access_book import AccountReads, Month
from application.context import Context, Principal, system
from application.errors import Forbidden
from application.review_desk import FinishReview
from domain.access_review import AccessReview, MonthNotOver
from domain.geography import CITY
from domain.roles import Role
from infrastructure.bootstrap import House
from infrastructure.settings import Settings
from tests import clusters
from workers import custody

GANGDONG, GURO = "11740", "11530"
MONTH = Month(first=date(2026, 3, 1))
REPORT, CITIZEN, OTHER = uuid4(), uuid4(), uuid4()
RAISED = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
RESOLVED = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
REOPENED = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
KIM = ("operator:kim", None, GANGDONG)
YOON = ("auditor:yoon", None, None)
ALICE = ("system:command", "alice", None)


class Past:
    """Writes records and facts of another month, as only a superuser can."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        self._id = 0
        connection.execute("ALTER TABLE access_records DISABLE TRIGGER ALL")

    def access(  # noqa: PLR0913
        self,
        who: tuple[str, str | None, str | None],
        at: datetime,
        *,
        subject: UUID = CITIZEN,
        kind: str = "read",
        about: UUID | None = REPORT,
        task: str = "response",
        why: str = "handover",
    ) -> None:
        self._id += 1
        actor, account, district = who
        self._connection.execute(
            "INSERT INTO access_records (id, accessed_at, actor, account, district, subject, what,"
            " why, correlation_id, kind, about, task, hash)"
            " VALUES (%s, %s, %s, %s, %s, %s, 'report.read', %s, %s, %s, %s, %s, '')",
            (self._id, at, actor, account, district, subject, why, uuid4(), kind, about, task),
        )
        self._connection.execute("UPDATE access_head SET id = %s", (self._id,))

    def fact(self, topic: str, at: datetime, version: int) -> None:
        self._connection.execute(
            "INSERT INTO events (position, aggregate_id, version, topic, schema_version, event_id,"
            " correlation_id, actor, received_at, recorded_at, open, hash)"
            " VALUES (%s, %s, %s, %s, 1, %s, %s, 'x', %s, %s, '{}', '')",
            (version, REPORT, version, f"emergency.{topic}", uuid4(), uuid4(), at, at),
        )


@pytest.fixture
def past(database: clusters.Database) -> Iterator[Past]:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        yield Past(connection)


@pytest.fixture
def house(database: clusters.Database, tmp_path: Path) -> Iterator[House]:
    settings = Settings(home=tmp_path / "home", database_url=database.service_url)
    with House(settings, role="test") as house:
        house.home.prepare()
        yield house


def asked_by(role: Role, district: str | None = None) -> Context:
    who = Principal(id=str(uuid4()), role=role, district=district)
    return Context(principal=who, correlation_id=uuid4())


def accounts(house: House, district: str | None = None) -> dict[str, AccountReads]:
    return {one.actor: one for one in house.access_book.accounts(MONTH, district)}


def noon(day: int) -> datetime:
    """In Seoul."""
    return datetime(2026, 3, day, 3, 0, tzinfo=UTC)


def test_reads_subjects_refusals_exports_and_provisions_are_counted(
    past: Past, house: House
) -> None:
    for _ in range(3):
        past.access(KIM, noon(2))
    past.access(KIM, noon(2), subject=OTHER)
    past.access(KIM, noon(2), kind="camera")
    past.access(KIM, noon(2), kind="refusal")
    past.access(KIM, noon(2), kind="provision")
    past.access(YOON, noon(2), kind="export", task="oversight", why="court order 17")
    kim, yoon = accounts(house)["operator:kim"], accounts(house)["auditor:yoon"]
    assert (kim.reads, kim.subjects, kim.refusals, kim.provisions, kim.exports) == (5, 2, 1, 1, 0)
    assert [(most.subject, most.reads) for most in kim.most_read] == [(CITIZEN, 4), (OTHER, 1)]
    assert (yoon.reads, yoon.exports) == (1, 1)
    [export] = house.access_book.exports(MONTH, None)
    assert (export.actor, export.why) == ("auditor:yoon", "court order 17")
    assert house.access_book.subjects(MONTH, None) == 2
    assert list(accounts(house, GANGDONG)) == ["operator:kim"]
    assert list(accounts(house, CITY)) == ["auditor:yoon"]


def test_a_month_is_a_month_in_seoul(past: Past, house: House) -> None:
    past.access(KIM, datetime(2026, 2, 28, 14, 59, 59, tzinfo=UTC))
    past.access(KIM, datetime(2026, 2, 28, 15, 0, tzinfo=UTC))
    past.access(KIM, datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC))
    past.access(KIM, datetime(2026, 3, 31, 15, 0, tzinfo=UTC))
    assert accounts(house)["operator:kim"].reads == 2
    assert house.access_book.last_id(MONTH) == 3


def test_offices_have_hours_and_control_rooms_have_none(past: Past, house: House) -> None:
    saturday, late = noon(7), datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
    for who in (KIM, YOON, ALICE, ("system:work", None, None)):
        for at in (noon(2), saturday, late):
            past.access(who, at)
    late_reads = {actor: one.out_of_hours for actor, one in accounts(house).items()}
    assert late_reads == {
        "operator:kim": 0,
        "auditor:yoon": 2,
        "system:command": 2,
        "system:work": 0,
    }


def test_looks_into_a_case_that_was_not_open_are_counted(past: Past, house: House) -> None:
    past.fact("triggered", RAISED, 1)
    past.fact("resolved", RESOLVED, 2)
    past.fact("reopened", REOPENED, 3)
    for at, is_open in ((0, False), (1, True), (2, False), (3, True)):
        moment = datetime(2026, 3, 4, at, 30, tzinfo=UTC)
        past.access(KIM if not is_open else ("operator:lee", None, GANGDONG), moment)
        past.access(YOON, moment, task="oversight")
    past.access(KIM, noon(5), about=None)
    closed = {actor: one.without_open_case for actor, one in accounts(house).items()}
    assert closed == {"operator:kim": 3, "operator:lee": 0, "auditor:yoon": 0}


def test_a_supervisor_reviews_the_own_district_only(past: Past, house: House) -> None:
    past.access(KIM, noon(2))
    past.access(("operator:choi", None, GURO), noon(2))
    desk = house.review_desk
    found = desk.review(asked_by(Role.SUPERVISOR, GANGDONG), MONTH)
    assert [one.actor for one in found.accounts] == ["operator:kim"]
    assert (found.district, found.figures.reads, found.prepared) == (GANGDONG, 1, False)
    for asker in (asked_by(Role.OPERATOR, GANGDONG), asked_by(Role.STATISTICIAN)):
        with pytest.raises(Forbidden):
            desk.review(asker, MONTH)
    with pytest.raises(Forbidden):
        desk.review(asked_by(Role.SUPERVISOR, GANGDONG), MONTH, GURO)
    assert len(desk.review(asked_by(Role.COORDINATOR), MONTH).accounts) == 2
    refused = accounts_of_now(house)
    assert [kind for kind, _ in refused] == ["read", "refusal", "refusal", "refusal", "read"]


def accounts_of_now(house: House) -> list[tuple[str, str]]:
    with house.database.connection() as connection:
        return connection.execute(
            "SELECT kind, what FROM access_records WHERE what LIKE 'review.%' ORDER BY id"
        ).fetchall()


def test_a_review_that_was_done_is_a_fact(past: Past, house: House) -> None:
    past.access(KIM, noon(2))
    supervisor = asked_by(Role.SUPERVISOR, GANGDONG)
    command = FinishReview(month=MONTH, remark="Nothing unusual; asked Kim about 3 March.")
    house.review_desk.finish(command, supervisor)
    found = house.review_desk.review(supervisor, MONTH)
    assert found.prepared
    assert found.done_at is not None
    kept = house.app.load(AccessReview, AccessReview.create_id(MONTH.first, GANGDONG))
    assert kept.figures.reads == 1
    with pytest.raises(Forbidden):
        house.review_desk.finish(command, asked_by(Role.AUDITOR))
    now = FinishReview(month=Month.of(house.clock.now()), remark="too early")
    with pytest.raises(MonthNotOver):
        house.review_desk.finish(now, supervisor)


def test_last_months_reviews_are_prepared_once(past: Past, house: House) -> None:
    last = Month.of(house.clock.now()).before
    past.access(KIM, last.begins_at)
    [duty] = [one for one in custody.duties(house) if one.name == "access_reviews"]
    duty.run()
    prepared = house.reader.head()
    duty.run()
    assert (prepared, house.reader.head()) == (2, 2)
    review = house.app.load(AccessReview, AccessReview.create_id(last.first, GANGDONG))
    assert (review.figures.reads, review.done_at) == (1, None)
    with pytest.raises(Forbidden):
        house.review_desk.prepare(asked_by(Role.SUPERVISOR, GANGDONG))


def test_records_are_kept_for_two_years_and_then_cut_from_the_front(
    past: Past, house: House
) -> None:
    now = house.clock.now()
    for days in (800, 740, 725, 1):
        past.access(KIM, now - timedelta(days=days))
    gone = house.retention_desk.apply(system("custody", correlation_id=uuid4()))
    assert gone["access_records"] == 2
    with house.database.connection() as connection:
        kept = connection.execute("SELECT id FROM access_records ORDER BY id").fetchall()
        start = connection.execute("SELECT id FROM access_start").fetchone()
        told = connection.execute(
            "SELECT open::jsonb ->> 'count' FROM events WHERE topic = 'retention.applied'"
            " AND open::jsonb ->> 'rule' = 'access_records'"
        ).fetchall()
    assert (kept, start, told) == ([(3,), (4,)], (2,), [("2",)])


def test_months_follow_each_other_over_the_year() -> None:
    january = Month(first=date(2026, 1, 1))
    assert january.before == Month(first=date(2025, 12, 1))
    assert january.before.ends_at == january.begins_at
    assert Month.of(datetime(2026, 3, 31, 15, 0, tzinfo=UTC)) == Month(first=date(2026, 4, 1))
