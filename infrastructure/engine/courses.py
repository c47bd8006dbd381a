"""Folds a whole log into the rows of a ``Course``, each of them changed in place.

Beside a row lies its image, column by column as bytes: of a fact only what it changes is
encoded, and a line of history is the image as it was. Ends as folding in batches would.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from infrastructure.engine.binary import image_of, int8range
from infrastructure.engine.columns import NULL, Unkeepable, must_fit
from infrastructure.engine.loading import FIELDS, Loader
from infrastructure.log.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.base import Fact
    from projections.fold import Changes, Course


class CourseLoader(Loader):
    """As ``Loader``, for the folds that are courses.

    Rows are held by the number of their aggregate's id, which is found sooner than the id.
    Totals are counted when rows leave, instead of at every page.
    """

    _fold: Course[Any]
    _held: dict[Any, Held]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._closed: dict[int, str] = {}
        """Aggregates whose facts are parked from now on, and under which key."""
        self._rollups = [rollup() for rollup in self._fold.rollups]
        shape = self._store.live.shape
        self._places = {one.name: (place, one.encode) for place, one in enumerate(shape.columns)}
        self._begin = FIELDS.pack(len(shape.columns) + 1)

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
                    held[number] = Held(row, fact.envelope.position)
            elif temporal:
                change(now, changes, fact.envelope.position, lines)
            elif changes:
                now.row.__dict__.update(changes)

    def _change(self, now: Held, changes: Changes, position: int, lines: list[bytes]) -> None:
        state = now.row.__dict__
        image = now.image
        if image is None:
            image = image_of(self._store.live.shape, now)
        places = self._places
        differs = False
        for name, value in changes.items():
            old = state[name]
            if old is not value and old != value:
                if not differs:
                    differs = True
                    lines.append(self._begin)
                    lines += image
                    lines.append(int8range(now.valid_from, position))
                place, encode = places[name]
                image[place] = NULL if value is None else encode(value)
        if differs:
            state.update(changes)
            now.valid_from = position

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
            self._held[aggregate_id.int] = held
            self._stored.add(aggregate_id.int)
            self._count(held, None)

    def _spill(self) -> None:
        for held in self._held.values():
            self._count(None, held)
        super()._spill()

    def _count(self, old: Held | None, new: Held | None) -> None:
        for rollup, totals in zip(self._rollups, self.totals, strict=True):
            try:
                counted = counts(rollup, old, new)
            except Exception as error:  # whoever goes fact by fact will find the one behind it
                raise Unkeepable(type(error).__name__) from error
            add_up(totals, counted)
