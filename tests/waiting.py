"""Waiting on a condition, never on a length of time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
LOOK_EVERY_S = 0.02


def until(condition: Callable[[], T], *, within_s: float = 30.0) -> T:
    """Look again and again until ``condition`` holds; return what it gave.

    The bound is for what never comes: machines of continuous integration are slow and shared.
    """
    deadline = time.monotonic() + within_s
    pause = threading.Event()
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within_s} s: {condition}")
        pause.wait(LOOK_EVERY_S)
    return found
