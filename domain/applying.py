"""Which methods of an aggregate apply which class of fact."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

Applier = Callable[[Any, Any], None]


class Appliers(dict[type, tuple[Applier, ...]]):
    """By the class of the fact; of one that no method names, what applies its base."""

    @classmethod
    def of(cls, kind: type) -> Self:
        """The methods that are marked by ``applies``: those of a base first, then as they stand."""
        found: dict[type, dict[str, Applier]] = {}
        for part in reversed(kind.__mro__):
            for name, method in vars(part).items():
                for fact_class in getattr(method, "applies", ()):
                    found.setdefault(fact_class, {})[name] = method
        return cls({one: tuple(methods.values()) for one, methods in found.items()})

    def __missing__(self, kind: type) -> tuple[Applier, ...]:
        found = next((self[base] for base in kind.__mro__[1:] if base in self), ())
        self[kind] = found
        return found
