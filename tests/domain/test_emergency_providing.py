"""A position that was given to helpers: kept once, with whom, why, and how well it was known."""

from __future__ import annotations

from typing import Any
from uuid import uuid5

from domain.emergency import Emergency, refusals
from domain.emergency.providing import (
    Given,
    Place,
    PositionProvided,
    Provision,
    Purpose,
    Recipient,
)
from domain.geography import FixQuality, FixSource
from tests.domain.reports import (
    CALL_112,
    CALL_119,
    FIX,
    JIYOUNG,
    KIM,
    REPORT,
    accepted,
    after,
    ambulance_requested,
    police_requested,
)

TOLD = FixQuality(source=FixSource.TOLD, accuracy_m=20.0)


def provision(**changes: Any) -> Provision:
    given = {
        "delivery_id": uuid5(REPORT, "delivery"),
        "recipient": Recipient.POLICE,
        "request_id": CALL_112,
        "requested_by": KIM,
        "reporter": Given(fix=FIX.model_copy(update={"age_s": 1.5}), since=after(0)),
    }
    return Provision.model_validate(given | changes)


def give(given: Provision, times: int = 1):
    def step(report: Emergency) -> None:
        for _ in range(times):
            report.provide_position(given, at=after(32))

    return step


def test_a_position_given_is_kept_with_recipient_purpose_and_age() -> None:
    police_requested().when(give(provision())).then(
        (
            PositionProvided,
            {
                "citizen_id": JIYOUNG,
                "recipient": Recipient.POLICE,
                "request_id": CALL_112,
                "requested_by": KIM,
                "purpose": Purpose.RESCUE,
                "places": (Place.REPORTER,),
                "age_s": 33.5,
                "incident_fix": None,
                "incident_age_s": None,
            },
        )
    )


def test_given_again_after_a_crash_it_is_the_same_provision() -> None:
    police_requested().when(give(provision(), times=2)).then(PositionProvided)


def test_each_recipient_is_kept() -> None:
    seen = Given(fix=None, since=after(0))
    to_119 = provision(recipient=Recipient.AMBULANCE, request_id=CALL_119, reporter=seen)
    ambulance_requested().when(give(to_119)).then((PositionProvided, {"age_s": 32.0}))


def test_of_the_incidents_place_it_is_kept_that_it_was_given_apart_from_the_reporters() -> None:
    incident = Given(fix=TOLD, since=after(20))
    police_requested().when(give(provision(incident=incident))).then(
        (
            PositionProvided,
            {
                "places": (Place.REPORTER, Place.INCIDENT),
                "age_s": 33.5,
                "incident_fix": TOLD,
                "incident_age_s": 12.0,
            },
        )
    )
    police_requested().when(give(provision(reporter=None, incident=incident))).then(
        (PositionProvided, {"places": (Place.INCIDENT,), "fix": None, "age_s": None})
    )


def test_nobody_is_given_a_position_who_was_not_asked() -> None:
    accepted().when(give(provision())).then_refused(refusals.NotRequested)
    wrong = provision(recipient=Recipient.AMBULANCE)
    police_requested().when(give(wrong)).then_refused(refusals.NotRequested)


def test_no_field_of_the_fact_says_where() -> None:
    assert "position" not in PositionProvided.model_fields
    assert PositionProvided.PERSONAL == {}
