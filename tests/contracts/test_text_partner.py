"""Text messages and calls that are taken back: the adapters against the simulators."""

from __future__ import annotations

import pytest

from application.errors import PartnerRefused, PartnerUnavailable
from tests.contracts.partnered import (
    call_request,
    control,
    hang_up_request,
    journal,
    text_request,
)
from tests.waiting import until


def test_a_text_message_is_taken_once_and_its_delivery_told(url, ansim, connections) -> None:
    control(url, channel="text", arrive_after_s=0.02)
    request = text_request()
    references = {connections.partners.text.send(request) for _ in range(2)}
    [entry] = journal(url)
    assert references == {entry["answer"]["reference"]}
    assert (entry["repeats"], entry["body"]["body"]) == (1, "您安全吗")
    until(lambda: ansim.told)
    [told] = ansim.told
    assert (told["event"], told["message_id"]) == ("text_delivered", str(request.message_id))


def test_a_text_message_that_cannot_be_brought_is_told(url, ansim, connections) -> None:
    control(url, channel="text", arrive_after_s=0.02, unanswered=True)
    connections.partners.text.send(text_request())
    until(lambda: ansim.told)
    assert (ansim.told[0]["event"], ansim.told[0]["reason"]) == ("text_failed", "undelivered")


@pytest.mark.parametrize(
    ("changes", "trouble"),
    [
        ({"fail_next": 1}, PartnerUnavailable),
        ({"hang_next": 1}, PartnerUnavailable),
        ({"refuse_next": 1}, PartnerRefused),
    ],
)
def test_a_text_provider_in_trouble_is_named(url, connections, changes, trouble) -> None:
    control(url, channel="text", **changes)
    with pytest.raises(trouble):
        connections.partners.text.send(text_request())


def test_a_call_that_is_taken_back_never_connects(url, ansim, connections) -> None:
    control(url, channel="call", arrive_after_s=0.3)
    first, second = (connections.partners.call.place(call_request()) for _ in range(2))
    for _ in range(2):
        assert connections.partners.hang_up.hang_up(hang_up_request(first)) == first
    until(lambda: ansim.told)
    assert {told["call_id"] for told in ansim.told} == {second}


def test_the_journal_on_the_disk_names_no_number_and_no_word(connections, tmp_path) -> None:
    connections.partners.text.send(text_request())
    kept = (tmp_path / "journal.jsonl").read_text()
    assert "+82" not in kept
    assert "您安全吗" not in kept
