"""The same trigger, said otherwise: the first word stands, the difference is kept."""

from __future__ import annotations

from typing import Any

import pytest

from domain.emergency import Emergency
from domain.emergency.amending import Amended
from domain.emergency.vocabulary import Alert, Amendable, Flag, How, Stage
from domain.geography import FixQuality, FixSource, Position
from domain.language import Language
from tests.domain.reports import (
    FIX,
    JIYOUNG,
    KIM,
    accepted,
    after,
    cancelled,
    claimed,
    joined,
    resolved,
    signal,
    triggered,
)
from tests.memory import GURO, GURO_OFFICE


def amend(seconds: float = 2, **changes: Any):
    return lambda report: report.amend(signal(**changes), at=after(seconds))


def test_the_same_word_again_says_nothing() -> None:
    triggered().when(amend()).then()


def test_what_depends_on_the_moment_of_receipt_is_no_difference() -> None:
    later = FixQuality(source=FixSource.GNSS, accuracy_m=8.0, fixed_at=FIX.fixed_at, age_s=90.0)
    triggered().when(
        amend(90, fix=later, skew_s=-90.0, flags=(Flag.CLOCK_SKEWED, Flag.POSITION_STALE))
    ).then()


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"how": How.BUTTON, "presses": None}, (Amendable.HOW, Amendable.PRESSES)),
        ({"language": Language.ZH}, (Amendable.LANGUAGE,)),
        ({"position": None, "fix": None}, (Amendable.POSITION,)),
        ({"occurred_at": after(-30)}, (Amendable.OCCURRED_AT,)),
        ({"flags": (Flag.FIELD_UNKNOWN,)}, (Amendable.OTHER,)),
    ],
)
def test_a_difference_is_kept_with_what_differs(changes: dict, fields: tuple) -> None:
    triggered().when(amend(**changes)).then(
        (Amended, {"fields": fields, "trigger_id": "t-1", "citizen_id": JIYOUNG} | changes)
    )


def test_the_first_word_stands() -> None:
    def look(report: Emergency) -> None:
        amend(how=How.BUTTON, language=Language.ZH, position=None, fix=None)(report)
        assert (report.how, report.language, report.fix) == (How.SHAKE, Language.KO, FIX)
        assert isinstance(report.position, Position)

    triggered().when(look).then(Amended)


def test_a_changed_position_helps_and_moves_a_report_in_its_window() -> None:
    def look(report: Emergency) -> None:
        amend(position=GURO_OFFICE, district=GURO)(report)
        assert (report.position, report.district) == (GURO_OFFICE, GURO)
        assert report.districts == (GURO,)

    triggered().when(look).then((Amended, {"position": GURO_OFFICE, "district": GURO}))


def test_a_changed_position_is_the_newest_of_an_open_report_and_rings_nowhere() -> None:
    def look(report: Emergency) -> None:
        before = (report.district, report.districts, report.ringing, report.stage)
        amend(60, position=GURO_OFFICE, district=GURO)(report)
        assert report.position == GURO_OFFICE
        assert (report.district, report.districts, report.ringing, report.stage) == before

    for report in (accepted(), claimed(), resolved()):
        report.when(look).then(Amended)


def test_an_amended_silence_holds_and_an_amended_siren_changes_nothing() -> None:
    def look(report: Emergency) -> None:
        amend(alert=Alert.SILENT)(report)
        amend(3, alert=Alert.VIBRATION)(report)
        assert report.alert is Alert.SILENT

    triggered().when(look).then(Amended, Amended)


def test_each_difference_is_kept_once() -> None:
    twice = triggered().given(
        Amended,
        timestamp=after(2),
        fields=(Amendable.HOW,),
        **signal(how=How.BUTTON).model_dump(exclude={"maker", "drill"}),
    )
    twice.when(amend(3, how=How.BUTTON)).then()
    twice.when(amend(3)).then()
    twice.when(amend(3, how=How.UNKNOWN)).then((Amended, {"fields": (Amendable.HOW,)}))


def test_a_joined_trigger_is_amended_by_its_own_name() -> None:
    report = joined(how=How.BUTTON, presses=None)
    report.when(amend(3, trigger_id="t-2", how=How.BUTTON, presses=None)).then()
    report.when(amend(3, trigger_id="t-2")).then(
        (Amended, {"trigger_id": "t-2", "fields": (Amendable.HOW, Amendable.PRESSES)})
    )


def test_what_was_never_heard_is_no_amendment() -> None:
    triggered().when(amend(trigger_id="t-9")).then()


def test_an_amendment_brings_no_cancelled_report_back() -> None:
    def look(report: Emergency) -> None:
        amend(20, position=GURO_OFFICE)(report)
        assert report.stage is Stage.CANCELLED

    cancelled().when(look).then(Amended)


def test_an_amendment_takes_nothing_out_of_a_hand() -> None:
    def look(report: Emergency) -> None:
        amend(20, position=GURO_OFFICE)(report)
        assert report.held_by == KIM

    claimed().when(look).then(Amended)
