"""Machines need not wait before they try again."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import tenacity.nap


@pytest.fixture(autouse=True, scope="module")  # others do wait
def _no_pause_between_attempts() -> Iterator[None]:
    """What was overtaken runs again at once."""
    clock = tenacity.nap.time
    tenacity.nap.time = SimpleNamespace(sleep=lambda _seconds: None)  # type: ignore[assignment]
    yield
    tenacity.nap.time = clock
