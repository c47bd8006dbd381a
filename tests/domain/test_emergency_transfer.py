"""A report changes hands between centres; until one has accepted, the other keeps it."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from domain.emergency import Emergency, facts, refusals
from domain.emergency.correcting import Correctable, Corrected
from domain.emergency.transferring import (
    NoTransfer,
    TransferAccepted,
    TransferExpired,
    TransferOffered,
    TransferPending,
    TransferRefused,
    TransferUnfit,
    TransferWhy,
)
from domain.emergency.vocabulary import Stage
from domain.geography import CITY
from domain.policy import EscalationLevel
from domain.watching.border import Crossing
from tests.domain.reports import (
    KIM,
    POLICY,
    accepted,
    after,
    cancelled,
    claimed,
    drill,
    resolved,
    triggered,
)
from tests.memory import GANGDONG, GURO, SONGPA
from tests.scenario import Scenario

PARK = uuid5(NAMESPACE_URL, "/operators/park")
INTO_SONGPA = Crossing(district=SONGPA, since=after(60))


def goes(crossing: Crossing = INTO_SONGPA, *, at: float = 100):
    def step(report: Emergency) -> None:
        report.follow_over_border(crossing, at=after(at), policy=POLICY)

    return step


def offers(to: str = SONGPA, reason: str = "Their cameras see her.", *, at: float = 100):
    def step(report: Emergency) -> None:
        report.offer_transfer(
            to_district=to, operator_id=KIM, reason=reason, at=after(at), policy=POLICY
        )

    return step


def accepts(at: float = 110):
    def step(report: Emergency) -> None:
        report.accept_transfer(operator_id=PARK, at=after(at), policy=POLICY)

    return step


def refuses(reason: str = "She is back with you.", at: float = 110):
    def step(report: Emergency) -> None:
        report.refuse_transfer(operator_id=PARK, reason=reason, at=after(at), policy=POLICY)

    return step


def lapses(due: float = 115, at: float = 115):
    def step(report: Emergency) -> None:
        report.transfer_expired(due_at=after(due), at=after(at), policy=POLICY)

    return step


def offered(report: Scenario[Emergency] | None = None, **changes: Any) -> Scenario[Emergency]:
    """Offered to Songpa a hundred seconds after the trigger."""
    fields = {
        "timestamp": after(100),
        "from_district": GANGDONG,
        "to_district": SONGPA,
        "why": TransferWhy.MOVED,
        "since": after(60),
        "operator_id": None,
        "answer_by": after(115),
        "reason": None,
    }
    return (report or claimed()).given(TransferOffered, **(fields | changes))


def taken() -> Scenario[Emergency]:
    """Park of Songpa has it."""
    return offered().given(
        TransferAccepted,
        timestamp=after(110),
        from_district=GANGDONG,
        to_district=SONGPA,
        operator_id=PARK,
        from_operator_id=KIM,
        act_by=after(140),
    )


def given_back() -> Scenario[Emergency]:
    return offered().given(
        TransferRefused,
        timestamp=after(110),
        from_district=GANGDONG,
        to_district=SONGPA,
        operator_id=PARK,
        again_at=after(410),
        reason="She is back with you.",
    )


def seen(report: Scenario[Emergency], *acts) -> Emergency:
    """The report after these acts."""
    found: list[Emergency] = []

    def step(one: Emergency) -> None:
        for act in acts:
            act(one)
        found.append(one)

    assert report.when(step).refusal is None
    return found[0]


def test_over_a_border_it_is_offered_to_the_centre_there() -> None:
    claimed().when(goes()).then(
        (
            TransferOffered,
            {
                "from_district": GANGDONG,
                "to_district": SONGPA,
                "why": TransferWhy.MOVED,
                "since": after(60),
                "operator_id": None,
                "answer_by": after(115),
            },
        )
    )
    accepted().when(goes()).then(TransferOffered)
    drill().when(goes()).then(TransferOffered)


def test_out_of_the_city_it_is_offered_to_the_citys_own_centre() -> None:
    out = Crossing(district=CITY, since=after(60))
    claimed().when(goes(out)).then(
        (TransferOffered, {"to_district": CITY, "why": TransferWhy.LEFT_CITY})
    )


@pytest.mark.parametrize("over", [triggered, cancelled, resolved])
def test_what_nobody_answers_for_is_not_offered(over) -> None:
    over().when(goes()).then()


def test_one_centre_is_asked_at_a_time_and_not_the_one_that_has_it() -> None:
    offered().when(goes(Crossing(district=GURO, since=after(70)))).then()
    taken().when(goes()).then()


def test_the_sender_stays_responsible_until_it_is_accepted() -> None:
    report = seen(offered())
    assert (report.district, report.held_by, report.stage) == (GANGDONG, KIM, Stage.CLAIMED)
    assert SONGPA not in report.districts
    assert report.audience == (GANGDONG, SONGPA)
    ringing = seen(offered(accepted()))
    assert ringing.ringing
    assert ringing.escalations


def test_an_unclaimed_report_rises_while_it_is_offered() -> None:
    def rises(report: Emergency) -> None:
        report.escalate(
            level=EscalationLevel.POLICE, due_at=after(95), neighbours=(), at=after(110)
        )

    offered(accepted()).when(rises).then(facts.Escalated, facts.PoliceRequested)


def test_accepted_it_is_the_other_centres() -> None:
    offered().when(accepts()).then(
        (
            TransferAccepted,
            {
                "from_district": GANGDONG,
                "to_district": SONGPA,
                "operator_id": PARK,
                "from_operator_id": KIM,
                "act_by": after(140),
            },
        )
    )
    report = seen(taken())
    assert (report.district, report.held_by) == (SONGPA, PARK)
    assert report.districts == (GANGDONG, SONGPA)
    assert (report.ringing, report.escalations, report.offer) == (False, (), None)


def test_accepted_unclaimed_it_stops_ringing() -> None:
    report = seen(offered(accepted()), accepts())
    assert (report.stage, report.ringing, report.held_by) == (Stage.CLAIMED, False, PARK)


def test_who_accepts_and_does_nothing_is_rung_for() -> None:
    taken().when(
        lambda report: report.idle_claim(due_at=after(140), at=after(140), policy=POLICY)
    ).then(
        (facts.Escalated, {"level": EscalationLevel.IDLE_CLAIM, "districts": (GANGDONG, SONGPA)})
    )


def test_refused_it_stays_and_is_left_alone_for_a_while() -> None:
    offered().when(refuses()).then((TransferRefused, {"operator_id": PARK, "again_at": after(410)}))
    report = seen(given_back())
    assert (report.district, report.held_by, report.audience) == (GANGDONG, KIM, (GANGDONG,))
    given_back().when(goes(at=409)).then()
    given_back().when(goes(at=410)).then(TransferOffered)
    given_back().when(offers(at=120)).then((TransferOffered, {"why": TransferWhy.BY_HAND}))


def test_not_answered_in_time_it_goes_back() -> None:
    offered().when(lapses()).then((TransferExpired, {"again_at": after(415)}))
    offered().when(lapses(at=114)).then()
    offered().when(lapses(due=114)).then()
    taken().when(lapses()).then()
    claimed().when(lapses()).then()
    assert seen(offered(), lapses()).offer is None
    lapsed = offered().given(
        TransferExpired,
        timestamp=after(115),
        from_district=GANGDONG,
        to_district=SONGPA,
        again_at=after(415),
    )
    lapsed.when(goes(at=414)).then()
    lapsed.when(goes(at=415)).then(TransferOffered)


def test_after_its_time_an_offer_is_over_even_before_the_timer() -> None:
    offered().when(accepts(at=115)).then(TransferAccepted)
    offered().when(accepts(at=115.001)).then_refused(NoTransfer)
    offered().when(refuses(at=115.001)).then_refused(NoTransfer)
    claimed().when(accepts()).then_refused(NoTransfer)


def test_with_its_end_the_offer_ends() -> None:
    resolved(offered()).when(accepts(at=601)).then_refused(refusals.AlreadyResolved)
    assert seen(resolved(offered())).offer is None


def test_by_hand_it_is_offered_with_a_reason() -> None:
    claimed().when(offers()).then(
        (
            TransferOffered,
            {
                "why": TransferWhy.BY_HAND,
                "operator_id": KIM,
                "since": None,
                "reason": "Their cameras see her.",
            },
        )
    )
    claimed().when(offers(reason=" ")).then_refused(refusals.ReasonNeeded)
    claimed().when(offers(to=GANGDONG)).then_refused(TransferUnfit)
    offered().when(offers(to=GURO)).then_refused(TransferPending)
    triggered().when(offers()).then_refused(refusals.InWindow)
    offered().when(refuses(reason="")).then_refused(refusals.ReasonNeeded)


def test_the_district_of_a_transfer_can_be_corrected() -> None:
    def corrects(report: Emergency) -> None:
        report.correct(
            operator_id=PARK,
            field=Correctable.DISTRICT,
            value=GURO,
            reason="Wrong centre.",
            at=after(200),
        )

    taken().when(corrects).then((Corrected, {"was": SONGPA, "corrects_version": 5}))
