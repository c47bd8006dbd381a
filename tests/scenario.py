"""A test is a sentence about facts: given these, when that, then exactly those."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

from domain.base import Aggregate, DomainError, Fact, project

A = TypeVar("A", bound=Aggregate)

T0 = datetime(2023, 2, 2, 14, 41, tzinfo=UTC)
"""When the citizen of Gangdong-gu hid and reported (the hour is ours)."""

Expected = type[Fact] | tuple[type[Fact], dict[str, Any]]


class Scenario(Generic[A]):
    """Facts of one aggregate that are given; immutable, so a given can be shared."""

    def __init__(self, aggregate_id: UUID, given: tuple[Fact, ...] = ()) -> None:
        self._id = aggregate_id
        self._given = given

    def given(self, fact_class: type[Fact], **fields: Any) -> Self:
        """One more fact has happened."""
        fact = fact_class(originator_id=self._id, originator_version=len(self._given) + 1, **fields)
        return type(self)(self._id, (*self._given, fact))

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is given."""
        return self._given

    def when(self, act: Callable[[A], object]) -> Outcome:
        """Let the aggregate decide."""
        aggregate: Any = project(None, self._given)
        story = _Story(tuple(self._given), inspect.getsource(act).strip())
        try:
            act(aggregate)
        except DomainError as refusal:
            return Outcome(story, refusal, tuple(aggregate.pending_events))
        happened = tuple(aggregate.pending_events)
        _replays_alike(aggregate, (*self._given, *happened))
        return Outcome(story, None, happened)


@dataclass(frozen=True)
class _Story:
    given: tuple[Fact, ...]
    when: str

    def false(self, expected: str, happened: str) -> str:
        given = ", ".join(type(fact).TOPIC for fact in self.given) or "nothing"
        return f"\nGiven    {given}\nWhen     {self.when}\nThen     {expected}\nbut got  {happened}"


@dataclass(frozen=True)
class Outcome:
    """What came of a decision."""

    story: _Story
    refusal: DomainError | None
    happened: tuple[Fact, ...]

    def then(self, *expected: Expected) -> Outcome:
        """Exactly these facts happened, with at least these field values."""
        wanted = [one if isinstance(one, tuple) else (one, {}) for one in expected]
        got = [
            (type(fact), {name: getattr(fact, name) for name in fields})
            for fact, (_, fields) in zip(self.happened, wanted, strict=False)
        ] + [(type(fact), {}) for fact in self.happened[len(wanted) :]]
        assert self.refusal is None and got == wanted, self.story.false(  # noqa: PT018
            _told(wanted), repr(self.refusal) if self.refusal else _told(got)
        )
        return self

    def then_refused(self, refusal: type[DomainError]) -> None:
        """Refused under this name, and nothing happened."""
        assert type(self.refusal) is refusal and not self.happened, self.story.false(  # noqa: PT018
            f"refused as {refusal.code}",
            repr(self.refusal or _told([(type(fact), {}) for fact in self.happened])),
        )

    @property
    def fact(self) -> Any:
        """The only fact that happened, to be looked at closer."""
        (fact,) = self.happened
        return fact


def _told(facts: list[tuple[type[Fact], dict[str, Any]]]) -> str:
    return ", ".join(f"{one.TOPIC} {fields or ''}".strip() for one, fields in facts) or "nothing"


def state_of(aggregate: Aggregate) -> dict[str, Any]:
    """All that an aggregate remembers, without what is still to be saved."""
    return {name: value for name, value in vars(aggregate).items() if name != "_pending_events"}


def _replays_alike(aggregate: Aggregate, facts: tuple[Fact, ...]) -> None:
    stored = [type(fact).model_validate_json(fact.model_dump_json()) for fact in facts]
    replayed = project(None, stored)
    assert replayed is not None
    assert state_of(replayed) == state_of(aggregate), "replay differs from what was decided"
