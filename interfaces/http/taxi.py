"""Rides in taxis: the citizen's door, and the control rooms'."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from pydantic import AwareDatetime, Field

from application.plain_values import read_json
from application.safe_return import Receipt
from application.taxi import commands
from application.taxi.reading_desk import GivenPlace, GuardianMessage, TripSeen
from domain.base import Value
from domain.geography import Position
from domain.language import Language
from domain.taxi.vocabulary import TaxiAnswer
from interfaces.http.errors import problems
from interfaces.http.examples import DEVICE_TOKEN, POSITIONS_BODY
from interfaces.http.followed import in_turn
from interfaces.http.identity import Commanding, Reading, TheHouse, house_of
from interfaces.http.phones import Citizen, asking

rides = APIRouter(
    prefix="/v1/taxi-trips",
    tags=["taxi"],
)
mine = APIRouter(prefix="/v1/me/taxi", tags=["taxi"])

HERS: Final = problems(401, 409, 422, 503)
STAFF: Final = problems(401, 403, 404, 409, 422, 503)
Trip = Annotated[
    commands.TripRef,
    Path(description="The ride's id, or the phone's own name of it (`trip_ref`)."),
]
PLACE: Final = "In words, as the phone has them: what guardians read. Else the district is named."
POSITION: Final[dict[str, Any]] = {
    "latitude_deg": 37.5304,
    "longitude_deg": 127.1241,
    "accuracy_m": 9.0,
    "source": "gnss",
    "fixed_at": "2023-02-02T21:47:20+09:00",
}


class Boarding(Value):
    """Only ``trip_ref`` is needed: whatever else is missing hinders nothing."""

    trip_ref: commands.TripRef = Field(
        description="The phone's own name of this ride; the same again is the same ride.",
        examples=["0b6f0e7c-5f0e-4a43-9d0b-2f3f7a1c9d11"],
    )
    plate: commands.ReadPlate | None = Field(
        default=None,
        description="Typed, or the payload of a QR code, or an NFC tag's NDEF message in base64. "
        "Without one the ride begins all the same.",
        examples=[{"payload": "서울 32바 1234", "source": "typed"}],
    )
    language: Language | None = None
    occurred_at: AwareDatetime | None = Field(
        default=None, description="By the phone's clock, also when it comes late; none: now."
    )
    sent_at: AwareDatetime | None = Field(
        default=None, description="What that clock shows now: by it, a wrong clock is put right."
    )
    position: Any = Field(default=None, examples=[POSITION])
    place: str | None = Field(default=None, description=PLACE, examples=["강동구청 앞"])
    destination: Position | None = None
    arrive_at: AwareDatetime | None = None


class Alighting(Value):
    occurred_at: AwareDatetime | None = None
    sent_at: AwareDatetime | None = None
    position: Any = Field(default=None, examples=[POSITION])
    place: str | None = Field(default=None, description=PLACE)


class Answer(Value):
    answer: TaxiAnswer
    question_id: UUID | None = None
    occurred_at: AwareDatetime | None = None


class Extension(Value):
    until: AwareDatetime


class Claim(Value):
    take_over: bool = False


class Emergency(Value):
    silent: bool = True


class Note(Value):
    note: commands.Note = Field(examples=["통화하여 확인함"])


@rides.post(
    "",
    status_code=201,
    summary="Get into a taxi",
    responses=HERS,
    openapi_extra={"security": DEVICE_TOKEN},
)
def board(body: Boarding, house: TheHouse, context: Citizen) -> commands.TaxiReceipt:
    """Her confirmed guardians are told once. `warning` says what is to be said of the plate.

    `taxi.plate_malformed` is answered to what is no plate: send it again without one.
    """
    return house.taxi_desk.board(commands.BoardTaxi(**dict(body)), context)


@rides.post(
    "/{trip}/plate",
    summary="Say the plate later, or mend it",
    responses=HERS,
    openapi_extra={"security": DEVICE_TOKEN},
)
def give_plate(
    trip: Trip, body: commands.ReadPlate, house: TheHouse, context: Citizen
) -> commands.TaxiReceipt:
    """Whoever was told of the boarding is told of it."""
    command = commands.GiveTaxiPlate(trip_ref=trip, plate=body)
    return house.taxi_desk.give_plate(command, context)


@rides.post(
    "/{trip}/positions",
    summary="Say where the phone is now, and was meanwhile",
    responses=HERS,
    openapi_extra={"requestBody": POSITIONS_BODY, "security": DEVICE_TOKEN},
)
async def positions(request: Request, trip: Trip) -> commands.TaxiPositionsReceipt:
    """In any order, as often as wished; none is refused as a whole.

    Bad positions come back in `refused`, each with its reason. When `open` is false the ride is
    over, and no more are wanted.
    """
    return await in_turn(_positions, request, trip, await request.body())


@rides.post(
    "/{trip}/alight",
    summary="Get out",
    responses=HERS,
    openapi_extra={"security": DEVICE_TOKEN},
)
def alight(trip: Trip, body: Alighting, house: TheHouse, context: Citizen) -> commands.TaxiReceipt:
    """Whoever was told of the boarding is told. Twice is once.

    `taxi.not_boarded` is answered while the boarding has not come: send it, and then this again.
    """
    command = commands.AlightTaxi(trip_ref=trip, **dict(body))
    return house.taxi_desk.alight(command, context)


@rides.post(
    "/{trip}/answers",
    summary="Answer whether all is well",
    responses=HERS,
    openapi_extra={"security": DEVICE_TOKEN},
)
def answer(trip: Trip, body: Answer, house: TheHouse, context: Citizen) -> commands.TaxiReceipt:
    """Also without a question; `help` is heard whatever it answers."""
    command = commands.AnswerInTaxi(trip_ref=trip, **dict(body))
    return house.taxi_desk.answer(command, context)


@rides.post(
    "/{trip}/extend",
    summary="Say that it takes longer",
    responses=HERS,
    openapi_extra={"security": DEVICE_TOKEN},
)
def extend(trip: Trip, body: Extension, house: TheHouse, context: Citizen) -> commands.TaxiReceipt:
    command = commands.ExtendTaxi(trip_ref=trip, until=body.until)
    return house.taxi_desk.extend(command, context)


@mine.get(
    "",
    summary="My ride that goes on",
    responses=HERS,
    openapi_extra={"security": DEVICE_TOKEN},
)
def current(house: TheHouse, context: Citizen) -> commands.TaxiReceipt | None:
    """`null` when there is none."""
    return house.taxi_desk.mine(context)


@mine.get(
    "/{trip}",
    summary="One of my rides",
    responses=HERS,
    openapi_extra={"security": DEVICE_TOKEN},
)
def status(trip: Trip, house: TheHouse, context: Citizen) -> commands.TaxiReceipt:
    return house.taxi_desk.status(trip, context)


@mine.get(
    "/{trip}/messages",
    summary="Which guardian got which message, and when",
    responses=HERS,
    openapi_extra={"security": DEVICE_TOKEN},
)
def messages(trip: Trip, house: TheHouse, context: Citizen) -> list[GuardianMessage]:
    return house.taxi_desk.messages(trip, context)


@mine.get(
    "/{trip}/provisions",
    summary="To whom my place was given, when, and what for",
    responses=HERS,
    openapi_extra={"security": DEVICE_TOKEN},
)
def provisions(trip: Trip, house: TheHouse, context: Citizen) -> list[GivenPlace]:
    """Location Information Act, art. 19."""
    return house.taxi_desk.provisions(trip, context)


@rides.get("/{trip_id}", summary="A ride with its plate and its way", responses=STAFF)
def look(trip_id: UUID, house: TheHouse, context: Reading) -> TripSeen:
    """With personal data; leaves an access record."""
    return house.taxi_desk.look(trip_id, context)


@rides.post("/{trip_id}/claim", summary="Watch a ride", responses=STAFF)
def claim(trip_id: UUID, body: Claim, house: TheHouse, context: Commanding) -> Receipt:
    command = commands.ClaimTaxi(trip_id=trip_id, take_over=body.take_over)
    return house.taxi_desk.claim(command, context)


@rides.post("/{trip_id}/attend", summary="Say what came of looking", responses=STAFF)
def attend(trip_id: UUID, body: Note, house: TheHouse, context: Commanding) -> Receipt:
    """What called for it leaves the board."""
    command = commands.AttendTaxi(trip_id=trip_id, note=body.note)
    return house.taxi_desk.attend(command, context)


@rides.post("/{trip_id}/questions", summary="Ask her whether all is well", responses=STAFF)
def ask(trip_id: UUID, house: TheHouse, context: Commanding) -> Receipt:
    """While a question is open, that one stands."""
    return house.taxi_desk.ask(commands.AskInTaxi(trip_id=trip_id), context)


@rides.post("/{trip_id}/calls", summary="Have her called", responses=STAFF)
def call(trip_id: UUID, house: TheHouse, context: Commanding) -> Receipt:
    """While a call is under way, it stands."""
    return house.taxi_desk.request_call(commands.CallInTaxi(trip_id=trip_id), context)


@rides.post("/{trip_id}/emergency", summary="Raise an emergency for her", responses=STAFF)
def raise_emergency(
    trip_id: UUID, body: Emergency, house: TheHouse, context: Commanding
) -> Receipt:
    """Names the report; an open one of hers is joined. Silent unless that is not wished."""
    command = commands.RaiseFromTaxi(trip_id=trip_id, silent=body.silent)
    return house.taxi_desk.raise_emergency(command, context)


@rides.post("/{trip_id}/end", summary="End a ride, with a reason", responses=STAFF)
def end(
    trip_id: UUID,
    body: Note,
    house: TheHouse,
    context: Commanding,
    reason: Annotated[commands.EndReason, Query()],
) -> Receipt:
    """Whoever was told of the boarding is told."""
    command = commands.EndTaxi(trip_id=trip_id, reason=reason, note=body.note)
    return house.taxi_desk.end(command, context)


def _positions(request: Request, trip: str, content: bytes) -> commands.TaxiPositionsReceipt:
    context = asking(request, content)
    sent, _ = read_json(content)
    command = commands.SendTaxiPositions(trip_ref=trip, sent=sent)
    return house_of(request).taxi_desk.positions(command, context)
