"""Auditors take a case out over HTTP; nobody else does."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from domain.roles import Role
from tests.interfaces.case_file.lived import Lived, lived
from tests.interfaces.case_file.verifying import verify
from tests.living import GANGDONG, Living

WHY = {"reason": "사실조회", "recipient": "서울동부지방법원"}


@pytest.fixture(scope="module")
def case(service: Living) -> Lived:
    return lived(service.house)


def test_an_auditor_gets_a_bundle_that_is_good(
    service: Living, case: Lived, tmp_path: Path
) -> None:
    auditor = service.as_role(Role.AUDITOR)
    answer = auditor.post(f"/v1/reports/{case.report_id}/export", json=WHY | {"language": "en"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    assert f'filename="case-{str(case.report_id)[:8]}-' in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        bundle.extractall(tmp_path)
    found = verify(tmp_path, "--key-id", answer.headers["x-signing-key-id"])
    assert found.returncode == 0, found.stdout
    assert answer.headers["x-export-id"] in found.stdout
    assert "Record of a case" in (tmp_path / "timeline.html").read_text()
    assert case.topics()[-1] == "emergency.exported"


@pytest.mark.parametrize(
    ("role", "district"),
    [(Role.OPERATOR, GANGDONG), (Role.SUPERVISOR, GANGDONG), (Role.COORDINATOR, None)],
)
def test_who_answers_reports_exports_none(service: Living, case: Lived, role, district) -> None:
    answer = service.as_role(role, district).post(f"/v1/reports/{case.report_id}/export", json=WHY)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert case.accesses("report.export.refused")[0][1].startswith(f"{role}:")


def test_not_without_a_reason(service: Living, case: Lived) -> None:
    auditor = service.as_role(Role.AUDITOR)
    answer = auditor.post(f"/v1/reports/{case.report_id}/export", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "emergency.reason_needed")


def test_an_unknown_report(service: Living) -> None:
    auditor = service.as_role(Role.AUDITOR)
    answer = auditor.post(f"/v1/reports/{'0' * 8}-0000-4000-8000-{'0' * 12}/export", json=WHY)
    assert answer.status_code == 404


def test_nobody_without_a_session(service: Living, case: Lived) -> None:
    answer = service.client().post(f"/v1/reports/{case.report_id}/export", json=WHY)
    assert answer.status_code == 401
