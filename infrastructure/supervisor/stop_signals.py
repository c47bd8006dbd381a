"""The signals that end a supervisor, waited for without polling."""

from __future__ import annotations

import select
import signal
import socket
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import FrameType, TracebackType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopSignals:
    """Within the block the stopping signals are noted and do nothing else; main thread only."""

    def __init__(self) -> None:
        self._stopped = False
        self._reader, self._writer = socket.socketpair()
        self._before: dict[signal.Signals, object] = {}

    def raised(self) -> bool:
        return self._stopped

    def wait(self, timeout_s: float) -> bool:
        """Wait for a stopping signal; return early, with False, when a child ends."""
        if not self._stopped and select.select([self._reader], [], [], timeout_s)[0]:
            self._reader.recv(4096)
        return self._stopped

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self._stopped = True

    def __enter__(self) -> Self:
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        for number in (*STOPPING, signal.SIGCHLD):
            if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                continue  # nohup
            self._before[number] = signal.signal(number, self._note)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.set_wakeup_fd(-1)
        for number, before in self._before.items():
            signal.signal(number, before)  # type: ignore[arg-type]  # as signal gave it
        self._reader.close()
        self._writer.close()
