"""`ansim audit export` and `ansim replay` from a shell."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path
from uuid import uuid4

import pytest

from infrastructure.bootstrap import House
from infrastructure.settings import Settings
from tests.clusters import Cluster
from tests.interfaces.case_file.lived import NOTE, Lived, lived
from tests.interfaces.case_file.verifying import verify
from tests.interfaces.shell import ansim, complaint, last_json


@pytest.fixture(scope="module")
def to(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory):
    """Settings of a shell that works on a migrated database."""
    with cluster.database() as database:
        yield {
            "database_url": database.service_url,
            "home": str(tmp_path_factory.mktemp("shell") / "home"),
            "key_encryption_key": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        }


@pytest.fixture(scope="module")
def case(to: dict[str, str]):
    with House(Settings(**to), role="test") as house:
        house.home.prepare()
        yield lived(house)


def test_one_command_makes_a_bundle_that_anyone_can_check(
    case: Lived, to: dict[str, str], tmp_path: Path
) -> None:
    target = tmp_path / "case.zip"
    words = ("audit", "export", str(case.report_id), "-o", str(target), "--json")
    told = last_json(ansim(*words, "--reason", "사실조회", "--for", "법원", **to))
    assert told["aggregate_id"] == str(case.report_id)
    assert told["bytes"] == target.stat().st_size
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with zipfile.ZipFile(target) as bundle:
        bundle.extractall(tmp_path / "case")
    found = verify(tmp_path / "case", "--key-id", told["key_id"])
    assert found.returncode == 0, found.stdout
    assert case.topics()[-1] == "emergency.exported"
    assert "is there already" in complaint_of_existing(words, to)


def complaint_of_existing(words: tuple[str, ...], to: dict[str, str]) -> str:
    result = ansim(*words, "--reason", "사실조회", **to)
    assert result.returncode == 2
    return result.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--reason", " "), "emergency.reason_needed: say why the case is exported"),
        (("--reason", "x", "--by", "nobody"), "unknown: nobody logs in as 'nobody'"),
    ],
)
def test_a_refusal_is_one_line(case, to, tmp_path: Path, words, told: str) -> None:
    target = tmp_path / "case.zip"
    result = ansim("audit", "export", str(case.report_id), "-o", str(target), *words, **to)
    assert told in complaint(result)
    assert not target.exists()


def test_an_unknown_report_is_one_line(to, case, tmp_path: Path) -> None:  # noqa: ARG001
    words = ("audit", "export", str(uuid4()), "-o", str(tmp_path / "case.zip"), "--reason", "x")
    assert "unknown" in complaint(ansim(*words, **to))


def test_a_language_nobody_speaks_here(to, tmp_path: Path) -> None:
    words = ("-o", str(tmp_path / "case.zip"), "--reason", "x", "--language", "fr")
    result = ansim("audit", "export", str(uuid4()), *words, **to)
    assert result.returncode == 2
    assert "'fr' is none of ko, en, zh, ja" in result.stderr


def test_a_replay_is_a_timeline_without_anything_personal(case: Lived, to) -> None:
    told = ansim("replay", str(case.report_id), **to).stdout
    assert "관제요원이 신고를 맡았습니다." in told
    assert "(봉인됨)" in told
    assert NOTE not in told
    assert "37.5385" not in told


def test_a_replay_at_speed_is_the_same_timeline(case: Lived, to) -> None:
    told = ansim("replay", str(case.report_id), "--speed", "1000", "--language", "en", **to).stdout
    assert told == ansim("replay", str(case.report_id), "--language", "en", **to).stdout
    assert "An operator took the report in hand." in told


def test_a_replay_is_for_people_or_for_programs(case: Lived, to) -> None:
    result = ansim("replay", str(case.report_id), "--speed", "4", "--json", **to)
    assert result.returncode == 2
    assert "not both" in result.stderr
