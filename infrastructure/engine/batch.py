"""Folds a batch of facts in memory: pure, the same for both engines.

A fact that a fold cannot take is *parked* with its reason, and so is every later fact of the
same row, so that a row is never folded with a hole in it. Other rows go on. Where not even
the row can be told (the fact is unreadable), all later facts of its aggregate are parked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import add
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from infrastructure.engine.columns import shape_of
from infrastructure.log.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from uuid import UUID

    from domain.base import Fact
    from projections.fold import Fold, Key, Rollup, Row

    Numbers = tuple[int, ...]

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


@dataclass(slots=True)
class Held:
    """A row, and the position since which it is as it is."""

    row: Row
    valid_from: int
    image: list[bytes] | None = None
    """Its columns as bytes, once they were needed; see ``columns.Shape.image``."""
    before: Held | None = None
    """The state that it came from in the same batch, until its own image is made."""


class Past(NamedTuple):
    """An earlier state of a row, and the position at which it ended."""

    held: Held
    valid_to: int


@dataclass(slots=True)
class Plan:
    """What a batch is going to touch, before any row is loaded."""

    touches: dict[Key, list[Fact]] = field(default_factory=dict)
    """Of each row its facts, in order. Rows do not see each other, so the rest has no order."""
    parked: list[Parked] = field(default_factory=list)


@dataclass(slots=True)
class Outcome:
    """What a batch changes; a row that is gone stands under ``removed``."""

    written: dict[Key, Held] = field(default_factory=dict)
    removed: set[Key] = field(default_factory=set)
    past: list[Past] = field(default_factory=list)
    """Of each row in order, each state behind the one that it came from."""
    parked: list[Parked] = field(default_factory=list)
    totals: tuple[dict[Key, Numbers], ...] = ()
    """For each rollup: what is to be added to each total."""


def key_text(key: Key) -> str:
    return "/".join(str(part) for part in key)


def aggregate_text(aggregate_id: UUID) -> str:
    return f"aggregate:{aggregate_id}"


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
        facts: in order of position, all of them the fold's matter.
        blocked: keys under which facts are parked already.
        refused: positions whose rows could not be stored, and why.
        only: for a retry, the keys under which each position was parked.
    """
    made = Plan()
    touches = made.touches
    closed = set(blocked)
    for fact in facts:
        stream = None
        if closed or refused or only:
            stream = aggregate_text(_aggregate(fact))
            if stream in closed:
                made.parked.append(_parked(fact, stream, AFTER_PARKED))
                continue
        reason = refused.get(position_of(fact)) if refused else None
        if isinstance(fact, Unreadable):
            reason = fact.reason
        elif reason is None:
            try:
                keys = tuple(fold.keys(fact))
                if only is not None:
                    asked = only[fact.envelope.position]
                    keys = tuple(one for one in keys if stream in asked or key_text(one) in asked)
                for key in keys:
                    touches.setdefault(key, []).append(fact)
            except Exception as error:  # noqa: BLE001 - whatever a fold raises, others go on
                reason = _reason(error)
        if reason is not None:
            stream = stream or aggregate_text(_aggregate(fact))
            closed.add(stream)
            made.parked.append(_parked(fact, stream, reason))
    return made


def evolve(
    fold: Fold[Any], planned: Plan, held: Mapping[Key, Held], blocked: Iterable[str] = ()
) -> Outcome:
    """Fold the planned touches onto the rows that are held."""
    closed = set(blocked)
    outcome = Outcome(parked=list(planned.parked), totals=tuple({} for _ in fold.rollups))
    rollups = [rollup() for rollup in fold.rollups]
    for key, facts in planned.touches.items():
        if closed and (text := key_text(key)) in closed:
            outcome.parked += [_parked(fact, text, AFTER_PARKED) for fact in facts]
            continue
        old = held.get(key)
        new = _evolved(fold, rollups, key, facts, old, outcome)
        if new is old:
            continue
        if new is not None:
            outcome.written[key] = new
        elif old is not None:
            outcome.removed.add(key)
        for rollup, deltas in zip(rollups, outcome.totals, strict=True):
            _count(rollup, deltas, old, new)
    return outcome


def _evolved(  # noqa: PLR0913, PLR0917 - one row and all that it needs
    fold: Fold[Any],
    rollups: Sequence[Rollup[Any, Any]],
    key: Key,
    facts: Sequence[Fact],
    old: Held | None,
    outcome: Outcome,
) -> Held | None:
    """One row after its facts; what it was in between is noted as past."""
    temporal = fold.temporal
    now = old
    row = None if old is None else old.row
    for place, fact in enumerate(facts):
        try:
            new = fold.evolve(row, fact)
            if new is not None:
                for rollup in rollups:
                    rollup.contribution(new)
        except Exception as error:  # noqa: BLE001 - as above
            text = key_text(key)
            outcome.parked.append(_parked(fact, text, _reason(error)))
            outcome.parked += [_parked(one, text, AFTER_PARKED) for one in facts[place + 1 :]]
            break
        if new is row or new == row:
            continue
        position = fact.envelope.position
        if temporal and now is not None and now.valid_from < position:
            outcome.past.append(Past(now, position))
        now = None if new is None else Held(new, position, None, now if temporal else None)
        row = new
    return now


def _count(
    rollup: Rollup[Any, Any], deltas: dict[Key, Numbers], old: Held | None, new: Held | None
) -> None:
    """Add the new contribution and take away the old one."""
    shape = shape_of(rollup.row)
    for held, sign in ((old, -1), (new, 1)):
        counted = rollup.contribution(held.row) if held is not None else None
        if counted is None:
            continue
        key = shape.key_of(counted)
        numbers = shape.numbers_of(counted)
        if sign < 0:
            numbers = tuple([-number for number in numbers])
        known = deltas.get(key)
        deltas[key] = numbers if known is None else tuple(map(add, known, numbers))


def summed(known: Numbers | None, delta: Numbers) -> Numbers | None:
    """The total after ``delta``; None when nothing is left in it."""
    numbers = delta if known is None else tuple(map(add, known, delta))
    return numbers if any(numbers) else None


def _parked(fact: Fact | Unreadable, key: str, reason: str) -> Parked:
    if isinstance(fact, Unreadable):
        return Parked(key, fact.position, fact.aggregate_id, fact.version, fact.topic, reason)
    return Parked(
        key,
        fact.envelope.position,
        fact.originator_id,
        fact.originator_version,
        fact.TOPIC,
        reason,
    )


def _aggregate(fact: Fact | Unreadable) -> UUID:
    return fact.aggregate_id if isinstance(fact, Unreadable) else fact.originator_id


def position_of(fact: Fact | Unreadable) -> int:
    return fact.position if isinstance(fact, Unreadable) else fact.envelope.position


def _reason(error: Exception) -> str:
    """The kind of error alone: its text might quote what a person wrote."""
    return f"{type(error).__name__} in {_place(error)}"


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code if trace is not None else None
    return f"{code.co_name}:{trace.tb_lineno}" if code and trace else "unknown"
