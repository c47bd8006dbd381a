"""The past, other numbers and corrections from a shell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from application.context import system
from application.emergency.commands import CancelReport
from application.triggers import TriggerReport
from domain.policy import Policy
from infrastructure.bootstrap import House
from infrastructure.settings import Settings
from tests.clusters import Cluster
from tests.interfaces.shell import ansim, complaint, last_json
from tests.memory import Staffed

PHONE = "a phone that nobody knows"
CONTEXT = system("test", correlation_id=uuid4())


@pytest.fixture(scope="module")
def to(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Settings of a shell that works on a database with one report: cancelled too late."""
    with cluster.database() as database:
        settings = {
            "database_url": database.service_url,
            "admin_database_url": database.owner_url,
            "home": str(tmp_path_factory.mktemp("cli") / "home"),
            "key_encryption_key": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        }
        Path(settings["home"]).mkdir()
        with House(Settings(**settings), role="test") as house:
            house.policy = Policy(cancel_window_s=0)
            house.presence = Staffed()
            report_id = accepted(house)
            house.emergency_desk.cancel(CancelReport(report_id=report_id, device=PHONE), CONTEXT)
            for name in house.engine.names:
                while house.engine.step(name):
                    pass
        yield settings | {"report": str(report_id)}


def accepted(house: House) -> UUID:
    sent = {
        "trigger_id": str(uuid4()),
        "how": "button",
        "position": {"latitude_deg": 37.5301, "longitude_deg": 127.1238},
        "device": {"device_id": PHONE},
    }
    triggered = TriggerReport(sent=sent, fallback_id=str(uuid4()))
    report_id = house.emergency_desk.trigger(triggered, CONTEXT).report_id
    house.emergency_desk.window_elapsed(report_id, CONTEXT)
    return report_id


def run(to: dict[str, str], *words: str):
    return ansim(*words, **{name: value for name, value in to.items() if name != "report"})


def test_the_queue_is_asked_at_a_position_and_at_a_time(to: dict[str, str]) -> None:
    shown = last_json(run(to, "queue", "--at", "1", "--json"))
    assert (shown["position"], shown["watching"]) == (1, [])
    assert [row["stage"] for row in shown["reports"]] == ["window"]
    empty = last_json(run(to, "queue", "--at", "2020-01-01T00:00:00Z", "--json"))
    assert (empty["position"], empty["reports"]) == (0, [])
    assert "in_future" in complaint(run(to, "queue", "--at", "999999"))


def test_another_window_names_the_cancel_that_would_have_counted(to: dict[str, str]) -> None:
    told = last_json(run(to, "whatif", "--policy", "cancel_window_s=7", "--json"))
    [late] = told["cancels"]["would_count"]
    assert late["report_id"] == to["report"]
    assert told["policy"]["cancel_window_s"]["would_be"] == 7
    shown = run(to, "whatif", "--policy", "cancel_window_s=7")
    assert to["report"] in shown.stdout
    assert "people are not" in shown.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--policy", "cancel=7"), "whatif.policy_unknown"),
        (
            ("--policy", "cancel_window_s=7", "--from", "2026-02-01", "--to", "2026-01-01"),
            "whatif.period_empty",
        ),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_in_a_line(
    to: dict[str, str], words: tuple[str, ...], said: str
) -> None:
    assert said in complaint(run(to, "whatif", *words))


def test_a_correction_from_the_shell_is_kept_once(to: dict[str, str]) -> None:
    words = (to["report"], "--field", "how", "--value", "bell", "--reason", "a bell rang", "--json")
    first = last_json(run(to, "correct", *words))
    assert first["position"] is not None
    assert last_json(run(to, "correct", *words))["position"] is None
    other = run(to, "correct", to["report"], "--field", "mood", "--value", "x", "--reason", "y")
    assert "none of outcome, district, how" in other.stderr


def test_a_day_that_a_store_restated_is_corrected(to: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "counts.csv"
    file.write_text("store,day,count\ngoogle,2026-01-01,5\n")
    assert last_json(run(to, "import", "downloads", str(file), "--json"))["stored"] == 1
    words = ("stats", "correct-downloads", "google", "2026-01-01", "7", "--reason", "restated")
    assert last_json(run(to, *words, "--json"))["position"] is not None


def test_figures_are_asked_as_known_on_a_day(to: dict[str, str]) -> None:
    now = last_json(run(to, "stats", "usage", "--json"))
    then = last_json(run(to, "stats", "usage", "--known-on", "2020-01-01", "--json"))
    assert (now["counted"], then["counted"]) == (1, 0)


def test_every_report_is_decided_again_and_not_the_first_alone(to: dict[str, str]) -> None:
    settings = {name: value for name, value in to.items() if name != "report"}
    with House(Settings(**settings), role="test") as house:
        house.policy = Policy(cancel_window_s=0)
        house.presence = Staffed()
        accepted(house)
    told = last_json(run(to, "whatif", "--policy", "answer_within_s=20", "--json"))
    assert sum(one["was"]["accepted"] for one in told["by_district"]) == 2
