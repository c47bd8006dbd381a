"""`ansim policy`: another process takes over what a shell has changed."""

from __future__ import annotations

from tests.interfaces.shell import ansim, complaint, last_json
from tests.interfaces.test_cli import house, to
from tests.waiting import until

__all__ = ["house", "to"]


def test_a_number_is_set_shown_and_taken_over_by_a_running_process(to, house) -> None:
    def in_force() -> float | None:
        return house.policies.at(house.clock.now()).escalate_police_s

    assert in_force() == 90
    done = ansim("policy", "set", "escalate_police_s=off", "--reason", "x", "--json", **to)
    assert last_json(done)["position"] is not None
    until(lambda: in_force() is None)
    shown = last_json(ansim("policy", "show", "--json", **to))
    assert shown["numbers"]["escalate_police_s"] is None
    assert shown["changed"][0]["changed_by"] is None
    refused = ansim("policy", "set", "act_within_s=-1", "--reason", "x", **to)
    assert refused.returncode != 0
    assert "act_within_s" in complaint(refused)
