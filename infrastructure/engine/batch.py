"""Folds a batch of facts in memory: pure, the same for both engines.

A fact that a fold cannot take is *parked* with its reason, and so is every later fact of the
same row, so that a row is never folded with a hole in it. Other rows go on. Where not even
the row can be told (the fact is unreadable), all later facts of its aggregate are parked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from domain.base import Fact
from infrastructure.engine.columns import shape_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet
    from uuid import UUID

    from infrastructure.log.reader import Unreadable
    from projections.fold import Fold, Key, Rollup, Row

AFTER_PARKED: Final = "an earlier fact is parked"


@dataclass(frozen=True, slots=True)
class Parked:
    """A fact that waits; ``key`` is the row's key as text, or ``aggregate:<id>``."""

    key: str
    position: int
    aggregate_id: UUID
    version: int
    topic: str
    reason: str


class Held(NamedTuple):
    """A row, and the position since which it is as it is."""

    row: Row
    valid_from: int


class Past(NamedTuple):
    """An earlier state of a row, and the positions ``[valid_from, valid_to)`` it stood for."""

    row: Row
    valid_from: int
    valid_to: int


class Touch(NamedTuple):
    fact: Fact
    key: Key


@dataclass(slots=True)
class Plan:
    """What a batch is going to touch, before any row is loaded."""

    touches: list[Touch] = field(default_factory=list)
    parked: list[Parked] = field(default_factory=list)

    @property
    def keys(self) -> list[Key]:
        return list(dict.fromkeys(touch.key for touch in self.touches))


@dataclass(slots=True)
class Outcome:
    """What a batch changes; a row that is gone stands under ``removed``."""

    written: dict[Key, Held] = field(default_factory=dict)
    removed: set[Key] = field(default_factory=set)
    past: list[Past] = field(default_factory=list)
    parked: list[Parked] = field(default_factory=list)
    totals: tuple[dict[Key, dict[str, int]], ...] = ()
    """For each rollup: what is to be added to each total."""


def key_text(key: Key) -> str:
    return "/".join(str(part) for part in key)


def aggregate_text(aggregate_id: UUID) -> str:
    return f"aggregate:{aggregate_id}"


def concerns(fold: Fold[Any], topic: str) -> bool:
    return topic.startswith(fold.topics)


def plan(
    fold: Fold[Any],
    facts: Iterable[Fact | Unreadable],
    blocked: Iterable[str] = (),
    *,
    refused: Mapping[int, str] | None = None,
    only: Mapping[int, AbstractSet[str]] | None = None,
) -> Plan:
    """Find the rows that ``facts`` touch.

    Args:
        fold: whose rows.
        facts: in order of position.
        blocked: keys under which facts are parked already.
        refused: positions whose rows could not be stored, and why.
        only: for a retry, the keys under which each position was parked.
    """
    made = Plan()
    closed = set(blocked)
    for fact in facts:
        if not concerns(fold, _topic(fact)):
            continue
        stream = aggregate_text(_aggregate(fact))
        if stream in closed:
            made.parked.append(_parked(fact, stream, AFTER_PARKED))
            continue
        reason = (refused or {}).get(position_of(fact))
        keys: list[Key] = []
        if isinstance(fact, Fact):
            try:
                keys = list(fold.keys(fact))
            except Exception as error:  # noqa: BLE001 - whatever a fold raises, others go on
                reason = _reason(error)
        else:
            reason = fact.reason
        if reason is not None:
            closed.add(stream)
            made.parked.append(_parked(fact, stream, reason))
            continue
        if isinstance(fact, Fact):
            asked = only[position_of(fact)] if only is not None else None
            made.touches.extend(
                Touch(fact, key)
                for key in keys
                if asked is None or stream in asked or key_text(key) in asked
            )
    return made


def evolve(
    fold: Fold[Any], planned: Plan, held: Mapping[Key, Held], blocked: Iterable[str] = ()
) -> Outcome:
    """Fold the planned touches onto the rows that are held."""
    closed = set(blocked)
    outcome = Outcome(parked=list(planned.parked))
    rollups = tuple(rollup() for rollup in fold.rollups)
    now: dict[Key, Held] = dict(held)
    for fact, key in planned.touches:
        text = key_text(key)
        if text in closed:
            outcome.parked.append(_parked(fact, text, AFTER_PARKED))
            continue
        old = now.get(key)
        try:
            row = fold.evolve(old.row if old else None, fact)
            if row is not None:
                for rollup in rollups:
                    rollup.contribution(row)
        except Exception as error:  # noqa: BLE001 - as above
            closed.add(text)
            outcome.parked.append(_parked(fact, text, _reason(error)))
            continue
        if (old.row if old else None) != row:
            position = fact.envelope.position
            if fold.temporal and old is not None and old.valid_from < position:
                outcome.past.append(Past(old.row, old.valid_from, position))
            _change(now, key, None if row is None else Held(row, position), outcome)
    outcome.totals = tuple(_deltas(rollup, held, outcome) for rollup in rollups)
    return outcome


def _change(now: dict[Key, Held], key: Key, new: Held | None, outcome: Outcome) -> None:
    if new is None:
        now.pop(key, None)
        outcome.written.pop(key, None)
        outcome.removed.add(key)
    else:
        now[key] = outcome.written[key] = new
        outcome.removed.discard(key)


def _deltas(
    rollup: Rollup[Any, Any], held: Mapping[Key, Held], outcome: Outcome
) -> dict[Key, dict[str, int]]:
    """New minus old contributions of every row that changed, by total."""
    shape = shape_of(rollup.row)
    deltas: dict[Key, dict[str, int]] = {}

    def add(row: Row, sign: int) -> None:
        counted = rollup.contribution(row)
        if counted is None:
            return
        total = deltas.setdefault(shape.key_of(counted), {})
        for name, number in counted:
            if name not in shape.key:
                total[name] = total.get(name, 0) + sign * number

    for key in (*outcome.written, *outcome.removed):
        if key in held:
            add(held[key].row, -1)
    for now in outcome.written.values():
        add(now.row, 1)
    return {key: total for key, total in deltas.items() if any(total.values())}


def summed(
    rollup: type[Rollup[Any, Any]], known: Row | None, key: Key, delta: Mapping[str, int]
) -> Row | None:
    """The total after ``delta``; None when nothing is left in it."""
    shape = shape_of(rollup.row)
    before: Any = known.__dict__ if known is not None else {}
    numbers = {name: before.get(name, 0) + more for name, more in delta.items()}
    if not any(numbers.values()):
        return None
    return rollup.row.model_construct(**dict(zip(shape.key, key, strict=True)), **numbers)


def _parked(fact: Fact | Unreadable, key: str, reason: str) -> Parked:
    if isinstance(fact, Fact):
        return Parked(
            key,
            fact.envelope.position,
            fact.originator_id,
            fact.originator_version,
            fact.TOPIC,
            reason,
        )
    return Parked(key, fact.position, fact.aggregate_id, fact.version, fact.topic, reason)


def _topic(fact: Fact | Unreadable) -> str:
    return fact.TOPIC if isinstance(fact, Fact) else fact.topic


def _aggregate(fact: Fact | Unreadable) -> UUID:
    return fact.originator_id if isinstance(fact, Fact) else fact.aggregate_id


def position_of(fact: Fact | Unreadable) -> int:
    return fact.envelope.position if isinstance(fact, Fact) else fact.position


def _reason(error: Exception) -> str:
    """The kind of error alone: its text might quote what a person wrote."""
    return f"{type(error).__name__} in {_place(error)}"


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code if trace is not None else None
    return f"{code.co_name}:{trace.tb_lineno}" if code and trace else "unknown"
