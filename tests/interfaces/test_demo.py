"""The demo: it plays what files tell it, prints what it read back, and fails when it must."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from domain.policy import Policy
from infrastructure.proof.folder_witness import FolderWitness
from tests.interfaces.shell import ansim, last_json

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
UNSEEN_BETWEEN_CENTRES = {
    "case": "refused-by-the-neighbour",
    "citizen": {"language": "ja", "pin": "31415", "duress_pin": "27182"},
    "trigger": {"place": {"district": "11110"}, "alert": "silent"},
    "steps": [
        {"do": "cancel", "pin": "99999", "answer": "pin_wrong"},
        {"do": "cancel", "pin": "31415", "answer": "cancelled"},
        {"do": "trigger", "trigger": {"place": {"district": "11110"}, "alert": "siren"}},
        {"do": "see", "has": {"stage": "open", "ringing": True}},
        {"do": "accept", "refused": "emergency.no_transfer"},
        {"do": "claim"},
        {"do": "walk", "seconds": 1, "battery_pct": 7},
        {"do": "offer", "to_district": "11140", "reason": "명동 쪽으로 이동 중이라고 말함"},
        {"do": "refuse", "by": "supervisor", "reason": "화면에서 찾을 수 없음"},
        {"do": "silence", "reason": "숨어 있다고 함"},
        {"do": "message", "text": "隠れていてください。", "by_text": False},
        {"do": "read"},
        {"do": "write", "text": "もう大丈夫です。"},
        {"do": "cancel", "pin": "27182", "answer": "late"},
        {"do": "resolve", "outcome": "not_found", "note": "현장에서 신고자를 찾지 못하였음."},
    ],
    "expect": {
        "district": "11110",
        "outcome": "not_found",
        "facts": ["raised_after_cancel", "transfer_offered", "transfer_refused", "silenced"],
        "also": ["duress_suspected", "message_received"],
        "never": ["cancelled", "transfer_accepted"],
        "told": [{"fact": "duress_suspected", "has": {"told": "late"}}],
        "partners": {"text": 0, "police": 0},
        "before": [{"outcome": "cancelled", "partners": {"call": 0}}],
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
    """One whole demo with unseen cases and unseen figures, and the home that it left."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "case.json").write_text(json.dumps(UNSEEN))
    (folder / "other.json").write_text(json.dumps(UNSEEN_BETWEEN_CENTRES))
    (folder / "figures.json").write_text(json.dumps(FIGURES))
    home = folder / "home"
    result = ansim(
        "demo",
        "--json",
        "--case",
        str(folder / "case.json"),
        "--case",
        str(folder / "other.json"),
        "--figures",
        str(folder / "figures.json"),
        "--keep",
        str(home),
        timeout_s=600,
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
        "cancelled-by-an-attacker": ("11560", "police_handled"),
        "cancel-without-the-pin": ("11350", "police_handled"),
        "duress-pin": ("11215", "police_handled"),
        "silent-in-chinese": ("11230", "safe"),
        "over-the-border": ("11710", "safe"),
        "nobody-answers": ("11650", "police_handled"),
        "refused-by-the-neighbour": ("11110", "not_found"),
        "night-bus": ("11350", "safe"),
    }


def test_what_was_taken_back_before_is_told_beside_it(kept) -> None:
    shown, _ = kept
    before = {one["case"]: [it["outcome"] for it in one["before"]] for one in shown["cases"]}
    assert {case: ends for case, ends in before.items() if ends} == {
        "cancelled-by-an-attacker": ["cancelled"],
        "refused-by-the-neighbour": ["cancelled"],
    }


def test_time_is_shortened_by_facts_and_given_back(kept) -> None:
    _, home = kept
    told = json.loads(ansim("policy", "show", "--json", home=home).stdout)
    assert told["numbers"]["escalate_police_s"] == Policy().escalate_police_s
    changes = [
        (change["was"], change["value"])
        for one in told["changed"]
        for change in one["changes"]
        if change["name"] == "escalate_police_s"
    ]
    assert changes == [("90.0", "5.0"), ("5.0", "90.0")]


def test_what_was_filmed_is_shown_as_it_was_sent(kept) -> None:
    shown, _ = kept
    filmed = {one["case"]: len(one["clips"]) for one in shown["cases"] if one["clips"]}
    assert filmed == {"gangdong-2023-02-02": 1, "night-bus": 1}


def test_figures_nobody_here_has_seen(kept) -> None:
    shown, _ = kept
    assert shown["downloads"] == {"2022": 10, "2023-03-01": 25}
    assert (shown["usage_total"], shown["usage_2023"]) == (7, 3)
    reports = 11  # all but the drill, and three that were taken back
    assert shown["usage_counted"] == reports + len(shown["services"])


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


def test_guardians_are_told_once_each(kept) -> None:
    told = kept[0]["guardian_messages"]
    assert told["sent"] > 0
    assert (told["failed"], told["duplicates"]) == (0, 0)


def test_nothing_is_left_undone(kept) -> None:
    shown, _ = kept
    assert shown["dead_letters"] == 0
    assert shown["timers_fired"] >= len(shown["cases"])
    assert shown["deliveries_done"] >= 7


def test_the_kept_home_replays_the_same_facts(kept) -> None:
    shown, home = kept
    address = ansim("db", "url", home=home).stdout.strip()
    lives = {one["report_id"]: one["facts"] for one in shown["cases"]}
    lives |= {one["id"]: one["facts"] for one in shown["services"].values()}
    with psycopg.connect(address, autocommit=True) as reader:
        stored = "SELECT topic FROM events WHERE aggregate_id = %s ORDER BY version"
        for about, topics in lives.items():
            assert [topic for (topic,) in reader.execute(stored, (about,))] == topics
    for about in (shown["cases"][0]["report_id"], shown["services"]["escort"]["id"]):
        told = last_json(ansim("replay", about, "--json", home=home))
        assert [fact["topic"] for fact in told["facts"]] == lives[about]


def test_a_superusers_change_is_named(kept) -> None:
    shown, home = kept
    report_id = shown["cases"][0]["report_id"]
    address = ansim("db", "url", home=home).stdout.strip()
    with psycopg.connect(address, autocommit=True) as superuser:
        superuser.execute(
            "UPDATE read.report_detail SET outcome = 'prank' WHERE report_id = %s", (report_id,)
        )
    result = ansim("projections", "compare", "--json", home=home)
    assert result.returncode != 0
    [found] = json.loads(result.stdout)["differences"]
    assert (found["fold"], found["key"]) == ("report_detail", report_id)


@pytest.mark.long
def test_over_smpp_guardians_are_told_once_each_too(tmp_path: Path) -> None:
    home = tmp_path / "home"
    shown = last_json(ansim("demo", "--json", "--smpp", "--keep", str(home), timeout_s=300))
    told = shown["guardian_messages"]
    assert told["sent"] > 0
    assert (told["failed"], told["duplicates"], shown["dead_letters"]) == (0, 0, 0)
    lines = (home / "partners" / "journal.jsonl").read_text().splitlines()
    taken = [one for one in map(json.loads, lines) if one.get("channel") == "message"]
    assert {one["body"]["route"] for one in taken} == {"smpp"}
    assert len(taken) > told["sent"], "emergency texts, too"


@pytest.mark.long
@pytest.mark.parametrize(
    ("role", "missed"),
    [("schedule", "emergency.accepted"), ("relay", "emergency.call_connected")],
)
def test_without_a_role_it_fails_and_says_why(role: str, missed: str) -> None:
    left = ansim("demo", "--json", "--without", role, timeout_s=600)
    assert left.returncode != 0
    assert f"{missed} did not come" in left.stderr
    assert left.stdout == ""
