"""A control room looks at clips: within its rights, on the record, and never at a damaged one."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.roles import Role
from interfaces.demo.camera import filmed
from tests.filmed import Phone, checked, clip_of
from tests.living import GANGDONG, GURO, IN_GANGDONG, Living

CLIP = filmed(2.0)


@pytest.fixture
def phone(service: Living) -> Phone:
    return Phone(service.url, service.register())


@pytest.fixture
def report_id(phone: Phone) -> UUID:
    return phone.raises(**IN_GANGDONG)


@pytest.fixture
def path(service, phone, report_id) -> str:
    clip_id = phone.films(report_id, CLIP)
    checked(service.house, clip_id)
    return f"/v1/reports/{report_id}/clips/{clip_id}"


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, None),
        ("bytes=-7", -7, None),
        ("bytes=1000-99999999", 1000, None),
    ],
)
def test_a_part_may_be_asked_for(service, path, asked, start, stop) -> None:
    client = service.as_role(Role.OPERATOR, GANGDONG)
    answer = client.get(path, headers={"Range": asked})
    wanted = CLIP[start:stop]
    assert (answer.status_code, answer.content) == (206, wanted)
    begin = CLIP.index(wanted)
    expected = f"bytes {begin}-{begin + len(wanted) - 1}/{len(CLIP)}"
    assert answer.headers["Content-Range"] == expected


def test_a_part_that_is_not_there_is_told_so(service, path) -> None:
    client = service.as_role(Role.OPERATOR, GANGDONG)
    answer = client.get(path, headers={"Range": f"bytes={len(CLIP)}-"})
    assert answer.status_code == 416
    for whole in ("bytes=0-5,9-12", "bytes=-", "chunks=1-2"):
        assert client.get(path, headers={"Range": whole}).content == CLIP


def test_who_sees_the_position_sees_the_clip(service, path) -> None:
    for role, district in (
        (Role.SUPERVISOR, GANGDONG),
        (Role.COORDINATOR, None),
        (Role.AUDITOR, None),
    ):
        assert service.as_role(role, district).get(path).content == CLIP
    for role, district in (
        (Role.OPERATOR, GURO),
        (Role.STATISTICIAN, None),
        (Role.ADMINISTRATOR, None),
    ):
        assert service.as_role(role, district).get(path).status_code == 403
    assert service.client().get(path).status_code == 401


def test_each_look_leaves_a_record(service, phone, path, report_id) -> None:
    client = service.as_role(Role.OPERATOR, GANGDONG)
    client.get(path, params={"why": "to see his face"})
    client.get(path, headers={"Range": "bytes=5-9"})
    service.as_role(Role.OPERATOR, GURO).get(path)
    query = (
        b"SELECT kind, what, why, subject, task FROM access_records"
        b" WHERE about = %s AND what LIKE 'clip.%%' ORDER BY id"
    )
    with service.house.database.connection() as connection:
        records = connection.execute(query, (report_id,)).fetchall()
    whose = phone.member.citizen_id
    usual = f"report:{report_id}"
    assert records == [
        ("read", "clip.read", "to see his face", whose, "response"),
        ("read", "clip.read", usual, whose, "response"),
        ("refusal", "clip.refused", usual, whose, "response"),
    ]
    me = Phone(service.url, phone.member).ask("GET", "/v1/me/access").json()
    assert "현장 영상" in {one["what_text"] for one in me["entries"]}


def test_a_damaged_clip_is_never_shown(service, path) -> None:
    house = service.house
    upload = house.upload_book.find(clip_of(path))
    [address] = upload.addresses
    file = house.home.path / "clips" / "whole" / address[:2] / address
    good = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(good[:200] + bytes([good[200] ^ 1]) + good[201:])
    client = service.as_role(Role.OPERATOR, GANGDONG)
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (500, "clip.altered")
    file.unlink()
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (410, "clip.lost")
