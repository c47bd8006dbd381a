"""A city changes its numbers: who, when, why, from when on; nothing decided before changes."""

from __future__ import annotations

import json
from uuid import NAMESPACE_URL, uuid5

import pytest

from domain import policy_book
from domain.policy import Policy
from domain.policy_book import Change, PolicyBook
from tests.domain.reports import after
from tests.scenario import T0, Scenario

BASE = Policy()
ADMIN = uuid5(NAMESPACE_URL, "/staff/admin")


def book() -> Scenario[PolicyBook]:
    return Scenario[PolicyBook](PolicyBook.ID).given(
        policy_book.Began, originator_topic="policy", timestamp=T0
    )


def changed() -> Scenario[PolicyBook]:
    """The police are asked after two minutes, from two seconds on."""
    return book().given(
        policy_book.Changed,
        timestamp=T0,
        changes=(Change(name="escalate_police_s", was="90.0", value="120.0"),),
        changed_by=ADMIN,
        in_force_from=after(2),
        reason="Fewer cars at night.",
    )


def change(reason: str = "Fewer cars at night.", **numbers: object):
    return lambda one: one.change(numbers, base=BASE, reason=reason, changed_by=ADMIN, at=after(10))


def test_a_change_says_what_was_and_when_it_comes_into_force() -> None:
    book().when(change(escalate_police_s=120)).then(
        (
            policy_book.Changed,
            {
                "changes": (Change(name="escalate_police_s", was="90.0", value="120.0"),),
                "changed_by": ADMIN,
                "in_force_from": after(12),
            },
        )
    )


def test_the_automatic_request_can_be_switched_off_and_on() -> None:
    off = book().when(change(escalate_police_s=None)).fact
    assert [json.loads(one.value) for one in off.changes] == [None]
    fields = off.model_dump(exclude={"originator_id", "originator_version"})
    again = book().given(policy_book.Changed, **fields)
    assert again.when(change(escalate_police_s=90)).fact.changes[0].was == "null"


def test_what_it_is_already_is_no_change() -> None:
    book().when(change(escalate_police_s=90.0)).then()
    changed().when(change(escalate_police_s=120)).then()


def test_numbers_are_in_force_from_their_moment_on() -> None:
    def looks(one: PolicyBook) -> None:
        assert one.at(after(1.9), BASE).escalate_police_s == 90
        assert one.at(after(2), BASE).escalate_police_s == 120
        assert one.latest(BASE).escalate_city_s == BASE.escalate_city_s

    changed().when(looks).then()


@pytest.mark.parametrize(
    ("numbers", "refusal"),
    [
        ({"no_such_number": 1}, policy_book.PolicyUnknown),
        ({"clip_bytes_max": 1}, policy_book.PolicyFixed),
        ({"act_within_s": -1}, policy_book.PolicyUnfit),
        ({"act_within_s": float("nan")}, policy_book.PolicyUnfit),
        ({"act_within_s": float("inf")}, policy_book.PolicyUnfit),
        ({"act_within_s": 1e9}, policy_book.PolicyUnfit),
        ({"act_within_s": "soon"}, policy_book.PolicyUnfit),
        ({"act_within_s": True}, policy_book.PolicyUnfit),
        ({"act_within_s": None}, policy_book.PolicyUnfit),
        ({"shakes_min": 2.5}, policy_book.PolicyUnfit),
        ({"escalate_city_s": 10}, policy_book.PolicyUnfit),
        ({"note_chars_min": 2000}, policy_book.PolicyUnfit),
        ({"input_stale_s": 15}, policy_book.PolicyUnfit),
    ],
)
def test_what_does_not_fit_is_refused_whole(numbers, refusal) -> None:
    book().when(change(**numbers)).then_refused(refusal)
    mixed = {"free_take_over_s": 30, **numbers}
    book().when(change(**mixed)).then_refused(refusal)


def test_a_reason_is_needed() -> None:
    book().when(change(reason=" ", escalate_police_s=120)).then_refused(
        policy_book.PolicyReasonNeeded
    )
