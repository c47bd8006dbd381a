"""Pushes to a citizen's own devices: who takes them, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import Field

from application.context import Context
from application.delivery_book import ClaimedDelivery
from application.desk import Desk
from application.errors import PartnerError, PartnerRefused, Unauthenticated
from application.identity import DeviceIdentity
from application.safe_return import Receipt, SafeReturn
from application.text_routes import Fate, Gone
from application.ways import Taken, Words, body_of
from domain.base import Value
from domain.device import Device
from domain.message import Message, RecipientKind
from domain.message_routing import MessageRoute
from domain.push import PushAddress, PushBook, PushEnd, PushEndpointRefused

LOOPBACK: Final = "127.0.0.1"
Base64Url = r"^[A-Za-z0-9_-]+=*$"


class SubscribePush(Value):
    """As a browser's ``PushSubscription`` has it."""

    endpoint: str = Field(pattern=r"^https?://[^\s]+$", max_length=1000)
    p256dh: str = Field(pattern=Base64Url, min_length=87, max_length=88)
    """The receiver's public key: 65 bytes (RFC 8291, 2.1)."""
    auth: str = Field(pattern=Base64Url, min_length=22, max_length=24)
    """The receiver's secret: 16 bytes."""


class OutgoingPush(Value):
    """What an app is told; it shows a message once, however often it comes."""

    address: PushAddress
    message_id: UUID
    about: UUID
    language: str
    body: str


class PushPartner(Protocol):
    """Any push service: the address says which."""

    def push(self, outgoing: OutgoingPush) -> None:
        """Hand it over.

        Raises:
            Gone: nobody is at that address any more.
            PartnerRefused, Throttled, PartnerUnavailable: as other partners.
        """
        ...


class PushDesk(Desk):
    """Keeps which devices take pushes. ``hosts`` are those of push services, with their others."""

    def __init__(self, *desk: Any, hosts: Collection[str]) -> None:
        super().__init__(*desk)
        self._hosts = tuple(hosts)

    def subscribe(
        self, command: SubscribePush, identity: DeviceIdentity, context: Context
    ) -> Receipt:
        """Let her device take pushes.

        Raises:
            Unauthenticated: the device speaks for nobody.
            PushEndpointRefused: that is no push service which this house sends to.
        """
        citizen_id = _citizen(identity)
        if not self._may_be_sent_to(command.endpoint):
            raise PushEndpointRefused(urlsplit(command.endpoint).hostname or "")
        address = PushAddress(**command.model_dump())

        def attempt() -> Receipt:
            at = self._clock.now()
            book = self._book(citizen_id) or PushBook.open_for(citizen_id, at=at)
            book.subscribe(device_id=identity.device_id, address=address, at=at)
            return self._app.commit([book], context=context, receipt=Receipt(aggregate_id=book.id))

        return self._decide(context, Receipt, attempt)

    def unsubscribe(self, identity: DeviceIdentity, context: Context) -> Receipt:
        """Let it take no more; raises as ``subscribe``."""
        return self.end(_citizen(identity), identity.device_id, PushEnd.ASKED, context)

    def end(self, citizen_id: UUID, device_id: UUID, why: PushEnd, context: Context) -> Receipt:
        """Send nothing more to one device; twice is once."""

        def attempt() -> Receipt:
            book = self._book(citizen_id)
            if book is None:
                return Receipt(aggregate_id=PushBook.create_id(citizen_id))
            book.unsubscribe(device_id=device_id, why=why, at=self._clock.now())
            return self._app.commit([book], context=context, receipt=Receipt(aggregate_id=book.id))

        return self._decide(context, Receipt, attempt)

    def _book(self, citizen_id: UUID) -> PushBook | None:
        return self._app.find(PushBook, PushBook.create_id(citizen_id))

    def _may_be_sent_to(self, endpoint: str) -> bool:
        """Only known services, and only over TLS: else the house could be had to ask anybody."""
        parts = urlsplit(endpoint)
        host = parts.hostname or ""
        known = any(host == one or host.endswith(f".{one}") for one in self._hosts)
        return known and (parts.scheme == "https" or host == LOOPBACK)


@dataclass(frozen=True, slots=True)
class PushWay:
    """See ``application.ways.Way``: to all devices of the citizen that take pushes."""

    app: SafeReturn
    partner: Callable[[], PushPartner]
    desk: PushDesk
    kept_nowhere: Callable[[], Words] | None = None
    route: MessageRoute = MessageRoute.PUSH
    knows_repeats: bool = field(default=True)
    """An app shows a message once."""

    def is_open(self, message: Message) -> bool:
        return bool(self._addresses(message))

    def send(self, message: Message, claimed: ClaimedDelivery, context: Context) -> Taken:
        taken, troubles = 0, list[PartnerError]()
        for device_id, address in self._addresses(message).items():
            outgoing = OutgoingPush(
                address=address,
                message_id=message.id,
                about=message.about,
                language=message.recipient.language,
                body=body_of(message, self.kept_nowhere),
            )
            try:
                self.partner().push(outgoing)
                taken += 1
            except Gone as gone:
                troubles.append(gone)
                self.desk.end(message.recipient.recipient_id, device_id, PushEnd.GONE, context)
            except PartnerError as error:
                troubles.append(error)
        if not taken:
            raise troubles[0] if troubles else PartnerRefused("no device takes pushes any more")
        return Taken(references=(f"{message.id}/{claimed.attempt}",), pieces=taken)

    def ask(self, _reference: str) -> Fate | None:
        """Push services tell nobody: the app itself does."""
        return None

    def _addresses(self, message: Message) -> dict[UUID, PushAddress]:
        who = message.recipient
        if who.kind is not RecipientKind.CITIZEN:
            return {}
        book = self.app.find(PushBook, PushBook.create_id(who.recipient_id))
        return {
            device_id: address
            for device_id, address in (book.addresses if book else {}).items()
            if (device := self.app.find(Device, device_id)) is not None and not device.revoked
        }


def _citizen(identity: DeviceIdentity) -> UUID:
    if identity.speaks_for is None:
        raise Unauthenticated("no device")
    return identity.speaks_for
