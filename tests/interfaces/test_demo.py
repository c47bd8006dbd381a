"""The demo: it plays what files tell it, prints what it read back, and fails when it must."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import psycopg
import pytest

from domain.geography import Position
from infrastructure.districts import KrgcDistricts
from infrastructure.proof.folder_witness import FolderWitness
from interfaces.demo.case import Case, CaseUnreadable, read_case, shipped_cases
from interfaces.demo.places import PLACES
from interfaces.demo.reading_back import _in_order
from interfaces.demo.stories import story
from tests.interfaces.shell import ansim, complaint, last_json

UNSEEN = {
    "case": "night-bus",
    "citizen": None,
    "trigger": {"place": {"district": "11350"}, "how": "shake", "presses": 1, "alert": "silent"},
    "steps": [
        {"do": "partner", "channel": "police", "fail_next": 1, "arrive_after_s": 1},
        {"do": "claim", "refused": "emergency.in_window"},
        {"do": "film", "seconds": 1, "container": "webm", "pieces": 2},
        {"do": "wait", "fact": "accepted"},
        {"do": "claim", "by": "supervisor"},
        {"do": "take_over", "by": "colleague"},
        {"do": "police", "by": "colleague"},
        {"do": "wait", "fact": "patrol_arrived"},
        {
            "do": "resolve",
            "by": "colleague",
            "outcome": "safe",
            "verified_by": "police",
            "note": "Somebody else came, all is well.",
        },
    ],
    "expect": {
        "district": "11350",
        "outcome": "safe",
        "facts": ["triggered", "accepted", "claimed", "taken_over", "patrol_arrived", "resolved"],
        "never": ["call_placed"],
    },
}
FIGURES = {
    "source": "made up",
    "downloads": {
        "cumulative": [{"until": "2022-12-31", "total": 10}, {"until": "2023-03-01", "total": 25}]
    },
    "usage": {
        "cumulative": [{"until": "2023-03-01", "total": 7}],
        "within": [{"since": "2023-01-01", "until": "2023-03-01", "count": 3}],
    },
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, Path]:
    """One whole demo with an unseen case and unseen figures, and the home that it left."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "case.json").write_text(json.dumps(UNSEEN))
    (folder / "figures.json").write_text(json.dumps(FIGURES))
    home = folder / "home"
    result = ansim(
        "demo",
        "--json",
        "--case",
        str(folder / "case.json"),
        "--figures",
        str(folder / "figures.json"),
        "--keep",
        str(home),
        timeout_s=300,
    )
    shown = last_json(result)
    yield shown, home
    ansim("down", home=home)


def test_the_documented_cases_end_as_they_did(kept) -> None:
    shown, _ = kept
    ends = {one["case"]: (one["district"], one["outcome"]) for one in shown["cases"]}
    assert ends == {
        "gangdong-2023-02-02": ("11740", "police_handled"),
        "guro-2023-05-19": ("11530", "ambulance_handed"),
        "cancelled": ("11680", "cancelled"),
        "late-cancel": ("11440", "false_alarm"),
        "drill": ("11620", "drill"),
        "night-bus": ("11350", "safe"),
    }


def test_what_was_filmed_is_shown_as_it_was_sent(kept) -> None:
    shown, _ = kept
    filmed = {one["case"]: len(one["clips"]) for one in shown["cases"] if one["clips"]}
    assert filmed == {"gangdong-2023-02-02": 1, "night-bus": 1}


def test_figures_nobody_here_has_seen(kept) -> None:
    shown, _ = kept
    assert shown["downloads"] == {"2022": 10, "2023-03-01": 25}
    assert (shown["usage_total"], shown["usage_2023"]) == (7, 3)
    assert shown["usage_counted"] == 4  # two documented, the late cancel, the unseen one


def test_all_that_was_written_is_sealed_at_last(kept) -> None:
    shown, home = kept
    assert list(shown)[-1] == "audit"
    audit = shown["audit"]
    assert audit["verified"] is True
    assert audit["checkpoints"] >= 1
    sealed = FolderWitness(home / "witness").latest().checkpoint
    address = ansim("db", "url", home=home).stdout.strip()
    with psycopg.connect(address, autocommit=True) as reader:
        [(head,)] = reader.execute("SELECT position FROM log_head").fetchall()
    assert audit["positions"] <= sealed.facts.size == head
    assert sealed.access.size > 0


def test_every_fold_equals_the_one_built_from_nothing(kept) -> None:
    shown, _ = kept
    assert shown["rebuild_equal"]
    assert set(shown["folds"]) >= {
        "operator_queue",
        "report_detail",
        "incident_history",
        "download_statistics",
    }
    assert all(one["sha256_live"] == one["sha256_rebuilt"] for one in shown["folds"].values())


def test_nothing_is_left_undone(kept) -> None:
    shown, _ = kept
    assert shown["dead_letters"] == 0
    assert shown["timers_fired"] >= len(shown["cases"])
    assert shown["deliveries_done"] >= 7


def test_the_kept_home_replays_the_same_facts(kept) -> None:
    shown, home = kept
    for one in shown["cases"]:
        told = last_json(ansim("replay", one["report_id"], "--json", home=home))
        assert [fact["topic"] for fact in told["facts"]] == one["facts"]


def test_a_superusers_change_is_named(kept) -> None:
    _, home = kept
    address = ansim("db", "url", home=home).stdout.strip()
    with psycopg.connect(address, autocommit=True) as superuser:
        [(report_id,)] = superuser.execute(
            "UPDATE read.report_detail SET outcome = 'prank' WHERE district = '11740'"
            " RETURNING report_id::text"
        ).fetchall()
    result = ansim("projections", "compare", "--json", home=home)
    assert result.returncode != 0
    [found] = json.loads(result.stdout)["differences"]
    assert (found["fold"], found["key"]) == ("report_detail", report_id)


def test_without_a_role_it_fails_and_says_why() -> None:
    with ThreadPoolExecutor() as pool:
        relay, schedule = pool.map(
            lambda role: ansim("demo", "--json", "--without", role, timeout_s=300),
            ("relay", "schedule"),
        )
    assert relay.returncode != 0
    assert "emergency.call_connected did not come" in relay.stderr
    assert relay.stdout == ""
    assert schedule.returncode != 0
    assert "emergency.accepted did not come" in schedule.stderr


class TestCaseFiles:
    def test_the_shipped_ones_can_be_read(self) -> None:
        assert [case.case for case in shipped_cases()] == [
            "gangdong-2023-02-02",
            "guro-2023-05-19",
            "cancelled",
            "late-cancel",
            "drill",
        ]

    @pytest.mark.parametrize(
        ("changed", "told"),
        [
            ({"steps": [{"do": "dance"}]}, "steps"),
            ({"steps": [{"do": "wait", "fact": "emergency.danced"}]}, "no fact is called"),
            ({"trigger": {"place": {}}}, "or district"),
            ({"expect": {"facts": ["nothing"]}}, "no fact is called"),
            ({"colour": "red"}, "colour"),
        ],
    )
    def test_a_bad_one_is_refused_with_its_place(self, changed, told, tmp_path) -> None:
        file = tmp_path / "case.json"
        file.write_text(json.dumps({"case": "x"} | changed))
        with pytest.raises(CaseUnreadable, match=told) as refused:
            read_case(file)
        assert str(file) in str(refused.value)

    def test_a_bad_one_costs_no_start(self, tmp_path) -> None:
        file = tmp_path / "case.json"
        file.write_text("{")
        assert "case_unreadable" in complaint(ansim("demo", "--case", str(file), timeout_s=20))

    def test_the_smallest_case(self, tmp_path) -> None:
        file = tmp_path / "case.json"
        file.write_text('{"case": "x"}')
        assert read_case(file) == Case(case="x")


def test_facts_in_order_with_others_between() -> None:
    assert _in_order(["a", "c"], ["a", "b", "c"])
    assert not _in_order(["c", "a"], ["a", "b", "c"])
    assert not _in_order(["a", "a"], ["a", "b"])


def test_every_place_lies_in_its_district() -> None:
    districts = KrgcDistricts()
    assert set(PLACES) == set(districts.codes())
    for code, place in PLACES.items():
        position = Position(latitude_deg=place.latitude_deg, longitude_deg=place.longitude_deg)
        assert districts.locate(position).district == code


def test_the_city_tells_stories_that_can_be_played() -> None:
    chance = Random(7)
    told = [story(chance, n, code, answered=True) for n in range(40) for code in ("11740", "11530")]
    assert {case.trigger.drill for case in told} == {True, False}
    assert any(step.do == "cancel" for case in told for step in case.steps)
