"""Folds a whole log into the rows of a ``Course``, each of them changed in place.

Beside a row lies its image, column by column as bytes: of a fact only what it changes is
encoded, and a line of history is the image as it was. Ends as folding in batches would.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from infrastructure.engine.batch import (
    AFTER_PARKED,
    Held,
    add_up,
    aggregate_of,
    aggregate_text,
    counts,
    parked_under,
    reason_of,
)
from infrastructure.engine.binary import int8range, stood
from infrastructure.engine.columns import NULL, Unkeepable, must_fit
from infrastructure.engine.loading import FIELDS, Loader
from infrastructure.log.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from domain.base import Fact
    from projections.fold import Changes, Course, Row


class Told(NamedTuple):
    """Of a fact what ``Course.newest`` says of it; named as the fact names it."""

    TOPIC: str
    timestamp: datetime
    log_position: int


@dataclass(slots=True)
class Standing(Held):
    """A row whose ``newest`` fields wait in its newest fact, and whose image lacks them."""

    newest: Any = None
    joined: bytes | None = None
    """How a line of history begins that tells of it."""


class CourseLoader(Loader):
    """As ``Loader``, for the folds that are courses.

    Rows are held by the number of their aggregate's id, which is found sooner than the id.
    Totals are counted when rows leave, instead of at every page.
    """

    _fold: Course[Any]
    _held: dict[Any, Any]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._closed: dict[int, str] = {}
        """Aggregates whose facts are parked from now on, and under which key."""
        self._rollups = [rollup() for rollup in self._fold.rollups]
        self._shape = self._store.live.shape
        names = [one.name for one in self._shape.columns]
        self._newest = sorted(map(names.index, self._fold.newest))
        """The places of the fields that wait in the newest fact."""
        others = [one for one in self._shape.columns if one.name not in self._fold.newest]
        self._places = {one.name: (place, one.encode) for place, one in enumerate(others)}
        self._begin = FIELDS.pack(len(names) + 1)

    def _past_columns(self) -> list[str]:
        names = super()._past_columns()
        newest = self._fold.newest
        return [*(name for name in names if name not in newest), *newest]

    def _fold_in(self, facts: Sequence[Fact | Unreadable]) -> None:
        if self._spilt:
            self._look_again(facts)
        lines: list[bytes] = []
        with must_fit():
            self._follow(facts, lines)
        if lines:
            self._past.write(b"".join(lines))
        self._spill_some()

    def _follow(self, facts: Iterable[Any], lines: list[bytes]) -> None:
        held, closed, change = self._held, self._closed, self._change
        begun, following, temporal = self._fold.begun, self._fold.following, self._fold.temporal
        for fact in facts:
            if (type(fact) is Unreadable or closed) and self._parks(fact):
                continue
            number = fact.originator_id.int
            now = held.get(number)
            try:
                if now is None:
                    row = begun(fact)
                else:
                    changes = following(now.row, fact)
            except Exception as error:  # noqa: BLE001 - whatever a fold raises, others go on
                closed[number] = str(fact.originator_id)
                self.parked.append(parked_under(fact, closed[number], reason_of(error)))
                continue
            if now is None:
                if row is not None:
                    held[number] = Standing(row, fact.log_position, newest=fact)
            elif temporal:
                change(now, changes, fact, lines)
            else:
                now.newest = fact
                if changes:
                    now.row.__dict__.update(changes)

    def _change(self, now: Any, changes: Changes, fact: Any, lines: list[bytes]) -> None:
        """Let the state of a ``Standing`` go on, and keep it as it was."""
        was = now.joined
        if was is None:
            was = now.joined = self._joined(now)
        state, places = now.row.__dict__, self._places
        for name, value in changes.items():
            old = state[name]
            if old is not value and old != value:
                place, encode = places[name]
                now.image[place] = NULL if value is None else encode(value)
                state[name] = value
                now.joined = None
        position, newest = fact.log_position, now.newest
        if self._newest:
            end = stood(newest.TOPIC, newest.timestamp, now.valid_from, position)
        elif now.joined is None:
            end = int8range(now.valid_from, position)
        else:
            return
        lines += (was, end)
        now.newest = fact
        now.valid_from = position

    def _joined(self, now: Standing) -> bytes:
        if now.image is None:
            now.image = self._shape.image(now.row)
            for place in reversed(self._newest):
                del now.image[place]
        return self._begin + b"".join(now.image)

    def _parks(self, fact: Fact | Unreadable) -> bool:
        """Whether a fact is parked: it cannot be read, or one before it could not be folded."""
        aggregate_id = aggregate_of(fact)
        stream = aggregate_text(aggregate_id)
        known = self._closed.get(aggregate_id.int)
        if known != stream and isinstance(fact, Unreadable):
            self._closed[aggregate_id.int] = stream
            self.parked.append(parked_under(fact, stream, fact.reason))
            return True
        if known is not None:
            self.parked.append(parked_under(fact, known, AFTER_PARKED))
        return known is not None

    def _look_again(self, facts: Sequence[Fact | Unreadable]) -> None:
        """Load the rows that ``facts`` touch and that have left."""
        self._past.close()
        ids = {one.int: one for one in map(aggregate_of, facts)}
        wanted = [(one,) for number, one in ids.items() if number not in self._held]
        for (aggregate_id,), held in self._store.live.load(self._connection, wanted).items():
            self._held[aggregate_id.int] = Standing(
                held.row, held.valid_from, newest=self._told(held.row)
            )
            self._stored.add(aggregate_id.int)
            self._count(held, None)

    def _told(self, row: Row) -> Told | None:
        newest = self._fold.newest
        return Told(*(getattr(row, name) for name in newest)) if newest else None

    def _spill(self) -> None:
        for now in self._held.values():
            if self._newest:
                self._complete(now)
            self._count(None, now)
        super()._spill()

    def _complete(self, now: Standing) -> None:
        """Put the newest fact's part into the row and its image."""
        state = now.row.__dict__
        state.update(self._fold.told(now.newest))
        if now.image is not None:
            for place in self._newest:
                column = self._shape.columns[place]
                now.image.insert(place, column.encode(state[column.name]))

    def _count(self, old: Held | None, new: Held | None) -> None:
        for rollup, totals in zip(self._rollups, self.totals, strict=True):
            try:
                counted = counts(rollup, old, new)
            except Exception as error:  # whoever goes fact by fact will find the one behind it
                raise Unkeepable(type(error).__name__) from error
            add_up(totals, counted)
