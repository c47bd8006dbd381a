"""Providers of text messages behind real sockets, and what they are given to send."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from application import signing
from application.text_routes import OutgoingText, ReceiptOfPiece, TextRoute
from domain.sms import fitted
from infrastructure.partners.breaker import Breaker
from infrastructure.partners.http import PartnerClient
from infrastructure.partners.http_sms import HttpSms
from infrastructure.partners.smpp.session import SmppSession
from infrastructure.partners.smpp.sms import SmppSms
from infrastructure.partners.smpp.wire import SmppAddress
from interfaces.partners.app import SimulatedPartners
from tests.contracts.partnered import SECRET, Ansim, WallClock, journal
from tests.serving import Serving

SEOUL, SHANGHAI = "+821012345678", "+8613812345678"
SENDER = "0212345678"
TIMEOUT_S = 0.5


@dataclass
class Provider:
    """One provider, and all that can be asked of it and told by it."""

    route: TextRoute
    control_url: str
    folder: Path
    ansim: Ansim
    smpp: bool
    heard: list[ReceiptOfPiece] = field(default_factory=list)
    late: list[tuple[str, int]] = field(default_factory=list)
    session: SmppSession | None = None
    taken_before: int = 0

    def forget(self) -> None:
        """Begin anew."""
        self.heard.clear()
        self.ansim.told.clear()
        self.taken_before = len(journal(self.control_url))

    @property
    def receipts(self) -> list[tuple[str, bool]]:
        """Whose messages were told of, and whether they got there."""
        if self.smpp:
            return [(one.reference, one.fate == "delivered") for one in self.heard]
        return [
            (told["reference"], told["event"] == "message_delivered") for told in self.ansim.told
        ]


def outgoing(words: str = "您安全吗", phone: str = SEOUL, **changes: Any) -> OutgoingText:
    return OutgoingText(
        delivery_id=uuid4(),
        correlation_id=uuid4(),
        message_id=uuid4(),
        phone=phone,
        language="zh",
        text=fitted(words, phone),
    ).model_copy(update=changes)


def smpp_address(port: int) -> SmppAddress:
    return SmppAddress(
        host="127.0.0.1", port=port, system_id="ansim", password=signing.password(SECRET, "smpp")
    )


@contextmanager
def simulated(ansim: Ansim, folder: Path) -> Iterator[tuple[str, SimulatedPartners]]:
    """The partners on loopback sockets; gives their HTTP address."""
    with Serving(ansim.app()) as ansim_url:
        partners = SimulatedPartners(
            secret=SECRET, ansim_url=ansim_url, journal=folder / "journal.jsonl", smpp_port=0
        )
        with Serving(partners.app()) as url:
            yield url, partners


@contextmanager
def over_http(ansim: Ansim, folder: Path) -> Iterator[Provider]:
    with simulated(ansim, folder) as (url, _):
        client = PartnerClient(
            url, secret=SECRET, clock=WallClock(), timeout_s=TIMEOUT_S, breaker=Breaker("sms")
        )
        yield Provider(HttpSms(client, "/messages", sender=SENDER), url, folder, ansim, smpp=False)
        client.close()


@contextmanager
def over_smpp(
    ansim: Ansim, folder: Path, *, in_pieces: bool = False, port: int | None = None
) -> Iterator[Provider]:
    with simulated(ansim, folder) as (url, partners):
        assert partners.smpp_port is not None
        provider = Provider(None, url, folder, ansim, smpp=True)  # type: ignore[arg-type]
        session = SmppSession(
            smpp_address(port or partners.smpp_port),
            timeout_s=TIMEOUT_S,
            hear=provider.heard.append,
            late=lambda reference, mark: provider.late.append((reference, mark)),
        )
        provider.session = session
        provider.route = SmppSms(
            session,
            breaker=Breaker("smpp"),
            sender=SENDER,
            valid_s=14_400,
            in_pieces=in_pieces,
        )
        yield provider
        session.close()


def mark_of(message_id: UUID) -> int:
    return int.from_bytes(message_id.bytes[:2]) or 1
