"""A citizen's own PIN, by her phone."""

from __future__ import annotations

from fastapi import APIRouter

from application.pin_desk import ClearPin, PinState, SetPin
from interfaces.http.errors import problems
from interfaces.http.identity import TheHouse
from interfaces.http.phones import Citizen

router = APIRouter(prefix="/v1/me", tags=["citizens"])

CHANGE = problems(401, 404, 409, 422, 503)


@router.get("/pin", summary="Does a cancel ask for a PIN?", responses=problems(401, 404, 409, 503))
def pin_state(house: TheHouse, context: Citizen) -> PinState:
    return house.pin_desk.state(context)


@router.put("/pin", summary="Let a cancel ask for a PIN", responses=CHANGE)
def set_pin(body: SetPin, house: TheHouse, context: Citizen) -> PinState:
    """4 to 8 digits. With `duress_pin`, a second one that only seems to cancel, and alarms.

    Each change says both, and needs the PIN that stands as `old_pin`; five wrong ones within an
    hour, and no more are taken.
    """
    return house.pin_desk.set(body, context)


@router.post("/pin/clear", summary="Let a cancel ask for no PIN", responses=CHANGE)
def clear_pin(body: ClearPin, house: TheHouse, context: Citizen) -> PinState:
    return house.pin_desk.clear(body, context)
