"""Other numbers turn a report's course where the rules would have, and nowhere else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from application.emergency.commands import (
    CancelReport,
    ClaimReport,
    CorrectReport,
    ReopenReport,
    RequestPolice,
    ResolveReport,
    ViewCamera,
)
from application.whatif.changes import (
    KNOWN,
    EmptyPeriod,
    read_changes,
)
from application.whatif.comparing import Shadow
from domain.emergency.correcting import Correctable
from domain.emergency.vocabulary import Outcome
from domain.policy import EscalationLevel, Policy
from tests.application.house import KIM, LEE, NOTE, SYSTEM, DeskHouse, phone
from tests.memory import GANGDONG, GURO
from tests.scenario import T0


@pytest.fixture
def house() -> DeskHouse:
    return DeskHouse()


def told(
    house: DeskHouse,
    *asked: str,
    begin: datetime | None = None,
    end: datetime | None = None,
) -> dict[str, Any]:
    shadow = Shadow(read_changes(asked), begin, end)
    for fact in house.log.facts():
        if fact.TOPIC.startswith("emergency."):
            shadow.follow(fact)
    return shadow.result()


def cancel(house: DeskHouse, report_id: UUID) -> None:
    house.desk.cancel(CancelReport(report_id=report_id, identity=phone()), SYSTEM)


def rises(house: DeskHouse, report_id: UUID, *levels: EscalationLevel) -> None:
    """Time goes by until each of the levels is due."""
    for level in levels:
        due = next(one for one in house.report(report_id).escalations if one.level is level)
        house.clock.advance(max(0.0, (due.due_at - house.clock.now()).total_seconds()))
        house.desk.escalate(report_id, level, due.due_at, SYSTEM)


def late_cancel(house: DeskHouse) -> UUID:
    """Cancelled 6.5 s after the trigger, claimed at 8 s; the police were sent at 10 s."""
    report_id = house.accepted().report_id
    house.clock.advance(1.5)
    cancel(house, report_id)
    house.clock.advance(1.5)
    house.desk.claim(ClaimReport(report_id=report_id), KIM)
    house.clock.advance(2)
    house.desk.request_police(RequestPolice(report_id=report_id), KIM)
    return report_id


def test_a_late_cancel_would_have_counted(house: DeskHouse) -> None:
    report_id = late_cancel(house)
    would = told(house, "cancel_window_s=7")
    [cancelled] = would["cancels"]["would_count"]
    assert (cancelled["report_id"], cancelled["after_s"]) == (report_id, 6.5)
    assert (would["cancels"]["was"], would["cancels"]["would_be"]) == (0, 1)
    assert would["dispatches"]["not_sent"] == [
        {"report_id": report_id, "district": GANGDONG, "dispatches": 1}
    ]
    [different] = would["reports"]
    assert different["why"] == ["its cancel 6.5 s after the trigger would have counted"]
    [district] = would["by_district"]
    assert (district["was"]["answered"], district["would_be"]["answered"]) == (1, 0)


def test_a_window_still_too_short_changes_only_when_it_rings(house: DeskHouse) -> None:
    late_cancel(house)
    would = told(house, "cancel_window_s=6")
    assert would["cancels"]["would_count"] == []
    assert would["reports"] == []
    answers = would["answers"]
    assert answers["was"]["answer_median_s"] == answers["would_be"]["answer_median_s"] == 3.0
    assert answers["was"]["answer_from_trigger_median_s"] == 8.0
    assert answers["would_be"]["answer_from_trigger_median_s"] == 9.0


def test_a_cancel_would_have_come_too_late(house: DeskHouse) -> None:
    report_id = house.raised().report_id
    house.clock.advance(4)
    cancel(house, report_id)
    would = told(house, "cancel_window_s=3")
    [late] = would["cancels"]["too_late"]
    assert (late["report_id"], late["after_s"], late["window_was_s"]) == (report_id, 4.0, 5.0)
    [district] = would["by_district"]
    assert (district["was"]["accepted"], district["would_be"]["accepted"]) == (0, 1)


def test_who_raised_again_would_have_had_a_report_of_her_own(house: DeskHouse) -> None:
    late_cancel(house)
    house.raised(trigger_id="t-2")
    would = told(house, "cancel_window_s=7")
    [different] = would["reports"]
    assert "a later trigger would have opened a report of its own" in different["why"]
    assert would["dispatches"]["not_sent"] == []


def test_escalations_come_earlier_and_the_police_with_them(house: DeskHouse) -> None:
    report_id = house.accepted().report_id
    house.clock.advance(20)
    house.desk.claim(ClaimReport(report_id=report_id), KIM)
    would = told(house, "escalate_supervisor_s=10", "escalate_police_s=18")
    assert would["escalations"] == {
        "was": {"police": 0, "supervisor": 0},
        "would_be": {"police": 1, "supervisor": 1},
    }
    assert would["dispatches"]["also_sent"] == [
        {"report_id": report_id, "district": GANGDONG, "dispatches": 1}
    ]


def test_an_escalation_that_came_would_not_have(house: DeskHouse) -> None:
    report_id = house.accepted().report_id
    rises(house, report_id, *tuple(EscalationLevel)[:4])
    house.clock.advance(5)
    house.desk.claim(ClaimReport(report_id=report_id), KIM)
    would = told(house, "escalate_police_s=120")
    assert would["escalations"]["was"]["police"] == 1
    assert would["escalations"]["would_be"].get("police", 0) == 0
    assert (would["dispatches"]["was"], would["dispatches"]["would_be"]) == (1, 0)
    later = told(house, "escalate_police_s=92")
    assert later["dispatches"]["would_be"] == 1
    assert "2 s later" in later["reports"][0]["why"][0]


def test_an_idle_claim_would_have_rung_again(house: DeskHouse) -> None:
    report_id = house.claimed().report_id
    house.clock.advance(25)
    house.desk.request_police(RequestPolice(report_id=report_id), KIM)
    assert told(house, "act_within_s=20")["escalations"]["would_be"] == {"idle_claim": 1}
    assert told(house, "act_within_s=40")["reports"] == []


def test_in_time_by_another_limit(house: DeskHouse) -> None:
    late_cancel(house)
    answers = told(house, "answer_within_s=2")["answers"]
    assert (answers["was"]["answered_in_time"], answers["would_be"]["answered_in_time"]) == (1, 0)


def test_another_district_would_have_rung(house: DeskHouse) -> None:
    report_id = late_cancel(house)
    house.desk.resolve(
        ResolveReport(report_id=report_id, outcome=Outcome.POLICE_HANDLED, note=NOTE), KIM
    )
    would = told(house, f"district_routing={GANGDONG}:{GURO}")
    assert [one["district"] for one in would["by_district"]] == [GURO, GANGDONG]
    assert would["by_district"][0]["would_be"]["reports"] == 1
    assert would["by_district"][1]["would_be"]["reports"] == 0


def test_a_corrected_district_is_counted_where_it_belongs(house: DeskHouse) -> None:
    report_id = late_cancel(house)
    command = CorrectReport(
        report_id=report_id, field=Correctable.DISTRICT, value=GURO, reason="border"
    )
    house.desk.correct(command, SYSTEM)
    [district] = told(house, "cancel_window_s=7")["by_district"]
    assert district["district"] == GURO


def test_only_a_district_is_of_matter_to_where_it_is_counted(house: DeskHouse) -> None:
    command = CorrectReport(
        report_id=late_cancel(house), field=Correctable.HOW, value="bell", reason="a bell"
    )
    house.desk.correct(command, SYSTEM)
    assert told(house, "cancel_window_s=7")["by_district"][0]["district"] == GANGDONG


def test_a_second_trigger_in_the_window_moves_the_report(house: DeskHouse) -> None:
    house.raised(position=None)
    house.raised(trigger_id="t-2", position={"latitude_deg": 37.4954, "longitude_deg": 126.8874})
    house.raised(trigger_id="t-3", position=None)
    [district] = told(house, "cancel_window_s=7")["by_district"]
    assert district["district"] == GURO


def test_what_was_reopened_after_its_cancel_is_judged_by_its_ring(house: DeskHouse) -> None:
    report_id = house.raised().report_id
    cancel(house, report_id)
    house.desk.reopen(ReopenReport(report_id=report_id, reason="a scream"), KIM)
    house.clock.advance(10)
    house.desk.claim(ClaimReport(report_id=report_id), KIM)
    assert told(house, "cancel_window_s=7", "answer_within_s=1")["reports"] == []
    rung = told(house, "escalate_supervisor_s=8")
    assert rung["escalations"]["would_be"] == {"supervisor": 1}


def test_an_idle_claim_that_rang_again_would_not_have(house: DeskHouse) -> None:
    report_id = house.claimed().report_id
    due_at = house.clock.now() + timedelta(seconds=house.policy.act_within_s)
    house.clock.advance(house.policy.act_within_s)
    house.desk.idle_claim(report_id, due_at, SYSTEM)
    house.desk.call_placed(report_id, "c-1", SYSTEM)
    house.desk.call_connected(report_id, "c-1", SYSTEM)
    house.desk.view_camera(ViewCamera(report_id=report_id, camera_id="GD-1"), KIM)
    longer = told(house, "act_within_s=60")
    assert longer["escalations"] == {"was": {"idle_claim": 1}, "would_be": {"idle_claim": 0}}
    assert "idle_claim" in longer["reports"][0]["why"][0]


def test_another_operators_act_is_not_the_holders(house: DeskHouse) -> None:
    report_id = house.claimed().report_id
    house.clock.advance(5)
    house.desk.view_camera(ViewCamera(report_id=report_id, camera_id="GD-1"), LEE)
    house.clock.advance(10)
    house.desk.view_camera(ViewCamera(report_id=report_id, camera_id="GD-1"), KIM)
    assert told(house, "act_within_s=8")["escalations"]["would_be"] == {"idle_claim": 1}


def test_facts_that_cannot_be_read_spoil_no_other(house: DeskHouse) -> None:
    report_id = house.accepted().report_id
    rises(house, report_id, EscalationLevel.SUPERVISOR)
    house.desk.claim(ClaimReport(report_id=report_id), KIM)
    due_at = house.clock.now() + timedelta(seconds=house.policy.act_within_s)
    house.clock.advance(house.policy.act_within_s)
    house.desk.idle_claim(report_id, due_at, SYSTEM)
    shadow = Shadow(read_changes(["cancel_window_s=7"]), None, None)
    unread = {"emergency.accepted", "emergency.claimed"}
    for fact in house.log.facts(report_id):
        if fact.TOPIC not in unread:
            shadow.follow(fact)
    assert shadow.result()["escalations"] == {"was": {}, "would_be": {}}


def test_the_numbers_that_were_change_nothing(house: DeskHouse) -> None:
    late_cancel(house)
    policy = Policy()
    same = [f"{name}={getattr(policy, name)}" for name in KNOWN if hasattr(policy, name)]
    would = told(house, *same)
    assert would["reports"] == []
    assert all(one["was"] == one["would_be"] for one in would["by_district"])


def test_a_period_takes_reports_by_their_trigger(house: DeskHouse) -> None:
    late_cancel(house)
    later = T0 + timedelta(hours=1)
    with pytest.raises(EmptyPeriod):
        told(house, "cancel_window_s=7", begin=later)
    with pytest.raises(EmptyPeriod):
        told(house, "cancel_window_s=7", end=T0)
    assert told(house, "cancel_window_s=7", begin=T0, end=later)["period"]["reports"] == 1


def test_drills_are_left_out(house: DeskHouse) -> None:
    house.accepted(drill=True)
    with pytest.raises(EmptyPeriod):
        told(house, "cancel_window_s=7")
