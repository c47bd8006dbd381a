"""What a control room finds out: what it is, where, and who else is in it."""

from __future__ import annotations

from typing import Any

import pytest

from domain.emergency import Emergency, refusals
from domain.emergency.classification import (
    Classification,
    Concerned,
    IncidentKind,
    Injury,
    PersonRole,
    Urgency,
    Weapon,
)
from domain.emergency.describing import (
    Classified,
    IncidentLocated,
    IncidentPlace,
    ThirdPersonNoted,
    third_persons_of,
)
from domain.emergency.facts import track_of
from domain.geography import FixQuality, FixSource, Position
from tests.domain.reports import (
    KIM,
    POLICY,
    REPORT,
    accepted,
    after,
    cancelled,
    claimed,
    resolved,
    triggered,
)
from tests.domain.walks import north
from tests.memory import GANGDONG, GANGDONG_OFFICE

FOLLOWED = Classification(kind=IncidentKind.FOLLOWED, concerns=Concerned.HERSELF)
ARMED = FOLLOWED.model_copy(update={"weapon": Weapon.BLADE})


def says(classification: Classification, times: int = 1):
    def step(report: Emergency) -> None:
        for _ in range(times):
            report.classify(classification, operator_id=KIM, at=after(20))

    return step


def place(position: Position | None = None, **changes: Any) -> IncidentPlace:
    told = FixQuality(source=FixSource.TOLD, accuracy_m=20.0, fixed_at=after(20), age_s=0.0)
    fields = {"position": position or north(300), "district": GANGDONG, "cell": "2109_5481"}
    return IncidentPlace(**({"fix": told} | fields | changes))


def points(*places: IncidentPlace):
    def step(report: Emergency) -> None:
        for one in places:
            report.locate_incident(one, operator_id=KIM, at=after(20))

    return step


def describes(text: str):
    def step(report: Emergency) -> None:
        report.note_third_person(
            role=PersonRole.OFFENDER, description=text, operator_id=KIM, at=after(20)
        )

    return step


def test_it_is_said_what_it_is_claimed_or_not() -> None:
    said = {"kind": IncidentKind.FOLLOWED, "weapon": Weapon.UNCLEAR, "urgency": Urgency.USUAL}
    accepted().when(says(FOLLOWED)).then((Classified, said | {"operator_id": KIM}))
    claimed().when(says(FOLLOWED)).then(Classified)


def test_said_anew_it_is_a_new_fact_and_said_again_it_is_none() -> None:
    once = claimed().given(
        Classified,
        timestamp=after(20),
        operator_id=KIM,
        urgency=FOLLOWED.urgency,
        **dict(FOLLOWED),
    )
    once.when(says(FOLLOWED)).then()
    once.when(says(ARMED, times=2)).then((Classified, {"urgency": Urgency.HIGHEST}))


@pytest.mark.parametrize(
    ("weapon", "injury", "urgency"),
    [
        (Weapon.NONE, Injury.NONE, Urgency.USUAL),
        (Weapon.UNCLEAR, Injury.UNCLEAR, Urgency.USUAL),
        (Weapon.BLUNT, Injury.NONE, Urgency.RAISED),
        (Weapon.OTHER, Injury.UNCLEAR, Urgency.RAISED),
        (Weapon.NONE, Injury.LIGHT, Urgency.RAISED),
        (Weapon.NONE, Injury.SEVERE, Urgency.HIGHEST),
        (Weapon.NONE, Injury.UNCONSCIOUS, Urgency.HIGHEST),
        (Weapon.BLADE, Injury.NONE, Urgency.HIGHEST),
        (Weapon.FIREARM, Injury.LIGHT, Urgency.HIGHEST),
    ],
)
def test_weapons_and_injuries_make_it_more_urgent(
    weapon: Weapon, injury: Injury, urgency: Urgency
) -> None:
    assert Classification(weapon=weapon, injury=injury).urgency is urgency


def test_where_it_happens_stands_apart_from_where_she_is() -> None:
    outcome = (
        claimed()
        .when(points(place(), place()))
        .then((IncidentLocated, {"position": north(300), "district": GANGDONG, "operator_id": KIM}))
    )
    assert outcome.fact.fix.source is FixSource.TOLD
    assert outcome.fact.subject_of("position") == track_of(REPORT)


def test_the_place_can_be_told_anew() -> None:
    claimed().when(points(place(), place(north(400)))).then(IncidentLocated, IncidentLocated)
    better = FixQuality(source=FixSource.TOLD, accuracy_m=5.0)
    claimed().when(points(place(), place(fix=better))).then(IncidentLocated, IncidentLocated)


def test_the_reporters_own_place_stays() -> None:
    def look(report: Emergency) -> None:
        points(place())(report)
        assert (report.position, report.incident) == (GANGDONG_OFFICE, north(300))

    claimed().when(look).then(IncidentLocated)


def test_a_third_person_is_described_under_a_key_of_the_incident() -> None:
    fact = accepted().when(describes("  Tall, black jacket. ")).then(ThirdPersonNoted).fact
    assert (fact.role, fact.description) == (PersonRole.OFFENDER, "Tall, black jacket.")
    subject = fact.subject_of("description")
    assert subject == third_persons_of(REPORT)
    assert subject not in {REPORT, track_of(REPORT), fact.originator_id}


def test_third_persons_are_noted_after_the_end_too() -> None:
    resolved().when(describes("Seen again at the corner.")).then(ThirdPersonNoted)


def test_nothing_said_of_a_person_is_refused() -> None:
    claimed().when(describes("  ")).then_refused(refusals.NoteLength)


@pytest.mark.parametrize("step", [says(FOLLOWED), points(place())])
def test_what_nobody_acts_on_is_not_described(step) -> None:
    triggered().when(step).then_refused(refusals.InWindow)
    cancelled().when(step).then_refused(refusals.NotOpen)
    resolved().when(step).then_refused(refusals.AlreadyResolved)


@pytest.mark.parametrize("step", [says(FOLLOWED), points(place()), describes("Tall.")])
def test_whoever_holds_it_has_acted(step) -> None:
    def then_idles(report: Emergency) -> None:
        step(report)
        report.idle_claim(due_at=after(40), at=after(40), policy=POLICY)

    assert len(claimed().when(then_idles).happened) == 1
