"""The engine's twin in memory: the same answers, for tests and for folding aside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from infrastructure.engine.batch import (
    Held,
    Outcome,
    Parked,
    Past,
    evolve,
    key_text,
    plan,
    summed,
)
from infrastructure.engine.columns import shape_of
from infrastructure.engine.engine import BATCH_MAX, Difference, FactReader, by_name, named
from infrastructure.log.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from projections.fold import Fold, Key, Row


@dataclass(slots=True)
class Kept:
    """The rows of one fold."""

    position: int = 0
    rows: dict[Key, Held] = field(default_factory=dict)
    past: list[Past] = field(default_factory=list)
    totals: dict[str, dict[Key, tuple[int, ...]]] = field(default_factory=dict)
    parked: list[Parked] = field(default_factory=list)


class MemoryEngine:
    def __init__(self, reader: FactReader, folds: Iterable[Fold[Any]]) -> None:
        self._reader = reader
        self._folds = by_name(folds)
        self._kept = {name: Kept() for name in self._folds}

    def step(self, name: str) -> int:
        kept = self._kept[name]
        fold = named(self._folds, name)
        after, upto = kept.position, min(kept.position + BATCH_MAX, self._reader.head())
        if upto > after:
            self._fold(fold, kept, self._reader.page(after, upto, Scope.of(fold)))
            kept.position = upto
        return max(upto - after, 0)

    def position(self, name: str) -> int:
        return self._kept[name].position

    def rows(self, name: str) -> dict[Key, Row]:
        return {key: held.row for key, held in self._kept[name].rows.items()}

    def rows_as_of(self, name: str, position: int) -> dict[Key, Row]:
        kept = self._kept[name]
        shape = shape_of(self._folds[name].row)
        stood = {
            shape.key_of(held.row): held.row
            for held, valid_to in kept.past
            if held.valid_from <= position < valid_to
        }
        live = {key: one.row for key, one in kept.rows.items() if one.valid_from <= position}
        return stood | live

    def totals(self, name: str) -> dict[str, dict[Key, Row]]:
        kept = self._kept[name].totals
        return {
            one.name: {
                key: shape_of(one.row).total(key, numbers)
                for key, numbers in kept.get(one.name, {}).items()
            }
            for one in self._folds[name].rollups
        }

    def parked(self, name: str) -> list[Parked]:
        return sorted(self._kept[name].parked, key=lambda one: (one.position, one.key))

    def retry_parked(self, name: str) -> int:
        kept = self._kept[name]
        waiting = self.parked(name)
        only: dict[int, set[str]] = {}
        for one in waiting:
            only.setdefault(one.position, set()).add(one.key)
        fold = named(self._folds, name)
        facts = [fact for at in only for fact in self._reader.page(at - 1, at, Scope.of(fold))]
        kept.parked = []
        self._fold(fold, kept, facts, only=only)
        return len(waiting) - len(kept.parked)

    def compare(self, name: str) -> list[Difference]:
        fold = self._folds[name]
        again = MemoryEngine(_Until(self._reader, self.position(name)), [fold])
        while again.step(name):
            pass
        found = _differences(name, fold.name, fold.row, self.rows(name), again.rows(name))
        totals = self.totals(name)
        for rollup in fold.rollups:
            found += _differences(
                name,
                rollup.name,
                rollup.row,
                totals[rollup.name],
                again.totals(name)[rollup.name],
            )
        return found

    def _fold(
        self,
        fold: Fold[Any],
        kept: Kept,
        facts: Iterable[Any],
        *,
        only: dict[int, set[str]] | None = None,
    ) -> None:
        blocked = {one.key for one in kept.parked}
        planned = plan(fold, facts, blocked, only=only)
        held = {key: kept.rows[key] for key in planned.touches if key in kept.rows}
        _keep(fold, kept, evolve(fold, planned, held, blocked))


def _keep(fold: Fold[Any], kept: Kept, outcome: Outcome) -> None:
    kept.rows.update(outcome.written)
    for key in outcome.removed:
        kept.rows.pop(key, None)
    kept.past.extend(outcome.past)
    kept.parked.extend(outcome.parked)
    for rollup, deltas in zip(fold.rollups, outcome.totals, strict=True):
        totals = kept.totals.setdefault(rollup.name, {})
        for key, delta in deltas.items():
            total = summed(totals.pop(key, None), delta)
            if total is not None:
                totals[key] = total


def _differences(
    fold: str, table: str, kind: type[Row], live: dict[Key, Row], again: dict[Key, Row]
) -> list[Difference]:
    found = []
    for key in sorted({*live, *again}, key=key_text):
        mine, right = live.get(key), again.get(key)
        if mine is None or right is None:
            what = "missing" if mine is None else "extra"
            found.append(Difference(fold, table, key_text(key), (), what))
        elif mine != right:
            columns = tuple(
                name for name in kind.model_fields if getattr(mine, name) != getattr(right, name)
            )
            found.append(Difference(fold, table, key_text(key), columns, "changed"))
    return found


class _Until:
    """A log that ends at a position."""

    def __init__(self, reader: FactReader, last: int) -> None:
        self._reader = reader
        self._last = last

    def page(self, after: int, upto: int, scope: Scope, *, connection: Any = None) -> Any:
        return self._reader.page(after, min(upto, self._last), scope, connection=connection)

    def head(self, *, connection: Any = None) -> int:  # noqa: ARG002 - as every log has it
        return self._last
