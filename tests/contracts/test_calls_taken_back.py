"""Calls that are taken back: the adapters against the simulators."""

from __future__ import annotations

from tests.contracts.partnered import call_request, control, hang_up_request
from tests.waiting import until


def test_a_call_that_is_taken_back_never_connects(url, ansim, connections) -> None:
    control(url, channel="call", arrive_after_s=0.3)
    first, second = (connections.partners.call.place(call_request()) for _ in range(2))
    for _ in range(2):
        assert connections.partners.hang_up.hang_up(hang_up_request(first)) == first
    until(lambda: ansim.told)
    assert {told["call_id"] for told in ansim.told} == {second}
