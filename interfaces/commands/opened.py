"""The house as a command opens it: the machine's own rights, nobody's name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from application.context import Context
    from infrastructure.bootstrap import House


@contextmanager
def opened() -> Iterator[House]:
    """A house on the settings' database, or on the home's own, which is started when down."""
    from infrastructure import bootstrap

    bootstrap.set_up_log_lines("command", level="WARNING")
    with bootstrap.House(role="command") as house:
        house.check_shape()
        house.honour_erasures()
        yield house


def as_command() -> Context:
    """The context of what somebody with a shell on this machine asks."""
    import platform
    from uuid import uuid4

    from application.context import system

    return system("command", correlation_id=uuid4()).model_copy(
        update={"account": _account(), "address": platform.node() or None}
    )


def _account() -> str:
    """Whom this machine knows the asker as; a number where it has no name for him."""
    import os
    import pwd

    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
