"""One report: what is known of it, and the steps of those who answer it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from application.emergency import commands
from application.safe_return import Receipt
from application.viewing_desk import Viewed
from domain.base import Value
from domain.emergency.correcting import Correctable
from domain.emergency.help_answers import HelpKind, StandDown
from domain.emergency.vocabulary import Outcome, VerifiedBy
from interfaces.http.errors import problems
from interfaces.http.identity import Commanding, Reading, TheHouse
from interfaces.http.queue import POSITION_MAX, After, AsOf, Known, past_of

router = APIRouter(prefix="/v1/reports/{report_id}", tags=["reports"])

STEP = problems(401, 403, 404, 409, 422, 503)
READ = problems(401, 403, 404, 409, 422, 503)

Why = Annotated[
    str | None,
    Query(
        max_length=500,
        pattern=r"^[^\x00]*$",
        description="Why you read it; stands in the access record.",
    ),
]


def _look(
    as_of: AsOf = None, known_on: Known = None, after: After = None, why: Why = None
) -> dict[str, Any]:
    return {"as_of": past_of(as_of, known_on), "after": after, "why": why}


TheLook = Annotated[dict[str, Any], Depends(_look)]
"""How to look: when, not before what, and why."""


class Step(Value):
    """``expected_position``: the `last_position` of the picture that you decided on."""

    expected_position: int | None = Field(default=None, ge=0, le=POSITION_MAX, examples=[4711])


class ReasonedStep(Step):
    reason: commands.Reason = Field(examples=["근무 교대"])


class TakeOver(Step):
    reason: commands.Reason | None = Field(
        default=None, description="Needed when the claim is older than 20 s."
    )


class Camera(Step):
    camera_id: commands.CameraId = Field(examples=["GD-0417"])


class NoLonger(Step):
    why: StandDown = Field(examples=["safe"])


class Note(Step):
    note: commands.Text = Field(examples=["신고자와 통화함. 자택 앞에서 대기 중."])


class Resolution(Step):
    outcome: Outcome
    verified_by: VerifiedBy | None = Field(
        default=None, description="How it was verified; needed for `safe`, and only there."
    )
    duplicate_of: UUID | None = Field(
        default=None, description="The report that this one repeats; needed for `duplicate`."
    )
    note: commands.Text = Field(
        description="10 to 1,000 characters.", examples=["순찰차 도착, 신고자 안전 확인함."]
    )


class Correction(Value):
    field: Correctable
    value: str = Field(min_length=1, max_length=40, pattern=r"^[a-z0-9_]+$", examples=["safe"])
    reason: commands.Reason = Field(examples=["보고서 확인 후 정정"])
    fact: UUID | Annotated[int, Field(ge=1, le=POSITION_MAX)] | None = Field(
        default=None,
        description="Event id or log position of the fact that is wrong; to be sure which.",
    )
    verified_by: VerifiedBy | None = Field(
        default=None, description="How it was verified; needed for the outcome `safe`."
    )
    duplicate_of: UUID | None = Field(
        default=None, description="The report that it repeats; needed for `duplicate`."
    )


class Shown(Value):
    open: bool = Field(description="Whether the screen shows the report; false when it goes.")


@router.get("", summary="Everything known of one report", responses=READ)
def report(report_id: UUID, house: TheHouse, context: Reading, look: TheLook) -> dict[str, Any]:
    """With personal data, the reporter's card, and who has it open; leaves access records."""
    desk = house.reading_desk
    known = dict(desk.report(context, report_id, **look))
    watched = desk.watched(context, {report_id}, as_of=look["as_of"])
    mine = [one for one in watched if one["report_id"] == report_id]
    card = desk.card(context, report_id, as_of=look["as_of"], why=look["why"])
    sessions = desk.sessions_of(report_id, as_of=look["as_of"])
    return known | {"watching": mine[0] if mine else None, "card": card, "sessions": sessions}


@router.get("/history", summary="Every fact of one report", responses=READ)
def history(
    report_id: UUID, house: TheHouse, context: Reading, look: TheLook
) -> list[dict[str, Any]]:
    """In order; with personal data; leaves an access record."""
    facts = house.reading_desk.history(context, report_id, **look)
    return [dict(fact) for fact in facts]


@router.post("/claim", summary="Take it in hand", responses=STEP)
def claim(report_id: UUID, body: Step, house: TheHouse, context: Commanding) -> Receipt:
    """Stops the ring. Claiming what is already yours changes nothing."""
    command = commands.ClaimReport(report_id=report_id, **dict(body))
    return house.emergency_desk.claim(command, context)


@router.post("/take-over", summary="Take it from another operator", responses=STEP)
def take_over(report_id: UUID, body: TakeOver, house: TheHouse, context: Commanding) -> Receipt:
    command = commands.TakeOverReport(report_id=report_id, **dict(body))
    return house.emergency_desk.take_over(command, context)


@router.post("/release", summary="Give it back: it rings again", responses=STEP)
def release(report_id: UUID, body: ReasonedStep, house: TheHouse, context: Commanding) -> Receipt:
    command = commands.ReleaseReport(report_id=report_id, **dict(body))
    return house.emergency_desk.release(command, context)


@router.post("/cameras", summary="Note that a camera was looked through", responses=STEP)
def camera(report_id: UUID, body: Camera, house: TheHouse, context: Commanding) -> Receipt:
    command = commands.ViewCamera(report_id=report_id, **dict(body))
    return house.emergency_desk.view_camera(command, context)


@router.post("/camera-shares", summary="Let the police look along through a camera", responses=STEP)
def share_camera(report_id: UUID, body: Camera, house: TheHouse, context: Commanding) -> Receipt:
    """Only while a request to the police stands; kept as a provision of data to them."""
    command = commands.ShareCamera(report_id=report_id, **dict(body))
    return house.emergency_desk.share_camera(command, context)


@router.post("/camera-shares/end", summary="Let them look along no more", responses=STEP)
def stop_sharing(report_id: UUID, body: Camera, house: TheHouse, context: Commanding) -> Receipt:
    command = commands.StopSharing(report_id=report_id, **dict(body))
    return house.emergency_desk.stop_sharing(command, context)


@router.post("/{kind}/stand-down", summary="Say that help is no longer needed", responses=STEP)
def stand_down(
    report_id: UUID, kind: HelpKind, body: NoLonger, house: TheHouse, context: Commanding
) -> Receipt:
    """Every standing request is taken back; from here on the partner is told no place."""
    command = commands.StandHelpDown(report_id=report_id, kind=kind, **dict(body))
    return house.emergency_desk.stand_down(command, context)


@router.post("/police", summary="Ask the police to come", responses=STEP)
def police(report_id: UUID, body: Step, house: TheHouse, context: Commanding) -> Receipt:
    command = commands.RequestPolice(report_id=report_id, **dict(body))
    return house.emergency_desk.request_police(command, context)


@router.post("/ambulance", summary="Ask for an ambulance", responses=STEP)
def ambulance(report_id: UUID, body: Step, house: TheHouse, context: Commanding) -> Receipt:
    command = commands.RequestAmbulance(report_id=report_id, **dict(body))
    return house.emergency_desk.request_ambulance(command, context)


@router.post("/notes", summary="Write something down", responses=STEP)
def note(report_id: UUID, body: Note, house: TheHouse, context: Commanding) -> Receipt:
    command = commands.AddNote(report_id=report_id, **dict(body))
    return house.emergency_desk.add_note(command, context)


@router.post("/resolve", summary="End it, with its outcome", responses=STEP)
def resolve(report_id: UUID, body: Resolution, house: TheHouse, context: Commanding) -> Receipt:
    command = commands.ResolveReport(report_id=report_id, **dict(body))
    return house.emergency_desk.resolve(command, context)


@router.post("/reopen", summary="Open it again: it rings", responses=STEP)
def reopen(report_id: UUID, body: ReasonedStep, house: TheHouse, context: Commanding) -> Receipt:
    command = commands.ReopenReport(report_id=report_id, **dict(body))
    return house.emergency_desk.reopen(command, context)


@router.post("/promote", summary="Make a real report of a drill", responses=STEP)
def promote(report_id: UUID, body: Step, house: TheHouse, context: Commanding) -> Receipt:
    """It rings as a real one from now on, until it is claimed anew."""
    command = commands.PromoteReport(report_id=report_id, **dict(body))
    return house.emergency_desk.promote(command, context)


@router.post("/corrections", summary="Correct what a fact stated", responses=STEP)
def correct(report_id: UUID, body: Correction, house: TheHouse, context: Commanding) -> Receipt:
    """Supervisors and coordinators only. The old fact stays; views show the corrected value."""
    command = commands.CorrectReport(report_id=report_id, **dict(body))
    return house.emergency_desk.correct(command, context)


@router.post(
    "/viewing",
    summary="Say that a screen shows it, and again while it does",
    responses=problems(401, 403, 404, 422, 503),
)
def viewing(report_id: UUID, body: Shown, house: TheHouse, context: Reading) -> Viewed:
    """Kept as a fact once it has lasted 2 s; a screen that is silent for 45 s is closed for it."""
    if body.open:
        return house.viewing_desk.shows(report_id, context)
    house.viewing_desk.hides(report_id, context)
    return Viewed(noted=False, beat_again_in_s=0)
