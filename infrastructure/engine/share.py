"""One process of a rebuild: folds its share of the log into tables that others fill, too.

Started by ``engine.crew``, which hands over the task and hears how it goes. What it has begun is
rolled back when it dies, and it dies with who started it.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection as Pipe
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from infrastructure.engine.loading import Loader
    from projections.fold import Fold

READY: Final = "ready"
REACHED: Final = "reached"
TAKEN: Final = "taken"
REFUSED: Final = "refused"
FAILED: Final = "failed"
DONE: Final = "done"
NAME: Final = "ansim-rebuild"
NEEDED: Final = (
    "infrastructure.engine.courses",
    "infrastructure.engine.storage",
    "infrastructure.log.reader",
    "projections.operator_queue",
)
"""Imported before there is a task."""


@dataclass(frozen=True, slots=True)
class Task:
    """What one process is to do."""

    log_url: str
    owner_url: str
    fold: str
    """``module:class``."""
    schema: str
    goal: int
    held_max: int
    """Rows that each process holds; see ``engine.loading``."""
    share: tuple[int, int] = (0, 1)
    """Its number, and of how many."""


def name_of(fold: Fold[Any]) -> str:
    return f"{type(fold).__module__}:{type(fold).__qualname__}"


def serve(descriptor: int) -> None:
    """Do what comes through the pipe, until its end."""
    Thread(target=_end_with_parent, daemon=True).start()
    pipe = Pipe(descriptor)
    for module in NEEDED:
        import_module(module)
    try:
        pipe.send((READY,))
        while (asked := pipe.recv()) is not None:
            pipe.send(_told(asked, pipe))
    except (EOFError, OSError):
        sys.exit(1)


def _told(asked: Any, pipe: Pipe) -> tuple[Any, ...]:
    from infrastructure.engine.storage import REFUSALS

    try:
        task, statement = asked
        if statement is not None:
            _run(task, statement)
            return (DONE,)
        loader = _taken(task, lambda reached, _goal: pipe.send((REACHED, reached)))
    except REFUSALS:
        return (REFUSED,)
    except (EOFError, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001 - the other side raises it
        return (FAILED, f"{type(error).__name__}: {error}")
    return (TAKEN, loader.parked, loader.totals)


def _taken(task: Task, progress: Callable[[int, int], None]) -> Loader:
    from infrastructure.database import Database
    from infrastructure.engine.loading import loader_of
    from infrastructure.engine.storage import FoldStore
    from infrastructure.log.reader import keyless_reader
    from infrastructure.log.scope import Scope

    module, name = task.fold.split(":")
    fold: Fold[Any] = getattr(import_module(module), name)()
    log = Database(task.log_url, application_name=NAME, size=1)
    reader = keyless_reader(log)
    with Database(task.owner_url, application_name=NAME).dedicated() as connection:
        connection.execute("SET statement_timeout = 0")
        connection.execute("SET idle_in_transaction_session_timeout = 0")
        with connection.transaction():
            store = FoldStore(fold, task.schema)
            loader = loader_of(connection, store, joint=True, held_max=task.held_max)
            loader.take(reader, Scope.of(fold).shared(*task.share), task.goal, progress)
    log.close()
    return loader


def _run(task: Task, statement: str) -> None:
    """Make an index, while others make others."""
    from infrastructure.database import Database

    with Database(task.owner_url, application_name=NAME).dedicated() as connection:
        connection.execute("SET statement_timeout = 0")
        connection.execute("SET maintenance_work_mem = '256MB'")
        connection.execute("SET client_connection_check_interval = 1000")
        connection.execute(statement.encode())


def _end_with_parent() -> None:
    """The other end of our input closes when the process that holds it dies, however."""
    sys.stdin.buffer.read()
    os._exit(1)
