"""What the message centre's own journal says of guardians' messages, over HTTP and SMPP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from application.errors import PartnerRefused
from application.text_routes import AnswerLost
from infrastructure.partners.breaker import Breaker
from infrastructure.partners.http import PartnerClient
from infrastructure.partners.http_sms import HttpSms
from interfaces.demo.journals import guardian_messages
from tests.contracts.partnered import SECRET, Ansim, WallClock, control, journal
from tests.contracts.texting import SENDER, TIMEOUT_S, Provider, outgoing, over_smpp
from tests.waiting import until


@pytest.fixture
def smpp(ansim: Ansim, tmp_path: Path) -> Iterator[Provider]:
    with over_smpp(ansim, tmp_path) as provider:
        control(provider.control_url, channel="message", smpp=True, arrive_after_s=0)
        control(provider.control_url, channel="message", arrive_after_s=0)
        yield provider


@pytest.fixture
def http(smpp: Provider) -> Iterator[HttpSms]:
    client = PartnerClient(
        smpp.control_url,
        secret=SECRET,
        clock=WallClock(),
        timeout_s=TIMEOUT_S,
        breaker=Breaker("sms"),
    )
    yield HttpSms(client, "/messages", sender=SENDER)
    client.close()


def ended(provider: Provider, count: int) -> list[dict[str, Any]]:
    """All that were taken, once so many of them have come to an end."""

    def entries() -> list[dict[str, Any]] | None:
        found = journal(provider.control_url)
        return found if sum(one["fate"] is not None for one in found) == count else None

    return until(entries) or []


def test_each_is_counted_once_by_whichever_way_it_went(smpp, http) -> None:
    by_http, by_smpp, others = outgoing(), outgoing(), outgoing()
    for _ in range(2):  # a repeat under its key is no second message
        http.send(by_http)
    smpp.route.send(by_smpp)
    http.send(others)
    told = guardian_messages(ended(smpp, 3), {by_http.message_id, by_smpp.message_id})
    assert told == {"sent": 2, "failed": 0, "duplicates": 0}


def test_what_goes_twice_is_a_duplicate_unless_the_first_did_not_get_there(smpp, http) -> None:
    twice, again = outgoing(), outgoing()
    control(smpp.control_url, channel="message", smpp=True, cut_next=1)
    with pytest.raises(AnswerLost):
        smpp.route.send(twice)
    http.send(twice)
    ended(smpp, 2)
    control(smpp.control_url, channel="message", smpp=True, unanswered=True)
    until(lambda: smpp.session.is_bound)
    smpp.route.send(again)
    ended(smpp, 3)
    wanted = {twice.message_id, again.message_id}
    assert guardian_messages(journal(smpp.control_url), wanted) == {
        "sent": 2,
        "failed": 1,
        "duplicates": 1,
    }
    http.send(again)
    assert guardian_messages(ended(smpp, 4), wanted) == {"sent": 2, "failed": 0, "duplicates": 1}


def test_what_was_refused_was_not_sent(smpp, http) -> None:
    control(smpp.control_url, channel="message", refuse_next=1)
    refused = outgoing()
    with pytest.raises(PartnerRefused):
        http.send(refused)
    told = guardian_messages(journal(smpp.control_url), {refused.message_id})
    assert told == {"sent": 0, "failed": 0, "duplicates": 0}
