"""A line that can go silent without a word, as a lost network does."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

CHUNK = 65_536


class SilentLine:
    """A TCP proxy; while ``silent`` is set it swallows every byte and closes nothing."""

    def __init__(self, port: int) -> None:
        self.silent = threading.Event()
        self._port = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
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
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while chunk := source.recv(CHUNK):
                if not self.silent.is_set():
                    target.sendall(chunk)
            target.shutdown(socket.SHUT_WR)
