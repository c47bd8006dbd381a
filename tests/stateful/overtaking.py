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
from domain.emergency.help_answers import HelpKind
from domain.emergency.vocabulary import Stage
from domain.report_guard import ReportGuard
from tests.application.house import (
    CHO_OF_SONGPA,
    JIYOUNG,
    KIM,
    LEE,
    PARK_OF_SONGPA,
    SUJIN,
    id_of,
)
from tests.memory import SONGPA
from tests.stateful.belonging import Belonging, Modelled
from tests.stateful.centres import Centres
from tests.stateful.overtaken import OvertakenHouse

LookT = TypeVar("LookT")
AnswerT = TypeVar("AnswerT")
Command = Callable[[Any, Any], Receipt]

STAFF: Final = (KIM, KIM, LEE, CHO_OF_SONGPA, PARK_OF_SONGPA)
OPERATORS: Final = st.sampled_from(STAFF)
"""Of Gangdong and of Songpa; the last one is a supervisor."""
RIGHT, DURESS = "1234", "987654"
"""Sujin's."""
GUARDS: Final = {ReportGuard.create_id(one): one for one in (JIYOUNG, SUJIN)}
FASTER: Final[dict[str, Callable[[Any, UUID, Any], object]]] = {
    "claims": lambda all_, report_id, who: all_.claim(report_id, who),
    "takes over": lambda all_, report_id, who: all_.take_over(report_id, who, "Her shift ended."),
    "releases": lambda all_, report_id, who: all_.release(report_id, who),
    "looks": lambda all_, report_id, who: all_.look(report_id, who),
    "calls the police": lambda all_, report_id, who: all_.request_police(report_id, who),
    "resolves": lambda all_, report_id, who: all_.resolve(report_id, who),
    "reopens": lambda all_, report_id, who: all_.reopen(report_id, who),
    "calls an ambulance": lambda all_, report_id, who: all_.request_ambulance(report_id, who),
    "stands down": lambda all_, report_id, who: all_.stand_down(report_id, who, HelpKind.POLICE),
    "a no": lambda all_, report_id, _who: all_.the_police_answer(report_id, "declined", last=True),
    "silences": lambda all_, report_id, who: all_.silence(report_id, who),
    "promotes": lambda all_, report_id, who: all_.promote(report_id, who),
    "offers": lambda all_, report_id, who: all_.offer(report_id, who, SONGPA),
    "accepts": lambda all_, report_id, who: all_.the_other_centre_accepts(report_id, who),
    "refuses": lambda all_, report_id, who: all_.the_other_centre_refuses(report_id, who),
    "takes back": lambda all_, report_id, _who: all_.cancel(report_id, RIGHT, 1),
    "is forced to": lambda all_, report_id, _who: all_.cancel(report_id, DURESS, 1),
    "raises again": lambda all_, report_id, _who: all_.raises_anew(report_id),
    "is due": lambda all_, report_id, _who: all_.what_is_due(report_id),
}
HERS: Final = ("raises again", "takes back", "is forced to")
LIKELY: Final[dict[Stage, tuple[str, ...]]] = {
    Stage.WINDOW: (*HERS, "is due", "promotes"),
    Stage.OPEN: ("claims", "claims", "takes over", "raises again", "is due", "offers", "accepts"),
    Stage.CLAIMED: tuple(one for one in sorted(FASTER) if one != "reopens"),
    Stage.CANCELLED: ("reopens", *HERS),
    Stage.RESOLVED: ("reopens", *HERS),
}
"""What is not refused at once, mostly."""
STEPS: Final = st.sampled_from(sorted(FASTER))


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

    @rule(step=STEPS, operator=OPERATORS)
    def somebody_will_be_faster(self, step: str, operator: Any) -> None:
        """With the next step's report: both have loaded it, and this one is saved first."""
        self.faster = (step, operator)

    @rule(report_id=reports, data=st.data())
    def two_at_once(self, report_id: UUID, data: Any) -> None:
        """The second one loads what the first one has loaded, and is saved before it."""
        one = self.model[report_id]
        steps = st.sampled_from(LIKELY[one.stage])
        who = st.sampled_from([*(2 * [who for who in STAFF if id_of(who) == one.holder]), *STAFF])
        self.faster = (data.draw(steps, label="first"), data.draw(who, label="by"))
        FASTER[data.draw(steps, label="then")](self, report_id, data.draw(who, label="by"))
        self.faster = None

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
        name, operator = faster
        known = [one for one in written if one in self.model]
        raising = [GUARDS[one] for one in written if one in GUARDS]
        if known:
            FASTER[name](self, known[0], operator)
        elif raising:
            self.raises_too(raising[0])

    def raises_too(self, citizen: UUID) -> None:
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
        """As an operator's: of a centre where the report rings, or has rung."""
        district = operator.principal.district
        return self._ask(
            lambda: district in self.centres.acting(command.report_id) and allowed(),
            lambda: desk(command, operator),
        )
