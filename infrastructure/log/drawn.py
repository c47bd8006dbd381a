"""Random bytes, asked of the system for many at once: each asking costs a thread switch."""

from __future__ import annotations

import os
from typing import Final

AT_ONCE: Final = 256


class Drawn:
    """Random bytes of one length; none is handed out twice, nor known to a forked child."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._left: list[bytes] = []
        os.register_at_fork(after_in_child=self._left.clear)

    def __call__(self) -> bytes:
        try:
            return self._left.pop()
        except IndexError:
            length = self._length
            fresh = os.urandom(length * AT_ONCE)
            self._left.extend(fresh[at : at + length] for at in range(length, len(fresh), length))
            return fresh[:length]
