"""Plays one case over HTTP, step by step; each step waits for its fact, with a bound."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, Final, Protocol
from uuid import uuid4

import httpx

from domain.base import Fact, project
from domain.emergency import Emergency
from domain.geography import DistrictCode, Position
from interfaces.demo.case import Case
from interfaces.demo.people import People, code_of, must
from interfaces.demo.phone import Phone, coordinates
from interfaces.demo.played import Played, PlayedReport
from interfaces.demo.stage import DemoFailed, wait_for
from interfaces.demo.steps import (
    Act,
    Again,
    Answer,
    Behave,
    Cancel,
    Film,
    Fine,
    Message,
    OfferTransfer,
    Pause,
    Read,
    See,
    Staffed,
    Step,
    Trigger,
    Wait,
    Walk,
    Write,
)

if TYPE_CHECKING:
    from infrastructure.bootstrap import House

AFTER_CANCEL: Final = "emergency.raised_after_cancel"
SETTLED: Final = frozenset({"emergency.accepted", "emergency.cancelled"})
ACCEPTED_S: Final = 30.0

DOORS: Final[Mapping[str, tuple[str, str]]] = {
    "claim": ("claim", "emergency.claimed"),
    "take_over": ("take-over", "emergency.taken_over"),
    "release": ("release", "emergency.released"),
    "camera": ("cameras", "emergency.camera_viewed"),
    "police": ("police", "emergency.police_requested"),
    "ambulance": ("ambulance", "emergency.ambulance_requested"),
    "stand_down_police": ("police/stand-down", "emergency.police_stood_down"),
    "share_camera": ("camera-shares", "emergency.camera_shared"),
    "note": ("notes", "emergency.note_added"),
    "silence": ("silence", "emergency.silenced"),
    "message": ("messages", "emergency.message_sent"),
    "interpreter": ("interpreters", "emergency.interpreter_joined"),
    "offer": ("transfer", "emergency.transfer_offered"),
    "accept": ("transfer/accept", "emergency.transfer_accepted"),
    "refuse": ("transfer/refuse", "emergency.transfer_refused"),
    "resolve": ("resolve", "emergency.resolved"),
    "reopen": ("reopen", "emergency.reopened"),
}
"""Of each step in the control room: its path, and the fact that it must leave."""


class Running(Protocol):
    """A service that runs somewhere: whose log can be read, whose partners can be told."""

    @property
    def house(self) -> House: ...

    @property
    def partners_url(self) -> str: ...


class Player:
    def __init__(self, stage: Running, people: People, case: Case) -> None:
        self._stage = stage
        self._people = people
        self._case = case
        self._phone: Phone
        self._reports: list[PlayedReport] = []

    @property
    def _report(self) -> PlayedReport:
        """The one that the steps are about: the last."""
        return self._reports[-1]

    def play(self, stepped: Callable[[], None] = lambda: None) -> Played:
        """Raise the report and take every step.

        Raises:
            DemoFailed: a fact did not come in time, or a step was refused; names the case.
        """
        try:
            self._sit_down()
            self._phone = Phone(self._people.citizen(self._case.citizen), self._case)
            self._phone.set_pins()
            self._raise(self._case.trigger)
            stepped()
            for step in self._case.steps:
                self._take(step)
                stepped()
        except DemoFailed as error:
            raise DemoFailed(f"case {self._case.case}: {error}") from None
        return Played(self._case, self._reports)

    def _sit_down(self) -> None:
        """All who will act are at their desks before anything happens, wherever it may ring."""
        staffed = {step.by for step in self._case.steps if isinstance(step, Staffed)}
        for district in self._districts() if staffed else ():
            for who in staffed:
                self._people.staff(who, district)

    def _districts(self) -> set[DistrictCode]:
        case = self._case
        again = [step.trigger for step in case.steps if isinstance(step, Again) and step.trigger]
        places = [trigger.place for trigger in (case.trigger, *again)]
        places += [step.to for step in case.steps if isinstance(step, Walk)]
        found = {self._locate(place) for place in map(coordinates, filter(None, places))}
        found |= {step.to_district for step in case.steps if isinstance(step, OfferTransfer)}
        return found | ({case.expect.district} if case.expect.district else set())

    def _locate(self, place: tuple[float, float]) -> DistrictCode:
        position = Position(latitude_deg=place[0], longitude_deg=place[1])
        return self._stage.house.districts.locate(position).district

    def _raise(self, trigger: Trigger) -> None:
        report_id = self._phone.raise_alarm(trigger)
        if self._reports and self._report.report_id == report_id:
            self._report.owed.append("emergency.joined")
            return
        new = PlayedReport(report_id, trigger.drill)
        if self._reports and self._report.taken_back and self._report.drill == trigger.drill:
            new.owed += [AFTER_CANCEL] * (self._case.citizen is not None)
        self._reports.append(new)

    def _take(self, step: Step) -> None:
        match step:
            case Wait():
                self._await({step.topic}, times=step.times, within_s=step.within_s)
            case Pause():
                time.sleep(step.seconds)
            case Again():
                self._raise(step.trigger or self._case.trigger)
            case Behave():
                body = step.model_dump(mode="json", exclude_unset=True, exclude={"do"})
                if step.answer is not None:
                    body["report_id"] = str(self._report.report_id)
                must(httpx.post(f"{self._stage.partners_url}/control", json=body, timeout=5.0))
            case See():
                self._see(step)
            case Act():
                self._act(step)
            case _:
                self._take_phone(step)

    def _take_phone(self, step: Cancel | Film | Walk | Write | Read | Fine) -> None:
        report = self._report
        match step:
            case Cancel():
                self._cancel(step)
            case Film():
                report.filmed.append(self._phone.film(report.report_id, step))
            case Walk():
                self._phone.walk(report.report_id, step)
            case Write():
                self._phone.write(report.report_id, step.text)
                report.written.append(step.text)
                report.owed.append("emergency.message_received")
            case Read():
                self._read()
            case Fine():
                self._phone.say_fine(report.report_id)
                report.owed.append("emergency.said_fine")

    def _cancel(self, step: Cancel) -> None:
        report = self._report
        time.sleep(max(0.0, report.began + step.after_s - time.monotonic()))
        said = self._phone.cancel(report.report_id, step)
        citizen = self._case.citizen
        if citizen is not None and citizen.duress_pin and step.pin == citizen.duress_pin:
            report.owed += ["emergency.duress_suspected"] * (not report.forced)
            report.forced = True
        elif not report.taken_back:
            done = said == "cancelled"
            report.owed.append("emergency.cancelled" if done else "emergency.cancel_refused")
        report.taken_back = report.taken_back or said == "cancelled"

    def _read(self) -> None:
        """The phone shows what was written to her; all words of the control room must be there."""
        shown = self._phone.read(self._report.report_id)
        if not shown:
            raise DemoFailed("nothing was written to the phone that it could show")
        for text in self._report.sent:
            if text not in shown:
                raise DemoFailed(f"the phone does not show {text!r}; it shows {shown}")
        self._report.owed.append("emergency.message_read")

    def _see(self, step: See) -> None:
        """Somebody looks at the report until it stands there as the case has it."""
        person = self._people.staff(step.by, self._state().district)
        shown: dict[str, Any] = {}

        def look() -> bool:
            answer = person.ask("GET", f"/v1/reports/{self._report.report_id}")
            shown.update(must(answer) if answer.is_success else {})
            return bool(shown) and all(shown.get(name) == value for name, value in step.has.items())

        try:
            wait_for(look, what="the sight", within_s=step.within_s)
        except DemoFailed:
            told = {name: shown.get(name) for name in step.has}
            raise DemoFailed(f"{step.by} was to see {step.has}, and sees {told}") from None

    def _act(self, step: Act) -> None:
        """Somebody in the control room acts; they see the report once its window is over."""
        report = self._report
        if step.refused is None:
            self._await(SETTLED, within_s=ACCEPTED_S)
        district = self._state().district
        if isinstance(step, Answer) and step.refused is None:
            district = wait_for(self._asked, what="an offer", within_s=ACCEPTED_S)
        kind = str(getattr(step, "do"))  # noqa: B009 - every step but the base has one
        door, fact = DOORS[kind]
        answer = self._people.staff(step.by, district).ask(
            "POST", f"/v1/reports/{report.report_id}/{door}", json=_body(step)
        )
        if step.refused is None:
            must(answer)
            report.owed.append(fact)
            report.sent += _words(step)
        elif answer.is_success or code_of(answer) != step.refused:
            raise DemoFailed(
                f"step {kind} was to be refused as {step.refused}, and was answered "
                f"{answer.status_code} {code_of(answer) or ''}".rstrip()
            )

    def _await(self, topics: Collection[str], *, times: int = 1, within_s: float) -> None:
        wait_for(
            lambda: sum(fact.TOPIC in topics for fact in self._facts()) >= times,
            what=f"the fact {' or '.join(sorted(topics))}"
            + (f" for the {times}th time" if times > 1 else ""),
            within_s=within_s,
        )

    def _asked(self) -> DistrictCode | None:
        """The district whose answer to a transfer is awaited."""
        offer = self._state().offer
        return offer.to_district if offer else None

    def _state(self) -> Emergency:
        """The report as its facts make it, which says best where it rings."""
        report = project(None, self._facts())
        if not isinstance(report, Emergency):
            raise DemoFailed("the log has no report of this case")
        return report

    def _facts(self) -> list[Fact]:
        return [
            fact
            for fact in self._stage.house.reader.stream(self._report.report_id)
            if isinstance(fact, Fact)
        ]


def _words(step: Act) -> list[str]:
    return [step.text] if isinstance(step, Message) and step.text is not None else []


def _body(step: Act) -> dict[str, Any]:
    body = step.model_dump(mode="json", exclude={"do", "by", "refused"}, exclude_none=True)
    if isinstance(step, Message):
        text = {"body": body.pop("text")} if step.text is not None else {}
        body |= text | {"message_id": str(uuid4())}
    return body
