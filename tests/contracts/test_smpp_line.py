"""What only SMPP has: a line that stays, and answers that may be lost."""

from __future__ import annotations

import logging
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from application.errors import LogUnavailable, PartnerUnavailable
from application.text_routes import AnswerLost, Fate, ReceiptOfPiece
from infrastructure.partners.breaker import Breaker
from infrastructure.partners.smpp.receipts import is_receipt, receipt_of
from infrastructure.partners.smpp.session import SmppSession
from infrastructure.partners.smpp.sms import SmppSms
from infrastructure.partners.smpp.wire import SmppAddress
from tests.contracts.partnered import Ansim, control, journal
from tests.contracts.texting import (
    SEOUL,
    SHANGHAI,
    TIMEOUT_S,
    Provider,
    mark_of,
    outgoing,
    over_smpp,
    simulated,
    smpp_address,
)
from tests.silent_line import SilentLine
from tests.waiting import until


@pytest.fixture
def provider(ansim: Ansim, tmp_path: Path) -> Iterator[Provider]:
    with over_smpp(ansim, tmp_path) as provider:
        yield provider


def told(provider: Provider, **changes: object) -> None:
    control(provider.control_url, channel="message", smpp=True, **changes)


def test_a_long_message_in_pieces_is_one_on_the_telephone(ansim, tmp_path) -> None:
    with over_smpp(ansim, tmp_path, in_pieces=True) as provider:
        told(provider, arrive_after_s=0)
        words = "您安全吗" * 50
        references = provider.route.send(outgoing(words, SHANGHAI))
        assert len(set(references)) == 3
        [entry] = journal(provider.control_url)
        assert (entry["body"]["body"], entry["body"]["pieces"]) == (words, 3)
        until(lambda: {one.reference for one in provider.heard} == set(references))


def test_what_was_taken_before_the_line_broke_is_known_by_its_mark(provider) -> None:
    told(provider, arrive_after_s=0.05, cut_next=1)
    sent = outgoing()
    with pytest.raises(AnswerLost):
        provider.route.send(sent)
    [receipt] = until(lambda: provider.heard)
    assert receipt.mark == mark_of(sent.message_id) == sent.mark
    assert receipt.reference == journal(provider.control_url)[0]["reference"]


def test_the_line_comes_back_by_itself(provider) -> None:
    told(provider, arrive_after_s=30, cut_next=1)
    with pytest.raises(AnswerLost):
        provider.route.send(outgoing())
    until(lambda: provider.session.is_bound)
    assert provider.route.send(outgoing())


def test_an_answer_that_comes_too_late_is_told_all_the_same(provider) -> None:
    told(provider, arrive_after_s=30, delay_s=TIMEOUT_S + 0.2)
    sent = outgoing()
    with pytest.raises(AnswerLost):
        provider.route.send(sent)
    [late] = until(lambda: provider.late)
    assert late == (journal(provider.control_url)[0]["reference"], sent.mark)


def test_a_receipt_that_was_not_kept_is_told_again(ansim, tmp_path) -> None:
    heard: list[ReceiptOfPiece] = []

    def hear(receipt: ReceiptOfPiece) -> None:
        heard.append(receipt)
        if len(heard) < 3:
            raise (LogUnavailable if len(heard) == 1 else ZeroDivisionError)("away")

    with over_smpp(ansim, tmp_path) as provider:
        provider.session._hear = hear
        told(provider, arrive_after_s=0)
        [reference] = provider.route.send(outgoing())
        until(lambda: len(heard) == 3)
    assert (
        heard == [ReceiptOfPiece(reference=reference, fate=Fate.DELIVERED, mark=heard[0].mark)] * 3
    )


def test_a_provider_that_says_nothing_is_left_and_found_again(ansim, tmp_path) -> None:
    with simulated(ansim, tmp_path) as (url, partners):
        session = SmppSession(
            smpp_address(partners.smpp_port), timeout_s=1, hear=lambda _: None, quiet_s=0.2
        )
        until(lambda: session.is_bound)
        control(url, smpp=True, frozen=True)
        until(lambda: not session.is_bound)
        control(url, smpp=True, frozen=False)
        until(lambda: session.is_bound)
        session.close()


def test_a_line_that_falls_silent_in_the_middle_leaves_a_doubt_and_is_bound_anew(
    ansim, tmp_path
) -> None:
    """Nothing comes through any more, and nobody says so: as a lost network does."""
    with simulated(ansim, tmp_path) as (url, partners):
        line = SilentLine(partners.smpp_port)
        heard: list[ReceiptOfPiece] = []
        session = SmppSession(
            smpp_address(line.port), timeout_s=1.5, hear=heard.append, quiet_s=0.5
        )
        route = SmppSms(session, breaker=Breaker("smpp"), sender="02", valid_s=60)
        until(lambda: session.is_bound)
        control(url, channel="message", smpp=True, arrive_after_s=0)
        line.mute.set()
        sent = outgoing()
        with pytest.raises(AnswerLost):
            route.send(sent)
        until(lambda: not session.is_bound)
        line.mute.clear()
        [receipt] = until(lambda: heard)
        assert receipt.mark == sent.mark
        assert len(journal(url)) == 1
        session.close()
        line.close()


def test_who_may_not_come_in_sends_nothing(ansim, tmp_path) -> None:
    with simulated(ansim, tmp_path) as (_, partners):
        address = SmppAddress("127.0.0.1", partners.smpp_port, "ansim", "wrong")
        session = SmppSession(address, timeout_s=0.5, hear=lambda _: None)
        with pytest.raises(PartnerUnavailable) as raised:
            session.ask("enquire_link")
        assert type(raised.value) is PartnerUnavailable
        session.close()


def test_nobody_listening_is_unavailable_at_once() -> None:
    session = SmppSession(smpp_address(9), timeout_s=0.5, hear=lambda _: None)
    with pytest.raises(PartnerUnavailable):
        session.ask("enquire_link")
    session.close()


def test_many_threads_share_the_line(provider) -> None:
    told(provider, arrive_after_s=30)
    sent: list[str] = []
    threads = [
        threading.Thread(target=lambda: sent.extend(provider.route.send(outgoing())))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == sorted(entry["reference"] for entry in journal(provider.control_url))
    assert len(set(sent)) == 8


def test_a_message_without_sense_is_said_to_be_none_and_the_line_goes_on() -> None:
    door = socket.create_server(("127.0.0.1", 0))
    session = SmppSession(
        smpp_address(door.getsockname()[1]), timeout_s=10, hear=lambda _: None, quiet_s=20
    )
    line, _ = door.accept()
    asked = line.recv(4096)
    bound = b"provider\0"
    line.sendall(struct.pack(">IIII", 16 + len(bound), 0x80000009, 0, 1 + 1) + bound)
    line.sendall(struct.pack(">IIII", 16, 0x7777, 0, 77))
    nack = line.recv(4096)
    assert struct.unpack(">IIII", asked[:16])[1] == 0x09
    assert struct.unpack(">IIII", nack[:16])[1:] == (0x80000000, 2, 77)
    line.sendall(struct.pack(">IIII", 16, 0x15, 0, 78))
    assert struct.unpack(">IIII", line.recv(4096)[:16])[1:] == (0x80000015, 0, 78)
    line.close()
    door.close()
    session.close()


def test_no_number_and_no_word_is_logged(provider, caplog) -> None:
    told(provider, arrive_after_s=0)
    with caplog.at_level(logging.DEBUG):
        provider.route.send(outgoing("안심이", SEOUL))
        until(lambda: provider.heard)
    said = "안심이".encode("cp949").hex()
    written = caplog.text
    assert [
        one for one in ("1012345678", b"1012345678".hex(), "안심이", said) if one in written
    ] == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"receipted_message_id": b"a", "message_state": 2}, ("a", Fate.DELIVERED)),
        ({"receipted_message_id": b"a", "message_state": 3}, ("a", Fate.EXPIRED)),
        ({"short_message": b"id:77 sub:001 stat:UNDELIV err:1"}, ("77", Fate.UNDELIVERABLE)),
        ({"message_payload": b"ID:77 STAT:rejectd"}, ("77", Fate.REJECTED)),
        ({"short_message": b"id:77 stat:ENROUTE"}, None),
        ({"receipted_message_id": b"a", "message_state": 6}, None),
        ({"short_message": b"hello"}, None),
        ({}, None),
    ],
)
def test_receipts_are_read_from_fields_and_from_words(fields, told) -> None:
    nothing = dict.fromkeys(
        ("short_message", "message_payload", "receipted_message_id", "message_state")
    )
    pdu = SimpleNamespace(**nothing | {"user_message_reference": None, "esm_class": 0x04} | fields)
    assert is_receipt(pdu)
    receipt = receipt_of(pdu)
    assert (receipt and (receipt.reference, receipt.fate)) == told


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("smpp://ansim:pw@sms.example:2776", ("sms.example", 2776, "ansim", "pw", False)),
        ("smpps://a%40b:p%3A@sms.example", ("sms.example", 2775, "a@b", "p:", True)),
    ],
)
def test_an_address_says_where_and_who(url, address) -> None:
    read = SmppAddress.of(url)
    assert (read.host, read.port, read.system_id, read.password, read.tls) == address
    assert "pw" not in repr(read)


@pytest.mark.parametrize("url", ["http://a:b@c", "smpp:///x", ""])
def test_what_is_no_address_is_refused(url) -> None:
    with pytest.raises(ValueError, match="SMPP address"):
        SmppAddress.of(url)
