"""`ansim` from a shell: quick, plain about what is wrong, honest in its exit code."""

from __future__ import annotations

import json
import resource
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from application.context import system
from application.figures import read_figures
from infrastructure.bootstrap import House
from infrastructure.settings import Settings
from interfaces.commands.options import moment
from interfaces.demo.free_port import free_port
from interfaces.demo.performance import PRESS
from tests.clusters import Database
from tests.interfaces.shell import ansim, complaint, last_json

HELP_S_MAX = 0.6


def test_help_answers_at_once() -> None:
    """By processor time: other tests may be running beside this one."""
    took_s = []
    for _ in range(5):
        began_s = children_s()
        assert "demo" in ansim("--help").stdout
        took_s.append(children_s() - began_s)
    assert min(took_s) <= HELP_S_MAX


def children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.fixture
def to(database: Database, tmp_path: Path) -> dict[str, str]:
    """Settings of a shell that works on a migrated, empty database."""
    return {
        "database_url": database.service_url,
        "admin_database_url": database.owner_url,
        "home": str(tmp_path / "home"),
        "key_encryption_key": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    }


@pytest.fixture
def house(to: dict[str, str]):
    with House(Settings(**to), role="test") as house:
        yield house


def raised(house: House, how: str = "button") -> str:
    from application.triggers import TriggerReport

    receipt = house.emergency_desk.trigger(
        TriggerReport(
            sent={
                "how": how,
                "trigger_id": str(uuid4()),
                "position": {"latitude_deg": 37.5385, "longitude_deg": 127.1376},
            },
            fallback_id=str(uuid4()),
        ),
        system("test", correlation_id=uuid4()),
    )
    return str(receipt.aggregate_id)


def folded(house: House) -> None:
    for name in house.engine.names:
        while house.engine.step(name):
            pass


class TestReports:
    def test_the_queue_now_and_before(self, to, house) -> None:
        before = datetime.now(UTC)
        report_id = raised(house)
        folded(house)
        now = last_json(ansim("queue", "--json", **to))
        assert [row["report_id"] for row in now["reports"]] == [report_id]
        then = last_json(ansim("queue", "--json", "--at", before.isoformat(), **to))
        assert then["reports"] == []
        elsewhere = last_json(ansim("queue", "--json", "--district", "11110", **to))
        assert elsewhere["reports"] == []

    def test_replay_tells_every_fact_and_nothing_personal(self, to, house) -> None:
        report_id = raised(house)
        told = last_json(ansim("replay", report_id, "--json", **to))
        assert [fact["topic"] for fact in told["facts"]] == ["emergency.triggered"]
        assert told["state"]["stage"] == "window"
        assert told["facts"][0]["sealed"] == ["position"]
        assert "37.5385" not in str(told)

    def test_replay_says_what_is_erased(self, to, house) -> None:
        report_id = raised(house)
        [fact] = house.reader.stream(UUID(report_id))
        house.key_ring.destroy(fact.envelope.sealed[0].subject)
        told = last_json(ansim("replay", report_id, "--json", **to))
        assert (told["facts"][0]["sealed"], told["facts"][0]["erased"]) == (["position"],) * 2
        timeline = ansim("replay", report_id, **to).stdout
        assert "삭제됨" in timeline
        assert "(봉인됨)" not in timeline

    def test_replay_opens_what_is_sealed_for_a_reason(self, to, house) -> None:
        report_id = raised(house)
        folded(house)
        told = last_json(ansim("replay", report_id, "--json", "--why", "a test", **to))
        assert "37.5385" in str(told["facts"][0]["opened"])
        with house.database.connection() as connection:
            [(kept,)] = connection.execute("SELECT count(*) FROM access_records").fetchall()
        assert kept == 1

    def test_replay_before_it_was_there(self, to, house) -> None:
        report_id = raised(house)
        line = complaint(ansim("replay", report_id, "--position", "0", **to))
        assert "at position 0" in line

    def test_an_unknown_report(self, to) -> None:
        assert "the log has nothing of" in complaint(ansim("replay", str(uuid4()), **to))


class TestFolds:
    def test_status_compare_and_a_superusers_change(self, to, house, database) -> None:
        report_id = raised(house)
        folded(house)
        status = last_json(ansim("projections", "status", "--json", **to))
        assert {one["lag"] for one in status} == {0}
        assert last_json(ansim("projections", "compare", "--json", **to))["equal"]
        with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
            superuser.execute("UPDATE read.report_detail SET district = '11110'")
        differing = ansim("projections", "compare", **to)
        assert differing.returncode == 1
        assert "report_detail" in differing.stdout
        assert report_id in differing.stdout
        assert ansim("projections", "rebuild", "report_detail", **to).returncode == 0
        assert ansim("projections", "compare", **to).returncode == 0

    def test_an_unknown_fold(self, to) -> None:
        assert "operator_queue" in complaint(ansim("projections", "compare", "nothing", **to))

    def test_retry_of_a_fold_with_nothing_parked(self, to) -> None:
        assert ansim("projections", "retry", "operator_queue", **to).returncode == 0


class TestCounts:
    def test_the_press_release(self, to, house) -> None:
        figures = read_figures(PRESS.read_text())
        house.ledger_desk.import_figures(figures, system("test", correlation_id=uuid4()))
        folded(house)
        downloads = last_json(ansim("stats", "downloads", "--json", **to))
        assert downloads["cumulative"]["2023-08-26"] == 224_604
        assert last_json(ansim("stats", "usage", "--json", **to))["total"] == 211_481

    def test_daily_downloads_with_a_bad_line(self, to, tmp_path) -> None:
        file = tmp_path / "counts.csv"
        file.write_text("store,day,count\nplay_store,2023-08-27,52\nplay_store,yesterday,1\n")
        result = ansim("import", "downloads", str(file), **to)
        assert result.returncode == 3
        assert "1 stored" in result.stderr
        assert "line 3" in result.stderr

    def test_figures_that_contradict_themselves(self, to, tmp_path) -> None:
        file = tmp_path / "figures.json"
        file.write_text('{"source": "x", "downloads": {"cumulative": []}}')
        assert "figures_unreadable" in complaint(ansim("import", "figures", str(file), **to))


class TestTheRest:
    def test_the_chain_is_whole_until_somebody_breaks_it(self, to, house, database) -> None:
        raised(house)
        assert last_json(ansim("audit", "verify", "--json", **to))["ok"]
        with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
            superuser.execute("ALTER TABLE events DISABLE TRIGGER ALL")
            superuser.execute("UPDATE events SET actor = 'nobody' WHERE position = 1")
        told = ansim("audit", "verify", "--json", **to)
        assert told.returncode == 3
        found = json.loads(told.stdout)
        assert (found["position"], found["kind"]) == (1, "changed")
        assert "changed" in ansim("audit", "verify", **to).stderr

    def test_staff_are_enrolled_from_a_pipe(self, to) -> None:
        words = ("staff", "add", "kim", "--role", "operator", "--name", "김", "--district", "11740")
        assert ansim(*words, stdin="a long password\n", **to).returncode == 0
        assert "staff.login_taken" in complaint(ansim(*words, stdin="a long password\n", **to))

    def test_no_dead_letters(self, to) -> None:
        assert last_json(ansim("dead-letters", "--json", **to)) == []
        assert last_json(ansim("dead-letters", "list", "--json", **to)) == []
        assert ansim("dead-letters", "replay", str(uuid4()), **to).returncode != 0
        assert last_json(ansim("clips", "--json", **to)) == []
        assert ansim("clips", "replay", str(uuid4()), **to).returncode != 0

    def test_migrate_twice(self, to) -> None:
        assert ansim("migrate", **to).returncode == 0


class TestWhatIsWrongIsSaidInOneLine:
    def test_a_setting(self) -> None:
        assert "ANSIM_PORT" in complaint(ansim("audit", "verify", port="eighty"))

    def test_a_database_that_is_not_there(self) -> None:
        line = complaint(
            ansim("audit", "verify", database_url="postgresql://u:secret@127.0.0.1:1/x")
        )
        assert "ANSIM_DATABASE_URL" in line
        assert "secret" not in line

    def test_no_owner_for_a_migration(self, database) -> None:
        line = complaint(ansim("migrate", database_url=database.service_url))
        assert "ANSIM_ADMIN_DATABASE_URL" in line

    def test_a_home_that_is_somebody_elses_folder(self, tmp_path) -> None:
        (tmp_path / "holiday.jpg").touch()
        assert "is no ansim home" in complaint(ansim("db", "url", home=tmp_path))

    def test_a_role_that_there_is_not(self, tmp_path) -> None:
        result = ansim("up", "--without", "cook", home=tmp_path / "home", port=str(free_port()))
        assert result.returncode != 0
        assert "no role is called 'cook'" in result.stderr.splitlines()[-1]


def test_the_embedded_database_is_started_and_stopped(tmp_path) -> None:
    home = tmp_path / "home"
    first = ansim("db", "url", home=home)
    [address] = first.stdout.splitlines()
    try:
        with psycopg.connect(address) as connection:
            [(is_superuser,)] = connection.execute(
                "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchall()
        assert is_superuser
        assert ansim("db", "url", home=home).stdout == first.stdout
    finally:
        assert ansim("down", home=home).returncode == 0
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address, connect_timeout=2)


def test_a_time_without_a_zone_is_seouls() -> None:
    assert moment("2026-11-22T23:41:07") == datetime(2026, 11, 22, 14, 41, 7, tzinfo=UTC)
    assert moment("2026-11-22T14:41:07Z") == datetime(2026, 11, 22, 14, 41, 7, tzinfo=UTC)
