"""A projection is a pure fold from facts to rows.

No input or output, no clock, no look-ups in other views: what a fold needs is in the fact
(and in ``fact.envelope``). Personal fields read as ``ERASED`` in a fold; a row that needs them
carries ``fact.sealed("field")``, the ciphertext.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict

from domain.base import Fact

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Row(BaseModel):
    """One row of a read model; ``KEY`` names the fields of its primary key.

    Its fields always stand in their declared order: so two states of a row can be compared
    place by place.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    KEY: ClassVar[tuple[str, ...]]
    FIELDS: ClassVar[set[str]] = set()

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls.FIELDS = set(cls.model_fields)

    @classmethod
    def of(cls, **fields: Any) -> Self:
        """A row of all its fields, in their declared order; trusted, not validated."""
        return _made(cls, fields)

    def replace(self, changes: Mapping[str, Any] = NOTHING, /, **more: Any) -> Self:
        """The same row with other values; the values are trusted, not validated."""
        return _made(type(self), {**self.__dict__, **changes, **more})


RowT = TypeVar("RowT", bound=Row)
TotalT = TypeVar("TotalT", bound=Row)

Changes = Mapping[str, Any]
Key = tuple[Any, ...]
"""Values of the primary key, in the order of ``Row.KEY``."""


class Fold(ABC, Generic[RowT]):
    """How facts become the rows of one read model."""

    name: ClassVar[str]
    version: ClassVar[int] = 1
    temporal: ClassVar[bool] = False
    """Whether every past state of a row is kept, to be asked as of a position."""
    row: ClassVar[type[Row]]
    rollups: ClassVar[tuple[type[Rollup[Any, Any]], ...]] = ()
    topics: ClassVar[tuple[str, ...]]
    """What this fold reads: whole topics, or families of them by a beginning that ends with a
    dot. Facts of others never reach it."""
    sealed: ClassVar[bool] = False
    """Whether its rows carry ciphertext; without, ``fact.sealed`` cannot be asked."""
    reads: ClassVar[Mapping[type[Fact], tuple[str, ...]]] = {}
    """Of these kinds of facts, the fields of the open part that it reads: the others are not
    decoded. Facts of other kinds come whole."""
    traced: ClassVar[bool] = False
    """Whether it reads more of ``fact.envelope`` than the position: ids, actor, recorded_at."""

    @abstractmethod
    def keys(self, fact: Fact) -> Iterable[Key]:
        """The rows that ``fact`` touches; none for a fact that is not this fold's matter."""

    @abstractmethod
    def evolve(self, row: RowT | None, fact: Fact) -> RowT | None:
        """The new row, or None to remove it; ``row`` is None when there is none yet.

        Called once for each key that ``keys`` gave, with that key's row.
        """


class Course(Fold[RowT]):
    """A fold whose every row is the course of one aggregate: made of its facts alone, never gone.

    It tells only what a fact changes, so that whoever folds a whole log may keep one row and
    change it; and since no row needs another aggregate's facts, several may share the log.
    """

    newest: ClassVar[tuple[str, ...]] = ()
    """Fields that every fact sets: to its topic, its receipt and its position, in this order."""

    def keys(self, fact: Fact) -> Iterable[Key]:
        return ((fact.originator_id,),)

    def evolve(self, row: RowT | None, fact: Fact) -> RowT | None:
        if row is None:
            return self.begun(fact)
        changes = self.following(row, fact)
        if self.newest:
            return row.replace(changes, **self.told(fact))
        return row.replace(changes) if changes else row

    def told(self, fact: Fact) -> Changes:
        """What ``newest`` says after ``fact``."""
        newest = (fact.TOPIC, fact.timestamp, fact.log_position)
        return dict(zip(self.newest, newest, strict=True)) if self.newest else NOTHING

    @abstractmethod
    def begun(self, fact: Fact) -> RowT | None:
        """The row as it begins with ``fact``; None for a fact that begins none."""

    @abstractmethod
    def following(self, row: RowT, fact: Fact) -> Changes:
        """What ``fact`` changes in the row, by field, beside ``newest``, which it does not ask.

        Neither is kept or changed here.
        """


class Rollup(ABC, Generic[RowT, TotalT]):
    """Totals over a fold's rows, kept up to date in the same transaction.

    The engine takes away the old row's contribution and adds the new one's. A contribution
    is a row whose non-key fields are whole numbers (a sum of fractions would depend on the
    order of its parts); a total whose numbers are all 0 is removed.
    """

    name: ClassVar[str]
    row: ClassVar[type[Row]]

    @abstractmethod
    def contribution(self, row: RowT) -> TotalT | None:
        """What ``row`` adds to which total; None when it does not count.

        Raises for no row that the fold makes, on its way through a batch either.
        """


_new: Final = object.__new__
_set_state, _set_given, _set_extra, _set_private = (
    BaseModel.__dict__[name].__set__
    for name in (
        "__dict__",
        "__pydantic_fields_set__",
        "__pydantic_extra__",
        "__pydantic_private__",
    )
)


def _made(kind: type[RowT], state: dict[str, Any]) -> RowT:
    """What ``model_construct`` makes, in a fraction of its time: a row is made for each fact."""
    row = _new(kind)
    _set_state(row, state)
    _set_given(row, kind.FIELDS)
    _set_extra(row, None)
    _set_private(row, None)
    return row
