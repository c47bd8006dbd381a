"""What an engine is, whatever it keeps its rows in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from application.errors import ApplicationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from domain.base import Fact
    from infrastructure.database import Connection
    from infrastructure.engine.batch import Parked
    from infrastructure.log.scope import Scope
    from infrastructure.log.unreadable import Unreadable
    from projections.fold import Fold, Key, Row

BATCH_MAX: Final = 1_000


class FactReader(Protocol):
    """The log as a fold reads it: personal fields stay sealed."""

    def page(
        self, after: int, upto: int, scope: Scope, *, connection: Connection | None = None
    ) -> Sequence[Fact | Unreadable]:
        """What ``scope`` covers behind ``after`` up to ``upto`` (at most the head), in order.

        With ``connection`` it is asked there, instead of on one of the reader's own.
        """
        ...

    def head(self, *, connection: Connection | None = None) -> int: ...


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not what the log says."""

    fold: str
    table: str
    key: str
    columns: tuple[str, ...]
    """What differs; empty when the row is missing or should not be there."""
    kind: str
    """``changed``, ``missing`` or ``extra``."""


@dataclass(frozen=True, slots=True)
class FoldStatus:
    fold: str
    version: int
    """Of the rows that are there."""
    code_version: int
    """Of the fold as this code has it; another one needs a rebuild."""
    position: int
    lag: int
    """Facts that wait to be folded."""
    parked: int
    differing: int
    """Rows that were not what the log says when they were compared last."""
    compared_at: datetime | None


class UnknownFold(ApplicationError):
    """No fold of that name; the message lists those that exist."""

    code = "fold_unknown"


class FoldOutdated(ApplicationError):
    """The rows are of another version than the code; the message says what to do."""

    code = "fold_outdated"


class FoldBeyondLog(ApplicationError):
    """The rows claim facts that the log does not have; a rebuild puts them right."""

    code = "fold_beyond_log"


class OwnerNeeded(ApplicationError):
    """Rebuilding and comparing make tables, which the service's role may not."""

    code = "owner_needed"


class RebuildRunning(ApplicationError):
    """The fold is being rebuilt or compared by another process."""

    code = "rebuild_running"
    retryable = True


class RebuildFailed(ApplicationError):
    """A process of the rebuild has ended or could not go on; what is read is as it was."""

    code = "rebuild_failed"
    retryable = True


class Overtaken(Exception):
    """Another runner has moved the fold on."""


class Engine(Protocol):
    """Keeps the rows of folds level with the log."""

    def step(self, name: str) -> int:
        """Fold the next batch; how many facts were taken from the log, 0 at its head."""
        ...

    def position(self, name: str) -> int: ...

    def rows(self, name: str) -> Mapping[Key, Row]: ...

    def rows_as_of(self, name: str, position: int) -> Mapping[Key, Row]:
        """The rows of a temporal fold as they stood once ``position`` was folded."""
        ...

    def totals(self, name: str) -> Mapping[str, Mapping[Key, Row]]:
        """Every rollup's rows, by its name."""
        ...

    def parked(self, name: str) -> Sequence[Parked]: ...

    def retry_parked(self, name: str) -> int:
        """Fold what is parked, in order; how many facts are parked no more."""
        ...

    def compare(self, name: str) -> Sequence[Difference]:
        """Fold everything again from nothing and name every row that differs."""
        ...


def by_name(folds: Iterable[Fold[Any]]) -> dict[str, Fold[Any]]:
    return {fold.name: fold for fold in folds}


def named(folds: Mapping[str, Fold[Any]], name: str) -> Fold[Any]:
    """The fold called ``name``.

    Raises:
        UnknownFold: there is none.
    """
    if name not in folds:
        raise UnknownFold(f"no fold is called {name!r}; there are {', '.join(folds)}")
    return folds[name]
