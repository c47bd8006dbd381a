"""A line to an SMPP provider that is kept up: bound again when it breaks, heard all the time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import structlog
from smpplib import consts, smpp

from application.errors import ApplicationError, PartnerUnavailable
from application.text_routes import AnswerLost
from infrastructure.partners.smpp.receipts import is_receipt, receipt_of
from infrastructure.partners.smpp.wire import BROKEN, Unread, Wire

if TYPE_CHECKING:
    from application.text_routes import ReceiptOfPiece
    from infrastructure.partners.smpp.wire import SmppAddress

log = structlog.get_logger()

QUIET_S: Final = 15.0
"""After so much silence the provider is asked whether it is there (enquire_link)."""
FIRST_PAUSE_S: Final = 0.2
PAUSE_MAX_S: Final = 10.0
"""Between two attempts to bind."""
FIRST_BIND_S: Final = 1.0
"""How long a message waits for the line's very first bind."""

Hear = Callable[["ReceiptOfPiece"], None]


class SmppSession:
    """Any number of threads may ask; one thread of its own reads.

    Args:
        address: the provider.
        timeout_s: how long an answer may take.
        hear: called with each receipt, which is only confirmed once this has returned; when it
            raises, the provider is asked to tell again.
        late: called with the provider's reference and our mark when an answer came too late.
    """

    def __init__(
        self,
        address: SmppAddress,
        *,
        timeout_s: float,
        hear: Hear,
        late: Callable[[str, int], None] = lambda _reference, _mark: None,
        quiet_s: float = QUIET_S,
    ) -> None:
        self._address = address
        self._timeout_s = timeout_s
        self._hear = hear
        self._late = late
        self._quiet_s = quiet_s
        self._sending = threading.Lock()
        self._wire: Wire | None = None
        self._awaited: dict[int, Future[Any]] = {}
        self._overdue: dict[int, int] = {}
        self._closing = threading.Event()
        self._tried = threading.Event()
        self._bound = threading.Event()
        self._reader = threading.Thread(target=self._keep, name="smpp", daemon=True)
        self._reader.start()

    @property
    def is_bound(self) -> bool:
        return self._bound.is_set()

    def close(self) -> None:
        """Say good-bye, and end."""
        self._closing.set()
        with self._sending:
            if self._wire is not None:
                with suppress(*BROKEN):
                    self._wire.send_pdu(smpp.make_pdu("unbind", client=self._wire))
                self._wire.wake()
        self._reader.join(self._timeout_s)

    def ask(self, command: str, *, mark: int = 0, **fields: Any) -> Any:
        """Send a request; returns the answer, whatever its status.

        Raises:
            PartnerUnavailable: nothing was sent.
            AnswerLost: it was, or may have been, and no answer came.
        """
        if not self._tried.wait(FIRST_BIND_S) or not self._bound.is_set():
            raise PartnerUnavailable("not bound")
        answer: Future[Any] = Future()
        with self._sending:
            if self._wire is None:
                raise PartnerUnavailable("not bound")
            pdu = smpp.make_pdu(command, client=self._wire, **fields)
            self._awaited[pdu.sequence] = answer
            try:
                self._wire.send_pdu(pdu)
            except BROKEN as error:
                self._awaited.pop(pdu.sequence, None)
                raise AnswerLost(type(error).__name__) from error
        try:
            return answer.result(self._timeout_s)
        except TimeoutError as error:
            if self._awaited.pop(pdu.sequence, None) is not None and mark:
                self._overdue[pdu.sequence] = mark
            raise AnswerLost("no answer in time") from error

    def _keep(self) -> None:
        """Bind and read until the end; a broken line is bound again, ever more patiently."""
        pause_s = FIRST_PAUSE_S
        while not self._closing.is_set():
            wire = Wire(self._address, timeout_s=self._timeout_s)
            try:
                wire.open()
                self._take(wire)
                pause_s = FIRST_PAUSE_S
                self._read(wire)
            except BROKEN as error:
                if not self._closing.is_set():
                    log.warning("smpp_line.lost", reason=type(error).__name__)
            finally:
                self._drop(wire)
            self._closing.wait(pause_s)
            pause_s = min(PAUSE_MAX_S, pause_s * 2)

    def _take(self, wire: Wire) -> None:
        with self._sending:
            self._wire = wire
            self._bound.set()
            self._tried.set()

    def _drop(self, wire: Wire) -> None:
        with self._sending:
            self._wire = None
            self._bound.clear()
            self._tried.set()
            wire.hang_up()
            awaited, self._awaited = self._awaited, {}
            self._overdue.clear()
        for answer in awaited.values():
            answer.set_exception(AnswerLost("the line broke"))

    def _read(self, wire: Wire) -> None:
        heard_at = monotonic()
        asked = False
        while not self._closing.is_set():
            if wire.readable(self._timeout_s if asked else self._quiet_s):
                heard_at, asked = monotonic(), False
                try:
                    self._follow(wire, wire.next_pdu())
                except Unread as unread:
                    log.warning("smpp_message.unread")
                    self._reply(wire, "generic_nack", unread.sequence, consts.SMPP_ESME_RINVCMDLEN)
            elif asked:
                raise TimeoutError("the provider is silent")
            elif monotonic() - heard_at >= self._quiet_s:
                asked = True
                with self._sending:
                    wire.send_pdu(smpp.make_pdu("enquire_link", client=wire))

    def _follow(self, wire: Wire, pdu: Any) -> None:
        match pdu.command:
            case "deliver_sm":
                self._reply(wire, "deliver_sm_resp", pdu.sequence, self._heard(pdu))
            case "enquire_link":
                self._reply(wire, "enquire_link_resp", pdu.sequence, consts.SMPP_ESME_ROK)
            case "unbind":
                self._reply(wire, "unbind_resp", pdu.sequence, consts.SMPP_ESME_ROK)
                raise TimeoutError("the provider hung up")
            case _:
                self._answered(pdu)

    def _answered(self, pdu: Any) -> None:
        answer = self._awaited.pop(pdu.sequence, None)
        if answer is not None:
            answer.set_result(pdu)
            return
        mark = self._overdue.pop(pdu.sequence, None)
        if mark is not None and not pdu.is_error() and pdu.command == "submit_sm_resp":
            with suppress(ApplicationError):  # the receipt will tell it, too
                self._late(pdu.message_id.decode("ascii", "replace"), mark)

    def _heard(self, pdu: Any) -> int:
        """The status of our answer to what was delivered; what somebody wrote back is not read."""
        receipt = receipt_of(pdu) if is_receipt(pdu) else None
        if receipt is None:
            return int(consts.SMPP_ESME_ROK)
        try:
            self._hear(receipt)
        except Exception as error:  # noqa: BLE001 (the line outlives whatever hears it)
            log.warning("smpp_receipt.put_off", reason=type(error).__name__)
            return int(consts.SMPP_ESME_RX_T_APPN)
        return int(consts.SMPP_ESME_ROK)

    def _reply(self, wire: Wire, command: str, sequence: int, status: int) -> None:
        with self._sending:
            reply = smpp.make_pdu(command, client=wire, status=status)
            reply.sequence = sequence
            wire.send_pdu(reply)
