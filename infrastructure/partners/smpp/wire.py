"""smpplib's client as this house needs it: silent in logs, exact in reading, safe over TLS."""

from __future__ import annotations

import logging
import select
import socket
import ssl
import struct
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Self
from urllib.parse import unquote, urlsplit

from smpplib import client as smpp_client
from smpplib import consts, exceptions, smpp

PDU_BYTES_MAX: Final = 70_000
"""A long message has at most 64 KiB (SMPP 3.4, 5.3.2.32)."""
HEADER: Final = struct.Struct(">LLLL")
BROKEN: Final = (exceptions.ConnectionError, exceptions.PDUError, OSError, struct.error)
UNREAD: Final = (exceptions.UnknownCommandError, KeyError, ValueError, struct.error, TypeError)

MUTE: Final = logging.Logger("smpp", level=logging.CRITICAL + 1)  # noqa: LOG001 (not to be found)
"""The library logs whole messages, numbers and words, in hexadecimal: nowhere, and to nobody."""


@dataclass(frozen=True, slots=True)
class SmppAddress:
    """``smpp://SYSTEM_ID:PASSWORD@HOST:PORT``, or ``smpps://`` over TLS."""

    host: str
    port: int
    system_id: str
    password: str = field(repr=False)
    tls: bool = False

    @classmethod
    def of(cls, url: str) -> Self:
        """Read an address.

        Raises:
            ValueError: it is none.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"smpp", "smpps"} or parts.hostname is None:
            raise ValueError("an SMPP address is smpp://SYSTEM_ID:PASSWORD@HOST:PORT")
        return cls(
            host=parts.hostname,
            port=parts.port or 2775,
            system_id=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=parts.scheme == "smpps",
        )


class Unread(Exception):
    """A message that makes no sense; ``sequence`` names it to its sender."""

    def __init__(self, sequence: int) -> None:
        super().__init__(str(sequence))
        self.sequence = sequence


class Wire(smpp_client.Client):  # type: ignore[misc]  # the library has no types
    """One connection; sending and reading may go on in two threads, each in one."""

    def __init__(self, address: SmppAddress, *, timeout_s: float) -> None:
        super().__init__(
            address.host,
            address.port,
            timeout=timeout_s,
            allow_unknown_opt_params=True,
        )
        self.logger = MUTE
        self._address = address

    def open(self) -> None:
        """Connect, and bind as a transceiver.

        Raises:
            One of ``BROKEN``.
        """
        self.connect()
        self.bind_transceiver(
            system_id=self._address.system_id, password=self._address.password, system_type=""
        )

    def connect(self) -> None:
        plain = socket.create_connection((self.host, self.port), timeout=self.timeout)
        self._socket = self._over_tls(plain) if self._address.tls else plain
        self.state = consts.SMPP_CLIENT_STATE_OPEN

    def wake(self) -> None:
        """Let whoever reads find the end of it; any thread may call this."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def hang_up(self) -> None:
        """Close it; only whoever reads may."""
        if self._socket is not None:
            self.state = consts.SMPP_CLIENT_STATE_OPEN
            self.disconnect()

    def readable(self, within_s: float) -> bool:
        """Whether something came."""
        held = self._socket
        if held is None:
            raise exceptions.ConnectionError("closed")
        if isinstance(held, ssl.SSLSocket) and held.pending():
            return True
        return bool(select.select([held], [], [], within_s)[0])

    def next_pdu(self) -> Any:
        """The next message.

        Raises:
            Unread: it makes no sense.
            One of ``BROKEN``: the rest of it does not come, so its borders are lost.
        """
        head = self._recv_exact(HEADER.size)
        length, _, _, sequence = HEADER.unpack(head)
        if not HEADER.size <= length <= PDU_BYTES_MAX:
            raise exceptions.PDUError("a length that cannot be")
        raw = head + self._recv_exact(length - HEADER.size)
        try:
            pdu = smpp.parse_pdu(raw, client=self, allow_unknown_opt_params=True)
        except UNREAD as error:
            raise Unread(sequence) from error
        if pdu is None:
            raise Unread(sequence)
        return pdu

    def _over_tls(self, plain: socket.socket) -> ssl.SSLSocket:
        context = ssl.create_default_context()
        return context.wrap_socket(plain, server_hostname=self.host)
