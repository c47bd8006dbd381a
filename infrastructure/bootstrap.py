"""The composition root: the only door to the adapters.

Members are built when first used, and import what they need then: a command that needs no
web and no map starts in a fraction of a second.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

from infrastructure.settings import Settings
from infrastructure.settings import settings as read_settings

if TYPE_CHECKING:
    from types import TracebackType


class House:
    """Everything one process of the service is made of.

    Args:
        settings: read once, at the start of the process.
        role: what this process is (``serve``, ``project``, …); names its connections.
    """

    def __init__(self, settings: Settings | None = None, *, role: str) -> None:
        self.settings = settings or read_settings()
        self.role = role

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back connections; threads started by members end."""

    @cached_property
    def name(self) -> str:
        return f"ansim-{self.role}"


def migrate(admin_url: str) -> None:
    """Bring the database to this code's shape; does nothing where it has it.

    Args:
        admin_url: the owner's libpq address.
    """
    from infrastructure.migrations import migrate as bring_up

    bring_up(admin_url)
