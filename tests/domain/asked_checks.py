"""Requests for checks and loans as tests begin with them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from domain.inspection import DetectorLoan, Inspection, facts, loan_facts
from domain.inspection.form import Applicant
from domain.inspection.vocabulary import Building, Span
from domain.language import Language
from domain.policy import Policy
from tests.memory import GANGDONG
from tests.scenario import T0, Scenario

REFERENCE = "IN-7KQ2M-XW4PT"
LOAN_REFERENCE = "DL-7KQ2M-XW4PT"
CHECK = Inspection.create_id(REFERENCE)
LOAN = DetectorLoan.create_id(LOAN_REFERENCE)
APPLICANT, STAFF, TEAM, OTHER_TEAM, NOTICE = (
    uuid5(NAMESPACE_URL, f"/inspection/{name}")
    for name in ("applicant", "staff", "team", "other-team", "notice")
)
POLICY = Policy()
DAY_S = 86_400


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def hours(first: float, last: float) -> Span:
    """From so many hours after the form came until so many."""
    return Span(begins_at=after(3600 * first), ends_at=after(3600 * last))


WISHED = hours(24, 30)
VISIT = hours(25, 26)
RESULT_BY = VISIT.ends_at + timedelta(days=1)
MINA = Applicant(
    applicant_id=APPLICANT,
    member=False,
    name="김미나",
    phone="+821055556666",
    language=Language.KO,
    code="K7Q2MXW4PT",
)


def form(**changes: Any) -> dict[str, Any]:
    """What both forms have, as their first fact keeps it."""
    return {
        "timestamp": T0,
        "applicant_id": APPLICANT,
        "member": False,
        "language": Language.KO,
        "district": GANGDONG,
        "building": Building.OPEN_TOILET,
        "name": MINA.name,
        "phone": MINA.phone,
        "code": MINA.code,
    } | changes


def requested() -> Scenario[Inspection]:
    return Scenario[Inspection](CHECK).given(
        facts.Requested,
        originator_topic="inspection",
        reference=REFERENCE,
        wished=(WISHED,),
        decide_by=after(3 * DAY_S),
        place="성내로 25, 2층 화장실",
        **form(),
    )


def approved() -> Scenario[Inspection]:
    return requested().given(facts.Approved, timestamp=after(600), staff_id=STAFF)


def scheduled() -> Scenario[Inspection]:
    return approved().given(
        facts.Scheduled,
        timestamp=after(700),
        staff_id=STAFF,
        team_id=TEAM,
        visit=VISIT,
        wished=True,
        result_by=RESULT_BY,
    )


def closed_door() -> Scenario[Inspection]:
    return scheduled().given(
        facts.NotEntered,
        timestamp=VISIT.ends_at,
        staff_id=STAFF,
        team_id=TEAM,
        note="문이 잠겨 있었습니다",
    )


def found() -> Scenario[Inspection]:
    return scheduled().given(
        facts.CameraFound,
        timestamp=VISIT.ends_at,
        staff_id=STAFF,
        team_id=TEAM,
        notice_id=NOTICE,
        evidence="환풍구 안쪽",
    )


def asked_for() -> Scenario[DetectorLoan]:
    return Scenario[DetectorLoan](LOAN).given(
        loan_facts.Requested,
        originator_topic="detector_loan",
        reference=LOAN_REFERENCE,
        days=3,
        **form(),
    )


def ready() -> Scenario[DetectorLoan]:
    return asked_for().given(
        loan_facts.Approved,
        timestamp=after(600),
        staff_id=STAFF,
        mark="GD-1",
        collect_by=after(600 + 2 * DAY_S),
    )


def lent() -> Scenario[DetectorLoan]:
    return ready().given(
        loan_facts.HandedOver,
        timestamp=after(1000),
        staff_id=STAFF,
        mark="GD-1",
        remind_at=after(1000 + 2.5 * DAY_S),
        due_at=after(1000 + 3 * DAY_S),
    )
