"""The one application: one log for all aggregates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple, Self, TypeVar, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Mapper,
    PersistenceError,
)

from application.context import Context
from application.errors import Conflict, LogUnavailable, Unknown
from application.outbox import Outbox
from application.ports import StoredReceipt
from domain.base import Aggregate, Fact, Value, project

SEALS_MAX: Final = 3
AggregateT = TypeVar("AggregateT", bound=Aggregate)
ReceiptT = TypeVar("ReceiptT", bound="Receipt")


class Receipt(Value):
    """Which aggregate a command touched, and how far the log had grown after it.

    A reader that has reached ``position`` has seen the command's effect; None when the
    command changed nothing.
    """

    aggregate_id: UUID
    position: int | None = None

    def as_json(self) -> str:
        """As ``model_dump_json``, without what that offers beside."""
        return self.__pydantic_serializer__.to_json(self).decode()

    def at(self, position: int) -> Self:
        """The same, at a position; ``model_copy`` costs twice as much, at every save."""
        placed = object.__new__(type(self))
        values = {**self.__dict__, "position": position}
        object.__setattr__(placed, "__dict__", values)
        object.__setattr__(placed, "__pydantic_fields_set__", set(values))
        object.__setattr__(placed, "__pydantic_extra__", None)
        object.__setattr__(placed, "__pydantic_private__", None)
        return placed


class AlreadyAnswered(Exception):
    """The log holds an answer under this idempotency key: the command has been done."""

    def __init__(self, stored: StoredReceipt) -> None:
        super().__init__("answered before")
        self.stored = stored


class SealAgain(Exception):
    """Facts were sealed with a new key that was refused; sealed anew they can be stored."""


class SaveRequest(NamedTuple):
    """What is stored with the facts, in their transaction."""

    context: Context
    outbox: Outbox
    receipt: str


class SafeReturn(Application[UUID]):
    """Loads aggregates, and saves their facts together with all that these call for."""

    name = "ansim"

    def __init__(
        self,
        *,
        mapper: Mapper[UUID],
        recorder: ApplicationRecorder,
        called_for: Callable[[Iterable[Fact]], Outbox],
        stream: Callable[[UUID], Iterable[Fact]] | None = None,
    ) -> None:
        """Take what it works with.

        Args:
            mapper: see the library.
            recorder: see the library.
            called_for: the timers and deliveries that facts call for.
            stream: the facts of one aggregate, to replay; by default through the library.
        """
        self._given_mapper = mapper
        self._given_recorder = recorder
        self._called_for = called_for
        self._stream = stream
        super().__init__(env={"PERSISTENCE_MODULE": "eventsourcing.popo"})

    def construct_mapper(self) -> Mapper[UUID]:
        return self._given_mapper

    def construct_recorder(self) -> ApplicationRecorder:
        return self._given_recorder

    def load(self, kind: type[AggregateT], aggregate_id: UUID) -> AggregateT:
        """Replay one aggregate.

        Raises:
            Unknown: no fact of it is stored, or it is of another kind.
        """
        found = self.find(kind, aggregate_id)
        if found is None:
            raise Unknown(str(aggregate_id))
        return found

    def find(self, kind: type[AggregateT], aggregate_id: UUID) -> AggregateT | None:
        """Replay one aggregate; None when it has no facts or is of another kind."""
        try:
            stream: Any = self.events.get if self._stream is None else self._stream
            found = project(None, stream(aggregate_id))
        except IntegrityError:
            raise
        except PersistenceError as error:
            raise LogUnavailable(str(error)) from error
        return found if isinstance(found, kind) else None

    def history(self, aggregate_id: UUID) -> list[Fact]:
        """All facts of one aggregate, oldest first, personal fields readable.

        Raises:
            LogUnavailable: the log cannot be read.
        """
        try:
            return [fact for fact in self.events.get(aggregate_id) if isinstance(fact, Fact)]
        except PersistenceError as error:
            raise LogUnavailable(str(error)) from error

    def commit(
        self, aggregates: Sequence[Aggregate], *, context: Context, receipt: ReceiptT
    ) -> ReceiptT:
        """Save all new facts of ``aggregates`` in one transaction, or none.

        Returns:
            ``receipt`` with the position of the last fact.

        Raises:
            Conflict: another write came first; the whole command must run again.
            AlreadyAnswered: the idempotency key has an answer.
            LogUnavailable: nothing was stored.
        """
        facts = [cast("Fact", fact) for one in aggregates for fact in one.collect_events()]
        if not facts:
            return receipt
        request = SaveRequest(
            context=context,
            outbox=self._called_for(facts),
            receipt=receipt.as_json(),
        )
        try:
            positions = self._stored(facts, request)
        except IntegrityError as error:
            raise Conflict(str(error)) from error
        except PersistenceError as error:
            raise LogUnavailable(str(error)) from error
        return receipt.at(positions[-1]) if positions else receipt

    def _stored(self, facts: Sequence[Fact], request: SaveRequest) -> Sequence[int] | None:
        for _ in range(SEALS_MAX):
            stored = [self.mapper.to_stored_event(fact) for fact in facts]
            try:
                return self.recorder.insert_events(stored, request=request)
            except SealAgain:
                continue
        raise LogUnavailable("new keys were refused again and again")
