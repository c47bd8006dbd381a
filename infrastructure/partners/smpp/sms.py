"""Text messages over an SMPP line."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from smpplib import consts

from application.errors import PartnerRefused, PartnerUnavailable
from application.text_routes import Throttled
from domain.sms import Alphabet, TextKind
from infrastructure.partners.smpp.receipts import FATES

if TYPE_CHECKING:
    from application.text_routes import Fate, OutgoingText
    from infrastructure.partners.breaker import Breaker
    from infrastructure.partners.smpp.session import SmppSession

CODINGS: Final = {
    Alphabet.EUC_KR: consts.SMPP_ENCODING_KSC5601,
    Alphabet.GSM7: consts.SMPP_ENCODING_DEFAULT,
    Alphabet.UCS2: consts.SMPP_ENCODING_ISO10646,
}
INTERNATIONAL: Final = {"dest_addr_ton": 1, "dest_addr_npi": 1}
SUBSCRIBER: Final = {"source_addr_ton": 0, "source_addr_npi": 1}
"""Our own number is registered with the network as people dial it."""
THROTTLED: Final = frozenset({consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL})
TEMPORARY: Final = frozenset(
    {consts.SMPP_ESME_RSYSERR, consts.SMPP_ESME_RX_T_APPN, consts.SMPP_ESME_RINVBNDSTS}
)
THROTTLED_WAIT: Final = timedelta(seconds=1)


class SmppSms:
    """See ``application.text_routes.TextRoute``.

    Args:
        session: the line.
        sender: our number, as it is registered with the network.
        valid_s: after that the network throws an undelivered message away, and says so.
        in_pieces: long messages go in pieces with headers; otherwise the provider divides them.
    """

    def __init__(
        self,
        session: SmppSession,
        *,
        breaker: Breaker,
        sender: str,
        valid_s: float,
        in_pieces: bool = False,
    ) -> None:
        self._session = session
        self._breaker = breaker
        self._sender = sender
        self._valid = _relative(valid_s)
        self._in_pieces = in_pieces

    def send(self, outgoing: OutgoingText) -> tuple[str, ...]:
        return self._breaker.run(
            lambda: tuple(self._submit(outgoing, carried) for carried in self._carried(outgoing))
        )

    def ask(self, reference: str) -> Fate | None:
        answer = self._breaker.run(
            lambda: self._session.ask(
                "query_sm", message_id=reference, source_addr=self._sender, **SUBSCRIBER
            )
        )
        return None if answer.is_error() else FATES.get(answer.message_state)

    def _carried(self, outgoing: OutgoingText) -> list[dict[str, Any]]:
        """The fields that carry the words, for each message of the network's."""
        text = outgoing.text
        pieces = text.encoded
        if text.kind is TextKind.SMS:
            return [{"short_message": pieces[0]}]
        if text.kind is TextKind.LMS or not self._in_pieces:
            return [{"message_payload": b"".join(pieces)}]
        head = b"\x05\x00\x03" + bytes((outgoing.mark & 0xFF, len(pieces)))
        return [
            {
                "short_message": head + bytes((number,)) + piece,
                "esm_class": consts.SMPP_GSMFEAT_UDHI,
            }
            for number, piece in enumerate(pieces, start=1)
        ]

    def _submit(self, outgoing: OutgoingText, carried: dict[str, Any]) -> str:
        answer = self._session.ask(
            "submit_sm",
            mark=outgoing.mark,
            source_addr=self._sender,
            destination_addr=outgoing.phone.removeprefix("+"),
            data_coding=CODINGS[outgoing.text.alphabet],
            registered_delivery=consts.SMPP_SMSC_DELIVERY_RECEIPT_BOTH,
            validity_period=self._valid,
            user_message_reference=outgoing.mark,
            **SUBSCRIBER,
            **INTERNATIONAL,
            **carried,
        )
        if not answer.is_error():
            return str(answer.message_id.decode("ascii", "replace"))
        if answer.status in THROTTLED:
            raise Throttled(THROTTLED_WAIT)
        if answer.status in TEMPORARY:
            raise PartnerUnavailable(f"status {answer.status:#x}")
        raise PartnerRefused(f"status {answer.status:#x}")


def _relative(seconds: float) -> str:
    """A time from now as SMPP writes it (7.1.1): days, hours, minutes, seconds."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"0000{days:02}{hours:02}{minutes:02}{rest:02}000R"
