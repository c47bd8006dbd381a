"""Text messages over HTTP: signed, and known to the provider by the delivery's id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from pydantic import Field

from application.text_routes import Fate
from domain.base import Value
from domain.sms import Alphabet, TextKind

if TYPE_CHECKING:
    from application.text_routes import OutgoingText
    from infrastructure.partners.http import PartnerClient

FATES: Final = {"delivered": Fate.DELIVERED, "undelivered": Fate.UNDELIVERABLE}


class SmsRequest(Value):
    """What the provider is told: whom, what, and as which kind of message it is to be charged."""

    delivery_id: UUID
    correlation_id: UUID = Field(exclude=True)
    message_id: UUID
    sender: str
    phone: str
    language: str
    body: str
    kind: TextKind
    alphabet: Alphabet
    pieces: int


class HttpSms:
    """See ``application.text_routes.TextRoute``; ``sender`` is our registered number."""

    def __init__(self, client: PartnerClient, path: str, *, sender: str) -> None:
        self._client = client
        self._path = path
        self._sender = sender

    def send(self, outgoing: OutgoingText) -> tuple[str, ...]:
        text = outgoing.text
        request = SmsRequest(
            delivery_id=outgoing.delivery_id,
            correlation_id=outgoing.correlation_id,
            message_id=outgoing.message_id,
            sender=self._sender,
            phone=outgoing.phone,
            language=outgoing.language,
            body=outgoing.body,
            kind=text.kind,
            alphabet=text.alphabet,
            pieces=len(text.pieces),
        )
        return (self._client.post(self._path, request, answer="reference"),)

    def ask(self, reference: str) -> Fate | None:
        return FATES.get(self._client.get(f"{self._path}/{reference}", answer="state"))
