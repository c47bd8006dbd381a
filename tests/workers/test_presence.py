"""Silences on real servers: the custody role looks, the log tells, the provider is called."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from uuid import UUID, uuid4

from application.context import Context, Principal
from application.emergency.commands import ClaimReport
from domain.policy import Policy
from domain.roles import Role
from tests.plant import Plant
from tests.waiting import until
from workers.custody import Custody, presence
from workers.pulse import Pulse

GURO = "11530"
QUICK = Policy(
    cancel_window_s=0.1,
    act_within_s=0.5,
    escalate_supervisor_s=0.4,
    escalate_neighbour_s=0.8,
    escalate_city_s=1.2,
    escalate_police_s=1.6,
    input_stale_s=0.5,
)
SILENT = QUICK.model_copy(update={"console_stale_s": 1.5})


def staff(role: Role, district: str | None = GURO) -> Context:
    return Context(
        principal=Principal(id=str(uuid4()), role=role, district=district), correlation_id=uuid4()
    )


@contextmanager
def watched(plant: Plant, policy: Policy = QUICK) -> Iterator[None]:
    """All roles with quick numbers, and the real presence."""
    stop = Event()
    houses = [plant.house(role) for role in ("schedule", "relay", "work", "project", "custody")]
    for house in houses:
        house.policy = policy
        del house.presence
    from workers import main, projector, relay, scheduler

    def custody(house, stop):
        duty = presence(house)
        Custody([type(duty)(duty.name, 0.1, duty.run)], Pulse(house.heartbeats, "custody")).run(
            stop
        )

    roles = (scheduler.run, relay.run, main.run, projector.run, custody)
    threads = [
        Thread(target=role, args=(house, stop)) for role, house in zip(roles, houses, strict=True)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        for house in houses:
            house.close()


def test_an_idle_claim_calls_the_supervisor_and_ends_at_the_police(plant, house, people) -> None:
    house.policy = QUICK
    del house.presence
    jung, kim = staff(Role.SUPERVISOR), staff(Role.OPERATOR)
    house.shift_desk.start(jung)
    house.shift_desk.start(kim)
    with watched(plant):
        report_id: UUID = people.raises().report_id
        until(lambda: "accepted" in plant.facts(report_id))
        house.emergency_desk.claim(ClaimReport(report_id=report_id), kim)
        until(lambda: "police_requested" in plant.facts(report_id))
        until(lambda: "supervisor_paged" in plant.facts(report_id))
        until(lambda: "holder_away" in plant.facts(report_id))
        until(lambda: [entry for entry in plant.journal() if entry["channel"] == "police"])
    told = plant.facts(report_id)
    assert told.count("escalated") >= 4
    pages = [entry for entry in plant.journal() if entry["channel"] == "page"]
    idle = next(one for one in pages if one["body"]["why"] == "idle_claim")
    assert (idle["body"]["district"], idle["body"]["staff_id"]) == (GURO, jung.principal.id)
    assert idle["body"]["reports"] == 1
    until(lambda: house.queue_view.calling(GURO) == 1)
    [police] = [entry for entry in plant.journal() if entry["channel"] == "police"]
    assert police["body"]["unassessed"]


def test_a_centre_that_falls_silent_closes_and_the_city_is_called(plant, house) -> None:
    house.policy = SILENT
    del house.presence
    house.shift_desk.start(staff(Role.OPERATOR))
    with watched(plant, SILENT):
        until(lambda: [one for one in plant.journal() if one["channel"] == "page"])
    [page] = [one for one in plant.journal() if one["channel"] == "page"]
    assert (page["body"]["district"], page["body"]["why"]) == ("11000", "centre_closed")
    assert plant.ask("SELECT district, open FROM read.centres") == [(GURO, False)]
    assert plant.count("consoles") == 0
