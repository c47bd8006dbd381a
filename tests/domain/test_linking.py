"""Reports about one incident: linked, unlinked, and otherwise each on its own."""

from __future__ import annotations

from uuid import uuid5

from domain.emergency import Emergency
from domain.emergency.linking import Linked, LinkedElsewhere, LinkUnfit, NotLinked, Unlinked
from domain.incident import Began, Incident, ReportAdded, ReportRemoved
from tests.domain.reports import (
    KIM,
    REPORT,
    accepted,
    after,
    cancelled,
    claimed,
    drill,
    resolved,
    triggered,
)
from tests.scenario import T0, Scenario

OTHER, THIRD = uuid5(REPORT, "other"), uuid5(REPORT, "third")
INCIDENT = Incident.create_id(REPORT, OTHER)
ANOTHER = Incident.create_id(REPORT, THIRD)


def linked() -> Scenario[Emergency]:
    return accepted().given(Linked, timestamp=after(9), incident_id=INCIDENT, operator_id=KIM)


def incident(*reports: object) -> Scenario[Incident]:
    scenario = Scenario[Incident](INCIDENT).given(Began, originator_topic="incident", timestamp=T0)
    for report_id in reports:
        scenario = scenario.given(ReportAdded, timestamp=T0, report_id=report_id, operator_id=KIM)
    return scenario


class TestReport:
    def test_at_any_stage_it_can_be_linked(self) -> None:
        for stage in (triggered(), accepted(), claimed(), resolved(), cancelled()):
            stage.when(lambda one: one.link(INCIDENT, operator_id=KIM, at=after(700))).then(
                (Linked, {"incident_id": INCIDENT, "operator_id": KIM})
            )

    def test_linked_twice_is_linked_once(self) -> None:
        linked().when(lambda one: one.link(INCIDENT, operator_id=KIM, at=after(10))).then()

    def test_it_is_about_one_incident_only(self) -> None:
        linked().when(lambda one: one.link(ANOTHER, operator_id=KIM, at=after(10))).then_refused(
            LinkedElsewhere
        )

    def test_a_drill_is_about_none(self) -> None:
        drill().when(lambda one: one.link(INCIDENT, operator_id=KIM, at=after(10))).then_refused(
            LinkUnfit
        )

    def test_it_is_unlinked_and_can_be_linked_with_others(self) -> None:
        def apart_then_elsewhere(report: Emergency) -> None:
            own = accepted_incident(report)
            assert report.incident_id == INCIDENT
            report.unlink(operator_id=KIM, at=after(10))
            assert report.incident_id == own
            report.link(ANOTHER, operator_id=None, at=after(11))

        linked().when(apart_then_elsewhere).then(
            (Unlinked, {"incident_id": INCIDENT}), (Linked, {"incident_id": ANOTHER})
        )

    def test_what_is_not_linked_cannot_be_unlinked(self) -> None:
        accepted().when(lambda one: one.unlink(operator_id=KIM, at=after(9))).then_refused(
            NotLinked
        )

    def test_a_link_touches_nothing_else(self) -> None:
        def link(report: Emergency) -> None:
            before = (report.stage, report.held_by, report.ringing, report.escalations)
            districts, turned_at = report.districts, report.turned_at
            report.link(INCIDENT, operator_id=KIM, at=after(20))
            assert (report.stage, report.held_by, report.ringing, report.escalations) == before
            assert (report.districts, report.turned_at) == (districts, turned_at)

        claimed().when(link).then(Linked)


def accepted_incident(report: Emergency) -> object:
    """The incident of a report that is linked with none."""
    return uuid5(report.id, "incident")


class TestIncident:
    def test_it_takes_each_report_in_once(self) -> None:
        def add_twice(one: Incident) -> None:
            one.add(OTHER, operator_id=KIM, at=T0)
            one.add(OTHER, operator_id=KIM, at=T0)

        incident(REPORT).when(add_twice).then((ReportAdded, {"report_id": OTHER}))

    def test_one_goes_and_the_others_stay(self) -> None:
        incident(REPORT, OTHER, THIRD).when(
            lambda one: one.remove(OTHER, operator_id=KIM, at=T0)
        ).then((ReportRemoved, {"report_id": OTHER}))

    def test_nobody_is_left_alone(self) -> None:
        def remove(one: Incident) -> None:
            assert one.remove(OTHER, operator_id=KIM, at=T0) == (REPORT, OTHER)
            assert one.reports == ()

        incident(REPORT, OTHER).when(remove).then(
            (ReportRemoved, {"report_id": REPORT}), (ReportRemoved, {"report_id": OTHER})
        )

    def test_it_begins_with_two(self) -> None:
        assert Incident.begin_for(REPORT, OTHER, at=T0).id == INCIDENT
        assert Incident.create_id(OTHER, REPORT) != INCIDENT
