"""Corrections and views in the rows that people see."""

from __future__ import annotations

from typing import Any
from uuid import uuid5

from application.watching import seen_by
from domain import viewing
from domain.base import Fact
from domain.emergency import facts
from domain.emergency.correcting import Correctable, Corrected
from domain.emergency.vocabulary import How, Outcome, VerifiedBy
from infrastructure.engine.memory import MemoryEngine
from projections.operator_queue import OperatorQueue
from projections.operator_views import OperatorViews
from projections.report_detail import ReportDetail
from projections.usage_reports import UsageReports, of_queue
from tests.story import CITIZEN, GANGDONG, GURO, KIM, LEE, SONGPA, Story, moment, report

FOLDS = (OperatorQueue(), ReportDetail(), UsageReports(), OperatorViews())
DAY = uuid5(KIM, "day")


def folded(story: Story) -> MemoryEngine:
    engine = MemoryEngine(story, FOLDS)
    for fold in FOLDS:
        while engine.step(fold.name):
            pass
    return engine


def row(story: Story, fold: str) -> Any:
    return folded(story).rows(fold)[(report(1),)]


def correct(story: Story, field: Correctable, was: str, value: str, **more: Any) -> Fact:
    return story.tell(
        Corrected,
        report(1),
        citizen_id=CITIZEN,
        corrects_version=2,
        field=field,
        was=was,
        value=value,
        operator_id=LEE,
        **more,
    )


def resolved() -> Story:
    story = Story()
    for kind in (facts.Triggered, facts.Accepted, facts.Claimed, facts.Resolved):
        story.tell(kind, report(1))
    return story


def test_what_was_corrected_is_shown_with_a_mark() -> None:
    story = resolved()
    correct(story, Correctable.OUTCOME, "safe", "prank")
    correct(story, Correctable.DISTRICT, GANGDONG, GURO)
    correct(story, Correctable.HOW, "button", "bell")
    detail, queued = row(story, "report_detail"), row(story, "operator_queue")
    assert (detail.outcome, detail.district, detail.how) == (Outcome.PRANK, GURO, How.BELL)
    assert detail.audience == (GANGDONG, GURO)
    marks = [(one.field, one.was, one.value, one.position) for one in detail.corrections]
    assert marks == [
        (Correctable.OUTCOME, "safe", "prank", 5),
        (Correctable.DISTRICT, GANGDONG, GURO, 6),
        (Correctable.HOW, "button", "bell", 7),
    ]
    assert all(one.reason is not None and one.operator_id == LEE for one in detail.corrections)
    assert (queued.district, queued.how, queued.audience) == (GURO, How.BELL, (GANGDONG, GURO))
    assert queued.corrected == (Correctable.DISTRICT, Correctable.HOW)
    assert detail.last_topic == queued.last_topic == "emergency.corrected"


def test_a_corrected_outcome_takes_along_what_was_said_of_the_one_before() -> None:
    story = resolved()
    assert row(story, "report_detail").verified_by is VerifiedBy.CAMERA
    correct(story, Correctable.OUTCOME, "safe", "duplicate", duplicate_of=report(2))
    detail = row(story, "report_detail")
    assert (detail.verified_by, detail.duplicate_of) == (None, report(2))
    correct(story, Correctable.OUTCOME, "duplicate", "safe", verified_by=VerifiedBy.POLICE)
    correct(story, Correctable.HOW, "button", "bell")
    detail = row(story, "report_detail")
    assert (detail.verified_by, detail.duplicate_of) == (VerifiedBy.POLICE, None)


def test_figures_count_what_was_corrected_in_the_hour_in_which_it_happened() -> None:
    story = resolved()
    before = folded(story).totals("usage_reports")["usage_by_hour"]
    correct(story, Correctable.DISTRICT, GANGDONG, GURO)
    correct(story, Correctable.HOW, "button", "bell")
    correct(story, Correctable.OUTCOME, "safe", "prank")
    after = folded(story).totals("usage_reports")["usage_by_hour"]
    [was], [now] = before.values(), after.values()
    assert (was.district, now.district) == (GANGDONG, GURO)
    assert (was.by_button, now.by_button, now.by_bell) == (1, 0, 1)
    assert was.hour == now.hour


def test_the_queue_knows_of_a_use_what_usage_knows() -> None:
    story = resolved()
    story.tell(facts.PoliceRequested, report(1))
    story.tell(facts.Joined, report(1))
    queued, used = row(story, "operator_queue"), row(story, "usage_reports")
    stood = {
        **dict(queued),
        "accepted": queued.accepted_at is not None,
        "hour": used.hour,
        "police": queued.police != "none",
        "ambulance": queued.ambulance != "none",
    }
    assert of_queue(stood).replace(report_id=report(1)) == used


def opened(story: Story, who: Any = KIM, district: str | None = GANGDONG) -> Fact:
    return story.tell(
        viewing.Opened,
        uuid5(who, "day"),
        operator_id=who,
        district=district,
        report_id=report(1),
        since=moment(len(story.facts)),
    )


def closed(story: Story, who: Any = KIM) -> Fact:
    return story.tell(
        viewing.Closed,
        uuid5(who, "day"),
        operator_id=who,
        report_id=report(1),
        how=viewing.Closing.CLOSED,
        last_seen_at=moment(len(story.facts)),
    )


def test_a_row_says_who_has_it_open_and_saw_through_which_cameras() -> None:
    story = Story()
    story.tell(facts.Triggered, report(1))
    opened(story)
    opened(story, LEE, SONGPA)
    story.tell(facts.CameraViewed, report(1))
    story.tell(facts.CameraViewed, report(1))
    watched = row(story, "operator_views")
    assert [one.operator_id for one in watched.viewers] == [KIM, LEE]
    [look] = watched.cameras
    assert (look.camera_id, look.looks, look.at) == ("cam-7", 2, moment(5))
    closed(story)
    assert [one.operator_id for one in row(story, "operator_views").viewers] == [LEE]


def test_a_row_goes_when_nothing_of_it_matters_any_more() -> None:
    story = Story()
    story.tell(facts.Triggered, report(1))
    opened(story)
    story.tell(facts.CameraViewed, report(1))
    closed(story)
    assert row(story, "operator_views").viewers == ()
    story.tell(facts.Resolved, report(1))
    engine = folded(story)
    assert engine.rows("operator_views") == {}
    assert engine.rows_as_of("operator_views", 3)[(report(1),)].last_position == 3


def test_a_district_is_told_of_its_own_people_and_of_its_own_reports() -> None:
    story = Story()
    story.tell(facts.Triggered, report(1))
    opened(story)
    opened(story, LEE, SONGPA)
    story.tell(facts.CameraViewed, report(1))
    rows = list(folded(story).rows("operator_views").values())
    every = [KIM, LEE]

    def viewers(scope: set[str] | None, *shown: Any) -> list[Any]:
        return [one.operator_id for told in seen_by(scope, shown, rows) for one in told["viewers"]]

    assert viewers(None) == every
    assert viewers({GURO}, report(1)) == every
    assert viewers({SONGPA}) == [LEE]
    assert viewers({GURO}) == []
    [told] = seen_by({SONGPA}, (), rows)
    assert told["cameras"] == ()
