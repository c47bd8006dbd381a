"""A line that can go silent without a word, as a lost network does, and be deaf to some of it."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress

CHUNK = 65_536
NOTIFICATION = b"A"
"""PostgreSQL's message type of what NOTIFY tells a listener."""
HEAD = struct.Struct(">cI")

Filter = Callable[[bytes], bytes]
"""What is left of a chunk."""


class SilentLine:
    """A TCP proxy; while ``silent`` is set it swallows every byte and closes nothing.

    While ``mute`` is set only the answers are swallowed. ``heard`` sees the answers of one
    connection, and says what is passed on.
    """

    def __init__(self, port: int, heard: Callable[[], Filter] = lambda: bytes) -> None:
        self.silent = threading.Event()
        self.mute = threading.Event()
        self._heard = heard
        self._port = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.port = self._door.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._welcome, daemon=True).start()

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        for one in (self._door, *self._open):
            one.close()

    def _welcome(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                far = socket.create_connection(("127.0.0.1", self._port))
                self._open += [near, far]
                ways = ((near, far, self.silent, bytes), (far, near, self.mute, self._heard()))
                for way in ways:
                    threading.Thread(target=self._carry, args=way, daemon=True).start()

    def _carry(
        self, source: socket.socket, target: socket.socket, shut: threading.Event, heard: Filter
    ) -> None:
        with suppress(OSError):
            while chunk := source.recv(CHUNK):
                if not (self.silent.is_set() or shut.is_set()):
                    target.sendall(heard(chunk))
            target.shutdown(socket.SHUT_WR)


class Deaf:
    """Takes PostgreSQL's notifications out of what the server says; all else passes."""

    def __init__(self) -> None:
        self._rest = b""
        self.swallowed = 0

    def __call__(self, chunk: bytes) -> bytes:
        self._rest += chunk
        passed = bytearray()
        while len(self._rest) >= HEAD.size:
            kind, length = HEAD.unpack_from(self._rest)
            end = 1 + length
            if len(self._rest) < end:
                break
            if kind == NOTIFICATION:
                self.swallowed += 1
            else:
                passed += self._rest[:end]
            self._rest = self._rest[end:]
        return bytes(passed)
