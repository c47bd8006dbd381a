"""How often a role that lives long looks for garbage."""

from __future__ import annotations

import gc
from typing import Final

ALLOCATIONS: Final = 50_000
GENERATIONS: Final = (20, 100)
"""Between two collections: more than one request or batch leaves behind, less than a second's."""


def collect_rarely() -> None:
    """Let the garbage collector alone with what stays for ever.

    By itself it walks all classes and modules again and again: in a burst of triggers that was
    40 % of the web role's time, and a tenth of a second in which no fold went on.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS, *GENERATIONS)
