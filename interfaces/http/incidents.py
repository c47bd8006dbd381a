"""What a control room finds out of a report, and how it passes it on to another."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from application.emergency import commands
from application.safe_return import Receipt
from domain.emergency.classification import (
    Classification,
    Concerned,
    IncidentKind,
    Injury,
    PersonRole,
    Weapon,
)
from domain.geography import DistrictCode, Position
from interfaces.http.identity import Commanding, Reading, TheHouse
from interfaces.http.reports import READ, STEP, ReasonedStep, Step, Why

router = APIRouter(prefix="/v1/reports/{report_id}", tags=["reports"])


class Classify(Step):
    kind: IncidentKind = IncidentKind.UNCLEAR
    concerns: Concerned = Concerned.UNCLEAR
    weapon: Weapon = Weapon.UNCLEAR
    injury: Injury = Injury.UNCLEAR


class Place(Step):
    latitude_deg: float = Field(ge=-90, le=90, allow_inf_nan=False, examples=[37.5301])
    longitude_deg: float = Field(ge=-180, le=180, allow_inf_nan=False, examples=[127.1238])
    accuracy_m: float | None = Field(
        default=None, ge=0, le=50_000, allow_inf_nan=False, examples=[20]
    )


class Person(Step):
    role: PersonRole
    description: commands.Text = Field(examples=["키 큰 남자, 검은 점퍼"])


class Offering(ReasonedStep):
    to_district: DistrictCode = Field(examples=["11710"])


@router.post("/classification", summary="Say what it is", responses=STEP)
def classify(report_id: UUID, body: Classify, house: TheHouse, context: Commanding) -> Receipt:
    """Said anew, the newest counts; weapons and injuries move it forward in the queue."""
    said = Classification(**body.model_dump(exclude={"expected_position"}))
    command = commands.ClassifyReport(
        report_id=report_id, expected_position=body.expected_position, classification=said
    )
    return house.emergency_desk.classify(command, context)


@router.post("/incident-place", summary="Say where it happens", responses=STEP)
def locate(report_id: UUID, body: Place, house: TheHouse, context: Commanding) -> Receipt:
    """The reporter's own place stays as it is."""
    command = commands.LocateIncident(
        report_id=report_id,
        expected_position=body.expected_position,
        position=Position(latitude_deg=body.latitude_deg, longitude_deg=body.longitude_deg),
        accuracy_m=body.accuracy_m,
    )
    return house.emergency_desk.locate_incident(command, context)


@router.post("/third-persons", summary="Describe somebody else who is in it", responses=STEP)
def third_person(report_id: UUID, body: Person, house: TheHouse, context: Commanding) -> Receipt:
    """Kept under a key of the incident, which can be destroyed without the reporter's."""
    command = commands.NoteThirdPerson(report_id=report_id, **dict(body))
    return house.emergency_desk.note_third_person(command, context)


@router.post("/transfer", summary="Offer it to another centre", responses=STEP)
def offer(report_id: UUID, body: Offering, house: TheHouse, context: Commanding) -> Receipt:
    """It stays here until they have accepted; without an answer in 15 s it is as before."""
    command = commands.OfferTransfer(report_id=report_id, **dict(body))
    return house.emergency_desk.offer_transfer(command, context)


@router.post("/transfer/accept", summary="Take what another centre offers", responses=STEP)
def accept(report_id: UUID, body: Step, house: TheHouse, context: Commanding) -> Receipt:
    command = commands.AcceptTransfer(report_id=report_id, **dict(body))
    return house.emergency_desk.accept_transfer(command, context)


@router.post("/transfer/refuse", summary="Give it back", responses=STEP)
def refuse(report_id: UUID, body: ReasonedStep, house: TheHouse, context: Commanding) -> Receipt:
    command = commands.RefuseTransfer(report_id=report_id, **dict(body))
    return house.emergency_desk.refuse_transfer(command, context)


@router.get("/positions", summary="Where she was in the last minutes", responses=READ)
def positions(
    report_id: UUID, house: TheHouse, context: Reading, why: Why = None
) -> dict[str, Any]:
    """Personal data, as `GET` of the report; leaves an access record. Empty once it is over."""
    return dict(house.reading_desk.whereabouts(context, report_id, why=why))
