"""A bell's own life, and which report its presses belong to."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.bell import Bell, BellGuard, BellPlace, bell_guard, facts
from domain.bell.bell_guard import RECENT_KEPT, Place, Pressed, Standing
from domain.bell.refusals import BellRetired, NothingToRepair
from domain.policy import Policy
from tests.domain.reports import KIM, after
from tests.memory import GANGDONG, GANGDONG_OFFICE
from tests.scenario import T0, Scenario

POLICY = Policy()
NO = "GD-0417"
BELL = Bell.create_id(NO)
GUARD = BellGuard.create_id(NO)
REPORT = uuid5(NAMESPACE_URL, "/reports/1")
NEW = uuid5(NAMESPACE_URL, "/reports/2")
PLACE = BellPlace(
    latitude_deg=GANGDONG_OFFICE.latitude_deg,
    longitude_deg=GANGDONG_OFFICE.longitude_deg,
    district=GANGDONG,
    cell="2109_5478",
)
ELSEWHERE = PLACE.model_copy(update={"latitude_deg": 37.5305})
SILENT_S = POLICY.bell_silent_after_s


def installed() -> Scenario[Bell]:
    return Scenario[Bell](BELL).given(
        facts.Installed,
        originator_topic="bell",
        timestamp=T0,
        bell_no=NO,
        place=PLACE,
        line="8417",
    )


def silent() -> Scenario[Bell]:
    return installed().given(
        facts.FellSilent, timestamp=after(SILENT_S), last_heard_at=T0, silent_s=SILENT_S
    )


def stuck() -> Scenario[Bell]:
    return installed().given(
        facts.SeemedStuck, timestamp=after(60), report_id=REPORT, presses=11, within_s=60.0
    )


def retired() -> Scenario[Bell]:
    return installed().given(facts.Retired, timestamp=after(60))


def test_a_bell_that_stands_as_listed_has_nothing_to_say() -> None:
    installed().when(lambda bell: bell.stand_at(place=PLACE, line="8417", at=T0)).then()


def test_a_bell_is_moved() -> None:
    installed().when(lambda bell: bell.stand_at(place=ELSEWHERE, line="8417", at=T0)).then(
        (facts.Moved, {"place": ELSEWHERE})
    )


def test_its_line_is_changed() -> None:
    installed().when(lambda bell: bell.stand_at(place=PLACE, line=None, at=T0)).then(
        (facts.LineChanged, {"line": None})
    )


def test_it_is_taken_down_once_and_stands_again() -> None:
    installed().when(lambda bell: bell.retire(at=T0)).then(facts.Retired)
    retired().when(lambda bell: bell.retire(at=T0)).then()
    retired().when(lambda bell: bell.stand_at(place=PLACE, line="8417", at=T0)).then(
        (facts.Reinstated, {"place": PLACE, "line": "8417"})
    )


def not_heard(seconds: float, last: Any = None):
    def step(bell: Bell) -> None:
        bell.not_heard(last_heard_at=last, at=after(seconds), policy=POLICY)

    return step


def test_it_falls_silent_after_three_hours() -> None:
    installed().when(not_heard(SILENT_S)).then(
        (facts.FellSilent, {"last_heard_at": T0, "silent_s": SILENT_S})
    )
    installed().when(not_heard(SILENT_S - 1)).then()


def test_from_its_last_word_on() -> None:
    installed().when(not_heard(SILENT_S + 59, after(60))).then()
    installed().when(not_heard(SILENT_S + 60, after(60))).then(
        (facts.FellSilent, {"last_heard_at": after(60)})
    )


def test_once_and_not_when_it_was_taken_down() -> None:
    silent().when(not_heard(2 * SILENT_S)).then()
    retired().when(not_heard(2 * SILENT_S)).then()


def test_it_is_heard_again_once() -> None:
    later = after(2 * SILENT_S)
    silent().when(lambda bell: bell.heard(heard_at=later, at=later)).then(
        (facts.HeardAgain, {"heard_at": later})
    )
    installed().when(lambda bell: bell.heard(heard_at=later, at=later)).then()


def test_it_seems_stuck_once_until_it_is_repaired() -> None:
    def seem(bell: Bell) -> None:
        bell.seem_stuck(report_id=REPORT, presses=11, within_s=60.0, at=after(70))

    installed().when(seem).then((facts.SeemedStuck, {"report_id": REPORT, "presses": 11}))
    stuck().when(seem).then()
    stuck().given(facts.Repaired, timestamp=after(65), repaired_by=KIM).when(seem).then(
        facts.SeemedStuck
    )


def repair(*, low: bool = False):
    return lambda bell: bell.repair(repaired_by=KIM, battery_low=low, at=after(90))


def test_what_is_on_the_list_is_repaired() -> None:
    for broken in (silent(), stuck()):
        broken.when(repair()).then((facts.Repaired, {"repaired_by": KIM}))
    installed().when(repair(low=True)).then(facts.Repaired)


def test_what_is_not_on_the_list_is_not() -> None:
    installed().when(repair()).then_refused(NothingToRepair)
    retired().when(repair(low=True)).then_refused(BellRetired)


def test_a_repaired_bell_should_be_heard_from_then_on() -> None:
    repaired = silent().given(facts.Repaired, timestamp=after(2 * SILENT_S), repaired_by=KIM)
    repaired.when(not_heard(3 * SILENT_S - 1)).then()
    repaired.when(not_heard(3 * SILENT_S)).then(facts.FellSilent)


def guard(*presses: tuple[str, float, type], report_id: UUID = REPORT) -> Scenario[BellGuard]:
    story = Scenario[BellGuard](GUARD).given(
        bell_guard.Began, originator_topic="bell_guard", timestamp=T0, bell_no=NO
    )
    for press_id, seconds, kind in presses:
        more = {"linked_to": None} if kind is bell_guard.Opened else {}
        story = story.given(
            kind, timestamp=after(seconds), report_id=report_id, press_id=press_id, **more
        )
    return story


OPENED = ("p-1", 0.0, bell_guard.Opened)
OPEN = Standing(ended=False, seen_stuck=False)
ENDED = Standing(ended=True, seen_stuck=False)
SEEN = Standing(ended=False, seen_stuck=True)
SEEN_AND_ENDED = Standing(ended=True, seen_stuck=True)


def press(press_id: str, seconds: float, standing: Standing | None, kept: list[Pressed]):
    def step(one: BellGuard) -> None:
        kept.append(
            one.place(
                press_id=press_id,
                report_id=NEW,
                standing=standing,
                at=after(seconds),
                policy=POLICY,
            )
        )

    return step


def test_the_first_press_opens_a_report() -> None:
    kept: list[Pressed] = []
    guard().when(press("p-1", 0, None, kept)).then(
        (bell_guard.Opened, {"report_id": NEW, "press_id": "p-1", "linked_to": None})
    )
    assert kept == [Pressed(NEW, Place.OPENS, within=1)]


def test_a_further_press_joins_while_it_is_open() -> None:
    kept: list[Pressed] = []
    guard(OPENED).when(press("p-2", POLICY.join_within_s, OPEN, kept)).then(
        (bell_guard.Joined, {"report_id": REPORT, "press_id": "p-2"})
    )
    assert kept == [Pressed(REPORT, Place.JOINS, within=1)]


def test_too_long_after_the_last_it_opens_another_that_is_linked() -> None:
    kept: list[Pressed] = []
    guard(OPENED).when(press("p-2", POLICY.join_within_s + 1, OPEN, kept)).then(
        (bell_guard.Opened, {"report_id": NEW, "linked_to": REPORT})
    )
    assert kept[0].linked_to == REPORT


def test_after_the_end_it_opens_another_that_is_not() -> None:
    guard(OPENED).when(press("p-2", 1, ENDED, [])).then(
        (bell_guard.Opened, {"report_id": NEW, "linked_to": None})
    )


def test_a_press_that_was_heard_is_heard_once() -> None:
    kept: list[Pressed] = []
    guard(OPENED).when(press("p-1", 9, ENDED, kept)).then()
    assert kept == [Pressed(REPORT, Place.AGAIN)]


def test_close_behind_the_last_of_a_bell_seen_stuck_it_is_counted() -> None:
    kept: list[Pressed] = []
    quiet_s = POLICY.bell_stuck_quiet_s
    for standing in (SEEN, SEEN_AND_ENDED):
        guard(OPENED).when(press("p-2", quiet_s, standing, kept)).then(
            (bell_guard.Counted, {"report_id": REPORT, "press_id": "p-2"})
        )
    assert kept[0] == Pressed(REPORT, Place.COUNTS)
    guard(OPENED).when(press("p-2", quiet_s + 1, SEEN, kept)).then(bell_guard.Joined)
    guard(OPENED).when(press("p-2", quiet_s + 1, SEEN_AND_ENDED, kept)).then(bell_guard.Opened)


def test_a_counted_press_keeps_the_quiet_going() -> None:
    counted = ("p-2", 50.0, bell_guard.Counted)
    guard(OPENED, counted).when(press("p-3", 110, SEEN, [])).then(bell_guard.Counted)


def test_presses_of_the_last_minute_are_counted() -> None:
    kept: list[Pressed] = []
    told = [(f"p-{number}", number * 10.0, bell_guard.Joined) for number in range(1, 9)]
    guard(OPENED, *told).when(press("p-9", 90, OPEN, kept)).then(bell_guard.Joined)
    assert kept[0].within == 7, "from the 30th second to the 90th"


def test_however_many_presses_there_were_a_few_moments_are_remembered() -> None:
    told = [(f"p-{number}", 1.0, bell_guard.Joined) for number in range(2, 200)]
    kept: list[Pressed] = []
    guard(OPENED, *told).when(press("p-200", 2, OPEN, kept)).then(bell_guard.Joined)
    assert kept[0].within == RECENT_KEPT
