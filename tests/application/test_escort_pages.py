"""Who is called to an escort that nobody watches, and what the provider is told."""

from __future__ import annotations

from application.attempts import AttemptOutcome
from application.delivery_book import Patience
from application.delivery_desk import DeliveryDesk
from application.escort.commands import WatchEscort
from application.outbox import Channel, TimerKind
from application.paging import PageRequest
from domain.geography import CITY
from tests.application.delivery_twins import MemoryBook, Partner, everybody
from tests.application.escort_house import KIM, SUPERVISOR, EscortHouse
from tests.application.house import COORDINATOR, id_of
from tests.memory import GANGDONG


def test_the_supervisor_on_duty_is_called_to_a_walk_that_nobody_watches() -> None:
    house = EscortHouse()
    house.presence.supervisors = {GANGDONG: id_of(SUPERVISOR), CITY: id_of(COORDINATOR)}
    escort_id = house.walking().aggregate_id
    house.clock.advance(60)
    house.fire(TimerKind.ESCORT_WATCH, escort_id)
    assert house.fire(TimerKind.ESCORT_WATCH, escort_id, again=True) == 0
    [page] = house.pages(escort_id)
    assert (page.district, page.staff_id) == (GANGDONG, id_of(SUPERVISOR))
    assert (page.about_district, page.why) == (GANGDONG, "escort_unwatched")
    assert (page.report_id, page.asked_at) == (escort_id, house.clock.now())


def test_the_city_is_called_to_an_unwatched_walk_where_no_supervisor_is() -> None:
    house = EscortHouse()
    house.presence.supervisors = {CITY: id_of(COORDINATOR)}
    escort_id = house.walking().aggregate_id
    house.clock.advance(60)
    house.fire(TimerKind.ESCORT_WATCH, escort_id)
    house.presence.supervisors = {}
    house.escorts.watch(WatchEscort(escort_id=escort_id), KIM)
    house.escorts.leave_watch(escort_id, KIM)
    house.clock.advance(60)
    house.fire(TimerKind.ESCORT_WATCH, escort_id)
    pages = [(one.district, one.staff_id, one.about_district) for one in house.pages(escort_id)]
    assert pages == [(CITY, id_of(COORDINATOR), GANGDONG), (CITY, None, GANGDONG)]


def test_nobody_is_called_to_a_walk_that_is_watched_in_time() -> None:
    house = EscortHouse()
    escort_id = house.walking().aggregate_id
    house.escorts.watch(WatchEscort(escort_id=escort_id), KIM)
    house.clock.advance(60)
    house.fire(TimerKind.ESCORT_WATCH, escort_id)
    assert house.pages(escort_id) == []


def test_the_provider_is_told_once_and_the_escort_needs_no_answer() -> None:
    house = EscortHouse()
    escort_id = house.walking().aggregate_id
    house.clock.advance(60)
    house.fire(TimerKind.ESCORT_WATCH, escort_id)
    [delivery] = [one for one in house.log.deliveries.values() if one.channel is Channel.PAGE]
    book, partner, known = MemoryBook(delivery), Partner(), house.log.topics(escort_id)
    desk = DeliveryDesk(
        app=house.app,
        book=book,
        reports=house.desk,
        partners=lambda: everybody(partner),
        access_log=house.access,
        chance=lambda: 1.0,
        patience=Patience(attempts_max=1),
    )
    assert desk.attempt(delivery.delivery_id).outcome is AttemptOutcome.DONE
    [told] = partner.asked
    assert isinstance(told, PageRequest)
    assert (told.why, told.report_id) == ("escort_unwatched", escort_id)
    assert house.log.topics(escort_id) == known
