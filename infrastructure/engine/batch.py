"""Folds a batch of facts in memory: pure, the same for both engines.

A fact that a fold cannot take is *parked* with its reason, and so is every later fact of the
same row, so that a row is never folded with a hole in it. Other rows go on. Where not even
the row can be told (the fact is unreadable), all later facts of its aggregate are parked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import add
from typing import TYPE_CHECKING, Any, Final

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
    """The state that it came from, until its own image is made."""
    changed: Sequence[int] = ()
    """The places of the columns in which it differs from that."""


Past = tuple[Held, int]
"""An earlier state of a row, and the position at which it ended."""


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
            stream = aggregate_text(aggregate_of(fact))
            if stream in closed:
                made.parked.append(parked_under(fact, stream, AFTER_PARKED))
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
                reason = reason_of(error)
        if reason is not None:
            stream = stream or aggregate_text(aggregate_of(fact))
            closed.add(stream)
            made.parked.append(parked_under(fact, stream, reason))
    return made


def evolve(
    fold: Fold[Any], planned: Plan, held: Mapping[Key, Held], blocked: Iterable[str] = ()
) -> Outcome:
    """Fold the planned touches onto the rows that are held."""
    closed = set(blocked)
    rollups = [rollup() for rollup in fold.rollups]
    outcome = Outcome(parked=list(planned.parked), totals=tuple({} for _ in rollups))
    for key, facts in planned.touches.items():
        if closed and (text := key_text(key)) in closed:
            outcome.parked += [parked_under(fact, text, AFTER_PARKED) for fact in facts]
            continue
        old = held.get(key)
        new, past, refused = _evolved(fold, facts, old)
        try:
            contributed = [counts(rollup, old, new) for rollup in rollups]
        except Exception:  # noqa: BLE001 - look for the fact behind it, one after the other
            new, past, refused = _evolved(fold, facts, old, rollups)
            contributed = [counts(rollup, old, new) for rollup in rollups]
        outcome.past += past
        if refused is not None:
            _park_from(*refused, key, facts, outcome)
        if new is not None and new is not old:
            outcome.written[key] = new
        elif new is None and old is not None:
            outcome.removed.add(key)
        for deltas, counted in zip(outcome.totals, contributed, strict=True):
            for total, numbers in counted:
                deltas[total] = _sum(deltas.get(total), numbers)
    return outcome


def _evolved(
    fold: Fold[Any],
    facts: Sequence[Fact],
    old: Held | None,
    rollups: Sequence[Rollup[Any, Any]] = (),
) -> tuple[Held | None, list[Past], tuple[int, str] | None]:
    """One row after its facts, what it was meanwhile, and the first fact that it refuses.

    With ``rollups`` a row that they cannot count is refused, too.
    """
    if not fold.temporal and not rollups:
        return _evolved_at_once(fold, facts, old)
    temporal = fold.temporal
    changes = shape_of(fold.row).changes
    evolve_row = fold.evolve
    past: list[Past] = []
    now = old
    for place, fact in enumerate(facts):
        row = None if now is None else now.row
        try:
            new = evolve_row(row, fact)
            for rollup in rollups:
                if new is not None:
                    rollup.contribution(new)
        except Exception as error:  # noqa: BLE001 - whatever a fold raises, others go on
            return now, past, (place, reason_of(error))
        changed: Sequence[int] = ()
        if row is not None and new is not None:
            if new is row or not (changed := changes(row, new)):
                continue
        elif new is row:
            continue
        position = fact.envelope.position
        if temporal and now is not None and now.valid_from < position:
            past.append((now, position))
        before = now if temporal and changed else None
        now = None if new is None else Held(new, position, None, before, changed)
    return now, past, None


def _evolved_at_once(
    fold: Fold[Any], facts: Sequence[Fact], old: Held | None
) -> tuple[Held | None, list[Past], tuple[int, str] | None]:
    """As ``_evolved`` where nobody asks what a row was meanwhile."""
    evolve_row = fold.evolve
    before = row = None if old is None else old.row
    refused = None
    place = 0
    try:
        for fact in facts:
            row = evolve_row(row, fact)
            place += 1
    except Exception as error:  # noqa: BLE001 - whatever a fold raises, others go on
        refused = (place, reason_of(error))
    if row is None:
        return None, [], refused
    if row is before or (before is not None and not shape_of(fold.row).changes(before, row)):
        return old, [], refused
    return Held(row, facts[-1].envelope.position), [], refused


def _park_from(place: int, reason: str, key: Key, facts: Sequence[Fact], outcome: Outcome) -> None:
    """Park one fact of a row with its reason, and those behind it."""
    text = key_text(key)
    outcome.parked.append(parked_under(facts[place], text, reason))
    outcome.parked += [parked_under(fact, text, AFTER_PARKED) for fact in facts[place + 1 :]]


def counts(
    rollup: Rollup[Any, Any], old: Held | None, new: Held | None
) -> list[tuple[Key, Numbers]]:
    """The new contribution, and the old one taken away."""
    if new is old:
        return []
    shape = shape_of(rollup.row)
    found: list[tuple[Key, Numbers]] = []
    if old is not None and (counted := rollup.contribution(old.row)) is not None:
        away = tuple([-number for number in shape.numbers_of(counted)])
        found.append((shape.key_of(counted), away))
    if new is not None and (counted := rollup.contribution(new.row)) is not None:
        found.append((shape.key_of(counted), shape.numbers_of(counted)))
    return found


def _sum(known: Numbers | None, more: Numbers) -> Numbers:
    return more if known is None else tuple(map(add, known, more))


def summed(known: Numbers | None, delta: Numbers) -> Numbers | None:
    """The total after ``delta``; None when nothing is left in it."""
    numbers = _sum(known, delta)
    return numbers if any(numbers) else None


def add_up(totals: dict[Key, Numbers], deltas: Iterable[tuple[Key, Numbers]]) -> None:
    """Add to totals; one of which nothing is left is gone."""
    for key, delta in deltas:
        numbers = summed(totals.pop(key, None), delta)
        if numbers is not None:
            totals[key] = numbers


def parked_under(fact: Fact | Unreadable, key: str, reason: str) -> Parked:
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


def aggregate_of(fact: Fact | Unreadable) -> UUID:
    return fact.aggregate_id if isinstance(fact, Unreadable) else fact.originator_id


def position_of(fact: Fact | Unreadable) -> int:
    return fact.position if isinstance(fact, Unreadable) else fact.envelope.position


def reason_of(error: Exception) -> str:
    """The kind of error alone: its text might quote what a person wrote."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code if trace is not None else None
    place = f"{code.co_name}:{trace.tb_lineno}" if code and trace else "unknown"
    return f"{type(error).__name__} in {place}"
