"""Why a step on a bell is refused. A press is never refused."""

from __future__ import annotations

from typing import ClassVar

from domain.base import DomainError


class BellUnknown(DomainError):
    """No bell of this number is registered; its press rings at the city all the same."""

    code: ClassVar[str] = "bell.unknown"


class BellRetired(DomainError):
    """The bell was taken down; its press rings all the same."""

    code: ClassVar[str] = "bell.retired"


class NothingToRepair(DomainError):
    """The bell is not on the maintenance list."""

    code: ClassVar[str] = "bell.nothing_to_repair"
