"""Two decide on the same picture, and their appends come in either order."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final, TypeVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, multiple, precondition, rule

from application.emergency.commands import ReportCommand
from application.errors import Forbidden
from application.safe_return import Receipt
from domain.base import DomainError
from domain.emergency import Emergency
from domain.report_guard import ReportGuard
from tests.application.house import (
    JIYOUNG,
    SUJIN,
)
from tests.stateful.belonging import Belonging, Modelled
from tests.stateful.centres import Centres
from tests.stateful.overtaken import OvertakenHouse
from tests.stateful.turns import ANY_TURN, STAFF, TURNS, able, coordinates, likely

LookT = TypeVar("LookT")
AnswerT = TypeVar("AnswerT")
Command = Callable[[Any, Any], Receipt]

PAUSES: Final = st.sampled_from([0, 0, 0, 5, 15, 31])
OPERATORS: Final = st.sampled_from(STAFF)
GUARDS: Final = {ReportGuard.create_id(one): one for one in (JIYOUNG, SUJIN)}


class Overtaking(RuleBasedStateMachine):
    """Each step says what it expects, and says it anew when another was saved before it."""

    House = OvertakenHouse
    reports = Bundle("reports")

    def __init__(self) -> None:
        super().__init__()
        self.house = self.House()
        self.model: dict[UUID, Modelled] = {}
        self.belonging = Belonging(self.model)
        self.centres = Centres(self.house.log)
        self.faster: tuple[str, Any] | None = None
        self.between: list[UUID] = []
        """Reports that were raised by a step that came between."""
        self._loaded: dict[UUID, tuple[int, Emergency]] = {}
        self._looked: dict[str, dict[UUID, int]] = {}

    @rule(turn=ANY_TURN, operator=OPERATORS)
    def somebody_will_be_faster(self, turn: str, operator: Any) -> None:
        """With the next step's report: both have loaded it, and this one is saved first."""
        self.faster = (turn, operator)

    @rule(report_id=reports, data=st.data(), times=st.integers(1, 5))
    def one_after_the_other(self, report_id: UUID, data: Any, times: int) -> None:
        """With or without a pause before each."""
        for _ in range(times):
            self.house.clock.advance(data.draw(PAUSES))
            self.turn(self._drawn(report_id, data), report_id)

    @rule(report_id=reports, data=st.data(), times=st.integers(1, 3))
    def two_at_once(self, report_id: UUID, data: Any, times: int) -> None:
        """The second one loads what the first one has loaded, and is saved before it."""
        for _ in range(times):
            self.faster = self._drawn(report_id, data)
            self.turn(self._drawn(report_id, data), report_id)
            self.faster = None

    def _drawn(self, report_id: UUID, data: Any) -> tuple[str, Any]:
        turn = data.draw(st.sampled_from(likely(self, report_id)))
        return turn, data.draw(st.sampled_from(able(self, turn, report_id)))

    def turn(self, turn: tuple[str, Any], report_id: UUID) -> None:
        name, operator = turn
        TURNS[name](self, report_id, operator)

    @rule(target=reports)
    @precondition(lambda self: bool(self.between))
    def what_was_raised_in_between_is_seen(self) -> Any:
        seen, self.between = self.between, []
        return multiple(*seen)

    def judged(
        self, look: Callable[[], LookT], ask: Callable[[], AnswerT]
    ) -> tuple[LookT, AnswerT]:
        """What ``look`` said last before ``ask`` was saved, and what came of it."""
        seen, faster = [look()], self.faster

        def first(written: Collection[UUID]) -> None:
            if faster is not None:
                self.faster = None
                self._step_first(faster, written)
                seen.append(look())

        self.house.log.faster = None if faster is None else first
        try:
            answer = ask()
        finally:
            self.house.log.faster = None
        return seen[-1], answer

    def _step_first(self, faster: tuple[str, Any], written: Collection[UUID]) -> None:
        known = [one for one in written if one in self.model]
        raising = [GUARDS[one] for one in written if one in GUARDS]
        if known:
            self.turn(faster, known[0])
        elif raising:
            self.raises_too(raising[0])

    def raises_too(self, citizen: UUID) -> None:
        """One more trigger of hers: ``Raising`` knows how."""
        raise NotImplementedError

    def report(self, report_id: UUID) -> Emergency:
        """As the log has it; loaded again only when something was stored."""
        version = self.house.log.length(report_id)
        known = self._loaded.get(report_id)
        if known is None or known[0] != version:
            known = self._loaded[report_id] = (version, self.house.report(report_id))
        return known[1]

    def changed(self, by: str) -> list[UUID]:
        """The reports of which something was stored since it was asked for by that name."""
        lengths = {one: self.house.log.length(one) for one in self.model}
        before = self._looked.get(by, {})
        self._looked[by] = lengths
        return [one for one, length in lengths.items() if before.get(one) != length]

    def _ask(self, allowed: Callable[[], bool], ask: Callable[[], object]) -> bool:
        """Whether it was done, as the model said of the moment in which it was saved."""

        def asked() -> bool:
            try:
                ask()
            except (DomainError, Forbidden):
                return False
            return True

        expected, done = self.judged(allowed, asked)
        assert done == expected
        return done

    def _step(
        self, operator: Any, allowed: Callable[[], bool], desk: Command, command: ReportCommand
    ) -> bool:
        """As somebody's who may act on the report."""
        return self._ask(
            lambda: self.may_act(operator, command.report_id) and allowed(),
            lambda: desk(command, operator),
        )

    def may_act(self, operator: Any, report_id: UUID) -> bool:
        """Of a centre where it rings, or has rung; or the coordinator's."""
        acting = self.centres.acting(report_id)
        return coordinates(operator) or operator.principal.district in acting
