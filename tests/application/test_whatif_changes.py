"""What is asked of what-if: read, told beside what is, or refused with what is known."""

from __future__ import annotations

import pytest

from application.errors import ApplicationError
from application.whatif.changes import PolicyUnfit, UnknownPolicy, read_changes
from domain.policy import Policy
from tests.memory import GANGDONG, GURO


def test_a_change_is_told_beside_what_is() -> None:
    changes = read_changes(["cancel_window_s=7", f"district_routing={GANGDONG}:{GURO}"])
    assert changes.told(Policy()) == {
        "cancel_window_s": {"is": 5.0, "would_be": 7.0},
        "district_routing": {"is": {}, "would_be": {GANGDONG: GURO}},
    }
    assert read_changes(["act_within_s=40"]).told(Policy()) == {
        "act_within_s": {"is": 30.0, "would_be": 40.0}
    }


@pytest.mark.parametrize(
    ("asked", "refusal", "said"),
    [
        (["cancel_window=7"], UnknownPolicy, "cancel_window_s (seconds"),
        (["guardians_max=7"], UnknownPolicy, "district_routing (districts"),
        (["cancel_window_s"], PolicyUnfit, "needs a value"),
        (["cancel_window_s=-1"], PolicyUnfit, "number of seconds"),
        (["cancel_window_s=nan"], PolicyUnfit, "number of seconds"),
        (["cancel_window_s=soon"], PolicyUnfit, "number of seconds"),
        (["cancel_window_s=7", "cancel_window_s=8"], PolicyUnfit, "twice"),
        (["district_routing=11740"], PolicyUnfit, "FROM:TO"),
        (["district_routing=11740:11740"], PolicyUnfit, "to itself"),
        (["district_routing=11740:99999"], PolicyUnfit, "no district 99999"),
        ([], PolicyUnfit, "cancel_window_s=7"),
    ],
)
def test_what_is_no_number_is_named(
    asked: list[str], refusal: type[ApplicationError], said: str
) -> None:
    with pytest.raises(refusal) as caught:
        read_changes(asked, {GANGDONG, GURO})
    assert said in str(caught.value)
