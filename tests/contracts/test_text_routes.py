"""Every way of sending a text message keeps the same promises, over sockets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from application.errors import PartnerRefused, PartnerUnavailable
from application.text_routes import AnswerLost, Fate, Throttled
from tests.contracts.partnered import Ansim, control, journal
from tests.contracts.texting import (
    SENDER,
    SEOUL,
    SHANGHAI,
    Provider,
    outgoing,
    over_http,
    over_smpp,
)
from tests.waiting import until

WAYS = {"http": over_http, "smpp": over_smpp}
USUAL: dict[str, Any] = {
    "arrive_after_s": 30,
    "unanswered": False,
    "receipt_first": False,
    "receipts_twice": False,
    "lose_receipts": 0,
}


@pytest.fixture(scope="module", params=WAYS)
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Provider]:
    """One provider of each kind for all tests here: to open its sockets takes longer than these."""
    with WAYS[request.param](Ansim(), tmp_path_factory.mktemp("provider")) as provider:
        yield provider


@pytest.fixture
def provider(opened: Provider) -> Provider:
    """The provider, as it behaves by itself, with nothing told yet."""
    told(opened, **USUAL)
    opened.forget()
    return opened


def told(provider: Provider, **changes: Any) -> None:
    control(provider.control_url, channel="message", smpp=provider.smpp, **changes)


def taken(provider: Provider) -> list[dict[str, Any]]:
    """What came since the test began."""
    return journal(provider.control_url)[provider.taken_before :]


@pytest.mark.parametrize(
    ("words", "phone", "alphabet", "pieces"),
    [
        ("안심이: 택시에 탔습니다.", SEOUL, "euc_kr", 1),
        ("안심이 " * 40, SEOUL, "euc_kr", 1),
        ("您安全吗", SEOUL, "ucs2", 1),
        ("您安全吗" * 30, SHANGHAI, "ucs2", 2),
        ("She boarded at 23:41 {Gangnam} €9", SHANGHAI, "gsm7", 1),
        ("She boarded " * 30, SHANGHAI, "gsm7", 3),
    ],
)
def test_words_arrive_whole_in_any_alphabet(provider, words, phone, alphabet, pieces) -> None:
    [reference] = provider.route.send(outgoing(words, phone))
    [entry] = taken(provider)
    body = entry["body"]
    assert (body["body"], body["phone"], body["sender"]) == (words, phone, SENDER)
    assert body["alphabet"] == alphabet
    assert entry["reference"] == reference
    if not provider.smpp:
        assert body["pieces"] == pieces


def test_its_delivery_is_told(provider) -> None:
    told(provider, arrive_after_s=0.02)
    references = provider.route.send(outgoing())
    assert until(lambda: provider.receipts) == [(references[0], True)]
    assert provider.route.ask(references[0]) is Fate.DELIVERED


def test_what_does_not_get_there_is_told(provider) -> None:
    told(provider, arrive_after_s=0.02, unanswered=True)
    references = provider.route.send(outgoing())
    assert until(lambda: provider.receipts) == [(references[0], False)]
    assert provider.route.ask(references[0]) is Fate.UNDELIVERABLE


def test_a_lost_receipt_can_be_asked_for(provider) -> None:
    told(provider, arrive_after_s=0.02, lose_receipts=1)
    [reference] = provider.route.send(outgoing())
    assert until(lambda: provider.route.ask(reference)) is Fate.DELIVERED
    assert provider.receipts == []


def test_what_is_under_way_has_no_fate_yet(provider) -> None:
    told(provider, arrive_after_s=30)
    [reference] = provider.route.send(outgoing())
    assert provider.route.ask(reference) is None
    assert provider.route.ask("nobody-knows-it") is None


def test_a_receipt_that_comes_first_or_twice_names_the_same_message(provider) -> None:
    told(provider, arrive_after_s=0, receipt_first=True, receipts_twice=True)
    [reference] = provider.route.send(outgoing())
    until(lambda: len(provider.receipts) == 2)
    assert provider.receipts == [(reference, True)] * 2


@pytest.mark.parametrize(
    ("changes", "trouble"),
    [
        ({"fail_next": 1}, PartnerUnavailable),
        ({"refuse_next": 1}, PartnerRefused),
        ({"throttle_next": 1}, Throttled),
    ],
)
def test_trouble_is_named_and_nothing_was_taken(provider, changes, trouble) -> None:
    told(provider, **changes)
    with pytest.raises(PartnerUnavailable if trouble is PartnerUnavailable else trouble) as raised:
        provider.route.send(outgoing())
    assert type(raised.value) is trouble
    assert taken(provider) == []
    assert provider.route.send(outgoing())


def test_a_provider_that_wants_less_is_not_cut_off(provider) -> None:
    told(provider, throttle_next=8)
    for _ in range(8):
        with pytest.raises(Throttled):
            provider.route.send(outgoing())
    assert provider.route.send(outgoing())


def test_an_answer_that_never_comes_is_no_no(provider) -> None:
    told(provider, hang_next=1)
    sent = outgoing()
    with pytest.raises(AnswerLost if provider.smpp else PartnerUnavailable):
        provider.route.send(sent)
    assert len(taken(provider)) == 1
    if not provider.smpp:  # it knows repeats by their id
        assert provider.route.send(sent) == (taken(provider)[0]["reference"],)
        assert len(taken(provider)) == 1


def test_the_journal_on_the_disk_names_no_number_and_no_word(provider) -> None:
    told(provider, arrive_after_s=0)
    provider.route.send(outgoing("안심이", SEOUL))
    until(lambda: provider.receipts)
    kept = (provider.folder / "journal.jsonl").read_text()
    assert "1012345678" not in kept
    assert "안심이" not in kept
