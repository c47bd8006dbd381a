"""The city's numbers at the door."""

from __future__ import annotations

from domain.roles import Role
from tests.living import GANGDONG, Living
from tests.waiting import until

PATH = "/v1/policy"


def test_an_administrator_changes_a_number_and_every_role_follows(service: Living) -> None:
    admin = service.as_role(Role.ADMINISTRATOR)
    body = {"changes": {"view_beat_s": 14}, "reason": "시험"}
    done = admin.post(f"{PATH}/changes", json=body)
    assert done.status_code == 200, done.text
    shown = admin.get(PATH).json()
    assert shown["changed"][-1]["changes"] == [
        {"name": "view_beat_s", "was": "15.0", "value": "14.0"}
    ]
    assert "시험" not in admin.get(PATH).text
    until(lambda: admin.get(PATH).json()["numbers"]["view_beat_s"] == 14)
    until(lambda: service.house.policies.at(service.house.clock.now()).view_beat_s == 14)


def test_others_only_look_and_bad_numbers_are_named(service: Living) -> None:
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    assert operator.get(PATH).status_code == 200
    body = {"changes": {"act_within_s": 20}, "reason": "x"}
    assert operator.post(f"{PATH}/changes", json=body).status_code == 403
    assert service.as_role(Role.STATISTICIAN).get(PATH).status_code == 403
    admin = service.as_role(Role.ADMINISTRATOR)
    for changes, code in (
        ({"nothing": 1}, "policy.unknown"),
        ({"clip_s": 1}, "policy.fixed"),
        ({"act_within_s": -1}, "policy.unfit"),
        ({"act_within_s": {"a": 1}}, "policy.unfit"),
    ):
        answer = admin.post(f"{PATH}/changes", json={"changes": changes, "reason": "x"})
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert admin.post(f"{PATH}/changes", json={"changes": {}, "reason": "x"}).status_code == 422
