"""Checks for hidden cameras and lent detectors: the online forms, and what the districts do."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Request
from pydantic import Field

from application.context import Context, Idempotency, Principal
from application.errors import Unauthenticated
from application.inspection.commands import (
    AddPiece,
    AskDetector,
    AskInspection,
    DecideForm,
    DeclineForm,
    FormReceipt,
    FormState,
    FormTeam,
    LoseDetector,
    Note,
    OpenedForm,
    OpenForm,
    Pieces,
    ReturnDetector,
    ScheduleInspection,
    TellResult,
)
from application.safe_return import Receipt
from domain.base import Value
from domain.geography import DistrictCode
from domain.inspection.vocabulary import Condition, Finding, FormDecline, Span
from domain.roles import Role
from interfaces.http.errors import problems
from interfaces.http.examples import DEVICE_TOKEN
from interfaces.http.identity import (
    Commanding,
    IdempotencyKey,
    Reading,
    TheHouse,
    asked_by,
    bearer_of,
    house_of,
)
from interfaces.http.phones import signed
from interfaces.http.queue import After

router = APIRouter(prefix="/v1", tags=["inspections"])
FORM = problems(401, 404, 409, 422, 429, 503)
STEP = problems(401, 403, 404, 409, 422, 503)
READ = problems(401, 403, 404, 422, 503)


class No(Value):
    why: FormDecline
    note: Note | None = None


class Visit(Value):
    team_id: UUID
    visit: Span


class Result(Value):
    finding: Finding
    note: Note | None = Field(default=None, examples=["남자 화장실 둘째 칸 환풍구 안쪽"])


class Returning(Value):
    condition: Condition = Condition.SOUND
    note: Note | None = None


class Losing(Value):
    note: Note | None = None


async def applicant(request: Request, idempotency_key: IdempotencyKey = None) -> Context:
    """A citizen by her phone, or anybody.

    Raises:
        Unauthenticated: a token came along, and is no phone's.
    """
    content = await request.body()
    desk, token = house_of(request).phone_desk, bearer_of(request)
    identity = await to_thread.run_sync(desk.admit, token, signed(request, content))
    citizen_id = identity.speaks_for if identity else None
    if token is not None and citizen_id is None:
        raise Unauthenticated("no device")
    principal = Principal(id="anonymous", role=Role.ANONYMOUS)
    if citizen_id is not None:
        principal = Principal(id=str(citizen_id), role=Role.CITIZEN)
    asked = None
    if idempotency_key is not None:
        asked = Idempotency(
            route=request.url.path, key=idempotency_key, body_sha256=sha256(content).digest()
        )
    return asked_by(request, principal, asked)


Applicant = Annotated[Context, Depends(applicant)]


@router.post(
    "/inspections",
    status_code=201,
    summary="Have a place checked for hidden cameras",
    responses=FORM,
    openapi_extra={"security": DEVICE_TOKEN},
)
def ask_inspection(body: AskInspection, house: TheHouse, context: Applicant) -> FormReceipt:
    """A member's phone, or anybody: then with a name and a number.

    The code is told here alone. With the reference it opens the form; a repeat under the same key
    gets the same two.
    """
    return house.form_desk.ask_inspection(body, context)


@router.post(
    "/detector-loans",
    status_code=201,
    summary="Borrow a detector of the district",
    responses=FORM,
    openapi_extra={"security": DEVICE_TOKEN},
)
def ask_detector(body: AskDetector, house: TheHouse, context: Applicant) -> FormReceipt:
    """As for a check."""
    return house.form_desk.ask_detector(body, context)


@router.post("/forms/look-up", summary="What became of a form", responses=FORM)
def look_up(body: OpenForm, house: TheHouse, context: Applicant) -> FormState:
    """By its reference and code, in the body, so that neither stands in anybody's list of URLs."""
    return house.form_desk.look_up(body, context)


@router.post("/forms/withdraw", summary="Take a form back", responses=FORM)
def withdraw(body: OpenForm, house: TheHouse, context: Applicant) -> Receipt:
    return house.form_desk.withdraw(body, context)


@router.get("/forms", summary="What the districts are asked for (staff)", responses=READ)
def forms(
    house: TheHouse,
    context: Reading,
    district: DistrictCode | None = None,
    unfinished: bool = True,  # noqa: FBT001, FBT002 - a query parameter
    after: After = None,
) -> list[dict[str, Any]]:
    """Oldest first; without personal data."""
    rows = house.forms_desk.forms(context, district=district, unfinished=unfinished, after=after)
    return [row.model_dump(mode="json", exclude={"form", "note"}) for row in rows]


@router.get("/forms/{form_id}", summary="All that a form says (staff)", responses=READ)
def form(form_id: UUID, house: TheHouse, context: Reading) -> OpenedForm:
    """With personal data; leaves an access record."""
    return house.forms_desk.form(context, form_id)


@router.get("/inspection-teams", summary="Who can be sent (staff)", responses=READ)
def teams(
    house: TheHouse,
    context: Reading,
    district: DistrictCode | None = None,
    after: After = None,
) -> list[dict[str, Any]]:
    rows = house.forms_desk.teams(context, district=district, after=after)
    return [row.model_dump(mode="json") for row in rows]


@router.get("/detectors/{district}", summary="A district's detectors (staff)", responses=READ)
def detectors(district: DistrictCode, house: TheHouse, context: Reading) -> Pieces:
    return house.forms_desk.pieces(context, district)


@router.get("/statistics/inspections", summary="Requests and what came of them", responses=READ)
def figures(house: TheHouse, context: Reading) -> list[dict[str, Any]]:
    """By kind of request, district, kind of building and month; no personal data."""
    return [row.model_dump(mode="json") for row in house.forms_desk.figures(context)]


@router.post("/inspections/{form_id}/approve", summary="Say yes (staff)", responses=STEP)
def approve(form_id: UUID, house: TheHouse, context: Commanding) -> Receipt:
    return house.inspection_desk.approve(DecideForm(form_id=form_id), context)


@router.post("/inspections/{form_id}/decline", summary="Say no, and why (staff)", responses=STEP)
def decline(form_id: UUID, body: No, house: TheHouse, context: Commanding) -> Receipt:
    return house.inspection_desk.decline(DeclineForm(form_id=form_id, **dict(body)), context)


@router.post("/inspections/{form_id}/visits", summary="Send a team (staff)", responses=STEP)
def schedule(form_id: UUID, body: Visit, house: TheHouse, context: Commanding) -> Receipt:
    """A later visit takes the place of an earlier one."""
    command = ScheduleInspection(form_id=form_id, **dict(body))
    return house.inspection_desk.schedule(command, context)


@router.post("/inspections/{form_id}/result", summary="What was found (staff)", responses=STEP)
def result(form_id: UUID, body: Result, house: TheHouse, context: Commanding) -> Receipt:
    """A camera that was found is told to the police at once; `note` is then the evidence."""
    return house.inspection_desk.tell_result(TellResult(form_id=form_id, **dict(body)), context)


@router.post("/inspections/{form_id}/close", summary="Try no more (staff)", responses=STEP)
def close(form_id: UUID, house: TheHouse, context: Commanding) -> Receipt:
    """Where nobody could enter."""
    return house.inspection_desk.close(DecideForm(form_id=form_id), context)


@router.post(
    "/inspection-teams", status_code=201, summary="Form a team (supervisor)", responses=STEP
)
def form_team(body: FormTeam, house: TheHouse, context: Commanding) -> Receipt:
    return house.inspection_desk.form_team(body, context)


@router.delete(
    "/inspection-teams/{team_id}", summary="Send a team no more (supervisor)", responses=STEP
)
def disband_team(team_id: UUID, house: TheHouse, context: Commanding) -> Receipt:
    """What is agreed is kept."""
    return house.inspection_desk.disband_team(team_id, context)


@router.post("/detector-loans/{form_id}/approve", summary="Keep one ready", responses=STEP)
def approve_loan(form_id: UUID, house: TheHouse, context: Commanding) -> Receipt:
    return house.detector_desk.approve(DecideForm(form_id=form_id), context)


@router.post("/detector-loans/{form_id}/decline", summary="Say no, and why", responses=STEP)
def decline_loan(form_id: UUID, body: No, house: TheHouse, context: Commanding) -> Receipt:
    return house.detector_desk.decline(DeclineForm(form_id=form_id, **dict(body)), context)


@router.post("/detector-loans/{form_id}/hand-over", summary="Give it out", responses=STEP)
def hand_over(form_id: UUID, house: TheHouse, context: Commanding) -> Receipt:
    """From now on its days run."""
    return house.detector_desk.hand_over(DecideForm(form_id=form_id), context)


@router.post("/detector-loans/{form_id}/return", summary="It is back", responses=STEP)
def take_back(form_id: UUID, body: Returning, house: TheHouse, context: Commanding) -> Receipt:
    return house.detector_desk.take_back(ReturnDetector(form_id=form_id, **dict(body)), context)


@router.post("/detector-loans/{form_id}/lost", summary="It will not come back", responses=STEP)
def lose(form_id: UUID, body: Losing, house: TheHouse, context: Commanding) -> Receipt:
    return house.detector_desk.lose(LoseDetector(form_id=form_id, note=body.note), context)


@router.post("/detectors", status_code=201, summary="Add one (supervisor)", responses=STEP)
def add_piece(body: AddPiece, house: TheHouse, context: Commanding) -> Receipt:
    return house.detector_desk.add_piece(body, context)


@router.post("/detectors/damaged", summary="One broke at home (supervisor)", responses=STEP)
def damage_piece(body: AddPiece, house: TheHouse, context: Commanding) -> Receipt:
    return house.detector_desk.damage(body, context)


@router.post("/detectors/repaired", summary="One is whole again (supervisor)", responses=STEP)
def repair_piece(body: AddPiece, house: TheHouse, context: Commanding) -> Receipt:
    return house.detector_desk.repair(body, context)


@router.post("/detectors/retired", summary="Lend one no more (supervisor)", responses=STEP)
def retire_piece(body: AddPiece, house: TheHouse, context: Commanding) -> Receipt:
    return house.detector_desk.retire(body, context)
