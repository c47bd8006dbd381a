"""Threads of the positions' own: many come at once, and whoever commands must not wait for them.

Few, because what a batch of positions needs is this process's one interpreter: more threads would
only wait for it in each other's way, and everybody else with them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar, TypeVarTuple

from anyio import CapacityLimiter, to_thread

THREADS: Final = 4

FoundT = TypeVar("FoundT")
AskedTs = TypeVarTuple("AskedTs")
_limiter = CapacityLimiter(THREADS)


async def in_turn(take: Callable[[*AskedTs], FoundT], *asked: *AskedTs) -> FoundT:
    """What ``take`` makes of a batch, as soon as a thread is free."""
    return await to_thread.run_sync(take, *asked, limiter=_limiter)
