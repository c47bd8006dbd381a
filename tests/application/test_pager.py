"""A panic: a thousand reports call one supervisor, and her telephone rings twice."""

from __future__ import annotations

from datetime import timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from application.attempts import AttemptOutcome
from application.errors import PartnerUnavailable
from application.outbox import Channel
from application.pager import LineTaken, OneCallALine
from application.paging import PageRequest
from domain.geography import CITY
from domain.policy import Policy
from tests.application.delivery_twins import Partner
from tests.application.house import SYSTEM, DeskHouse
from tests.application.pager_twin import MemoryPageLines
from tests.application.test_delivery_desk import Desk
from tests.memory import GANGDONG, SONGPA, FrozenClock
from tests.scenario import T0


class Provider(Partner):
    """Names its calls one after the other."""

    def page(self, request: PageRequest) -> str:
        super().page(request)
        return f"c-{len(self.asked)}"


class Pager:
    """What is before the provider, and how many reports ring."""

    def __init__(self, **policy: float) -> None:
        self.clock = FrozenClock(T0)
        self.provider = Provider()
        self.ringing: dict[str, int] = {}
        self.one_call_a_line = OneCallALine(
            self.provider,
            lines=MemoryPageLines(),
            calling=lambda district: self.ringing.get(district, 0),
            clock=self.clock,
            policies=Policy(**policy),  # type: ignore[arg-type]
        )

    def page(self, name: str, *, district: str = GANGDONG, why: str = "supervisor") -> str:
        return self.one_call_a_line.page(self.asked(name, district=district, why=why))

    def asked(
        self, name: str, *, district: str = GANGDONG, why: str = "supervisor", ago_s: float = 0
    ) -> PageRequest:
        return PageRequest(
            delivery_id=named(name),
            correlation_id=named("chain"),
            request_id=named(f"page/{name}"),
            report_id=named(f"report/{name}"),
            district=district,
            staff_id=None,
            about_district=GANGDONG,
            why=why,
            asked_at=self.clock.now() - timedelta(seconds=ago_s),
        )

    def calls(self) -> list[int]:
        """Of how many reports each call told."""
        return [one.reports for one in self.provider.asked if isinstance(one, PageRequest)]


def named(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"/pages/{name}")


@pytest.fixture
def pager() -> Pager:
    return Pager()


def test_the_first_call_is_made_at_once(pager: Pager) -> None:
    assert pager.page("first") == "c-1"
    assert pager.calls() == [1], "also before the queue has heard of it"


def test_what_comes_within_ten_seconds_shares_the_next_call_which_says_how_many(
    pager: Pager,
) -> None:
    pager.page("first")
    pager.clock.advance(1)
    waiting = [pager.asked(f"one of {number}") for number in range(1000)]
    for request in waiting:
        with pytest.raises(LineTaken) as taken:
            pager.one_call_a_line.page(request)
        assert taken.value.wait == timedelta(seconds=9)
    pager.clock.advance(9)
    pager.ringing[GANGDONG] = 1001
    assert {pager.one_call_a_line.page(request) for request in waiting} == {"c-2"}
    assert pager.calls() == [1, 1001]


def test_after_ten_seconds_the_next_one_calls_at_once_again(pager: Pager) -> None:
    pager.page("first")
    pager.clock.advance(10)
    assert pager.page("second") == "c-2"


def test_other_lines_and_other_reasons_call_for_themselves(pager: Pager) -> None:
    pager.page("first")
    pager.page("idle", why="idle_claim")
    pager.page("next door", district=SONGPA)
    assert len(pager.calls()) == 3


def test_each_centre_that_closes_is_told_of_by_its_name(pager: Pager) -> None:
    for name in ("one", "other"):
        pager.page(name, district=CITY, why="centre_closed")
    assert pager.calls() == [1, 1]


def test_a_call_that_could_not_be_made_keeps_nobody_waiting(pager: Pager) -> None:
    pager.provider.trouble = PartnerUnavailable("busy")
    with pytest.raises(PartnerUnavailable):
        pager.page("first")
    pager.provider.trouble = None
    assert pager.page("second") == "c-2"


def test_a_city_may_have_each_report_call_for_itself() -> None:
    pager = Pager(pages_together_s=0)
    assert [pager.page("first"), pager.page("second")] == ["c-1", "c-2"]


def test_a_call_whose_line_was_taken_waits_until_it_is_free_and_is_never_given_up() -> None:
    house = DeskHouse()
    report_id = house.accepted().report_id
    first = house.report(report_id).escalations[0]
    house.clock.advance(15)
    house.desk.escalate(report_id, first.level, first.due_at, SYSTEM)
    desk = Desk(house, Channel.PAGE)
    desk.book.claimed = desk.book.claimed.model_copy(update={"attempt": 99})
    desk.partner.trouble = LineTaken("a line", timedelta(seconds=7))
    assert desk.attempt() == (AttemptOutcome.AGAIN, "page.line_taken")
    assert desk.book.settled == [("again", "page.line_taken", 7.0)]
    desk.partner.trouble = None
    assert desk.attempt() == (AttemptOutcome.DONE, None)
    assert desk.topics()[-1] == "supervisor_paged"
