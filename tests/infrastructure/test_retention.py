"""What is over its term goes by itself; what is held stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from application.context import Context, Principal
from application.hold_desk import PlaceHold
from application.inspection.commands import AskDetector, DeclineForm, FormReceipt, OpenForm
from domain.base import Erased
from domain.emergency import Emergency
from domain.inspection import DetectorLoan
from domain.inspection.loan_facts import Declined
from domain.inspection.vocabulary import Building, FormDecline
from domain.retention import Applied
from domain.roles import Role
from infrastructure.log.reader import LogReader
from tests.application.house import NOBODY
from tests.clusters import Database
from tests.infrastructure.forgotten import COMMAND, Forgetful, settings_of
from workers.forgetting import Forgetting


@pytest.fixture
def living(database: Database, redis_url: str, tmp_path: Path) -> Iterator[Forgetful]:
    forgetful = Forgetful(settings_of(tmp_path / "home", database.service_url, redis_url))
    yield forgetful
    forgetful.house.close()


def let_days_pass(database: Database, *days: int) -> None:
    """As far as rows beside the log know of time."""
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        for statement in (
            "UPDATE read.report_detail SET last_at = last_at - make_interval(days => %s)",
            "UPDATE read.inspections SET last_at = last_at - make_interval(days => %s)",
            "UPDATE timers SET fired_at = clock_timestamp() - make_interval(days => %s)",
            "UPDATE idempotency SET expires_at = expires_at - make_interval(days => %s)",
        ):
            superuser.execute(statement.encode(), days)
        superuser.execute("UPDATE reconciled SET position = (SELECT position FROM log_head)")


def applied(living: Forgetful) -> dict[str, int]:
    reader: LogReader = living.house.reader
    return {one.rule: one.count for one in reader.read(0, 1_000) if isinstance(one, Applied)}


def test_nothing_goes_before_its_term(living: Forgetful, database: Database) -> None:
    living.ends(living.raises(living.member()))
    living.folds()
    let_days_pass(database, 29)
    gone = Forgetting(living.house).apply_terms()
    assert {rule: gone[rule] for rule in ("track", "deliveries", "timers")} == {
        "track": 0,
        "deliveries": 0,
        "timers": 0,
    }
    assert applied(living).keys() <= {"receipts"}


def test_a_track_goes_after_its_term_and_notes_stay(living: Forgetful, database: Database) -> None:
    free, held = living.raises(living.member()), living.raises(living.member())
    open_case = living.raises(living.member())
    living.ends(free)
    living.ends(held)
    living.house.hold_desk.place(
        PlaceHold(target=held.report_id, reason="evidence", placed_by=living.staff()), COMMAND
    )
    living.folds()
    let_days_pass(database, 181)
    assert Forgetting(living.house).apply_terms()["track"] == 1
    living.house.subject_keys.wait_until_told()
    assert living.house.app.load(Emergency, free.report_id).position == Erased()
    assert living.house.app.load(Emergency, held.report_id).position != Erased()
    assert living.house.app.load(Emergency, open_case.report_id).position != Erased()
    notes = [fact.note for fact in living.house.app.history(free.report_id) if "note" in dir(fact)]
    assert notes != []
    assert Erased() not in notes
    assert applied(living)["track"] == 1
    assert Forgetting(living.house).apply_terms()["track"] == 0
    assert living.house.verify_log().ok


def test_rows_beside_the_log_go_and_leave_facts(living: Forgetful, database: Database) -> None:
    living.ends(living.raises(living.member()))
    let_days_pass(database, 31)
    gone = Forgetting(living.house).apply_terms()
    assert gone["timers"] > 0
    assert gone["receipts"] > 0
    told = applied(living)
    assert {rule: told[rule] for rule in ("timers", "receipts")} == {
        rule: gone[rule] for rule in ("timers", "receipts")
    }
    assert living.ask("SELECT count(*) FROM timers") == [(0,)]


def test_every_term_names_its_basis(living: Forgetful) -> None:
    assert all(term.basis and term.days >= 0 for term in living.house.retention_desk.terms)


def asks_for_detector(living: Forgetful) -> FormReceipt:
    command = AskDetector(
        district="11740", building=Building.HOME, days=3, name="김미나", phone="+821055556666"
    )
    return living.house.form_desk.ask_detector(command, NOBODY)


def test_who_asked_without_membership_is_forgotten_after_the_end(
    living: Forgetful, database: Database
) -> None:
    over, waiting = asks_for_detector(living), asks_for_detector(living)
    opened = OpenForm(reference=over.reference, code=str(over.code))
    living.house.form_desk.withdraw(opened, NOBODY)
    living.folds()
    let_days_pass(database, 181)
    assert Forgetting(living.house).apply_terms()["forms"] == 1
    living.house.subject_keys.wait_until_told()
    assert living.house.app.load(DetectorLoan, over.aggregate_id).phone == Erased()
    assert living.house.app.load(DetectorLoan, waiting.aggregate_id).phone == "+821055556666"


def test_what_was_written_about_a_members_form_goes_and_the_form_stays(
    living: Forgetful, database: Database
) -> None:
    citizen_id = living.member().citizen_id
    herself = Context(
        principal=Principal(id=str(citizen_id), role=Role.CITIZEN), correlation_id=uuid4()
    )
    command = AskDetector(district="11740", building=Building.HOME, days=3)
    form_id = living.house.form_desk.ask_detector(command, herself).aggregate_id
    staff = Context(
        principal=Principal(id=str(uuid4()), role=Role.COORDINATOR), correlation_id=uuid4()
    )
    no = DeclineForm(form_id=form_id, why=FormDecline.OTHER, note="다른 기관에서 점검합니다")
    living.house.detector_desk.decline(no, staff)
    living.folds()
    let_days_pass(database, 181)
    assert Forgetting(living.house).apply_terms()["forms"] == 1
    living.house.subject_keys.wait_until_told()
    declined = living.house.app.history(form_id)[-1]
    assert isinstance(declined, Declined)
    assert declined.note == Erased()
    assert isinstance(living.house.app.load(DetectorLoan, form_id).phone, str)
