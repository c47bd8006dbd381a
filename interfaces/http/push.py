"""Which of a citizen's devices take pushes, and by which key they know us."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends

from application.identity import DeviceIdentity
from application.pushing import SubscribePush
from application.safe_return import Receipt
from domain.base import Value
from interfaces.http.errors import problems
from interfaces.http.examples import DEVICE_TOKEN
from interfaces.http.identity import TheHouse
from interfaces.http.phones import Citizen, phone

router = APIRouter(prefix="/v1", tags=["citizens"])
MyPhone = Annotated[DeviceIdentity, Depends(phone)]
HERS: Final = problems(401, 404, 409, 422, 503)
SIGNED: Final = {"security": DEVICE_TOKEN}


class OurKey(Value):
    application_server_key: str
    """What a browser's ``pushManager.subscribe`` wants: base64url of 65 bytes (RFC 8292)."""


@router.get("/push/key", summary="By which key does this house send pushes?")
def key(house: TheHouse) -> OurKey:
    return OurKey(application_server_key=house.vapid_key.public)


@router.put(
    "/me/device/push",
    summary="Send pushes to this device",
    responses=HERS,
    openapi_extra=SIGNED,
)
def subscribe(body: SubscribePush, house: TheHouse, identity: MyPhone, context: Citizen) -> Receipt:
    """As the browser's `PushSubscription` has it; only to known push services, and over TLS.

    What the app does not confirm within 10 s (`POST /v1/me/messages/reached`) comes as a text
    message.
    """
    return house.push_desk.subscribe(body, identity, context)


@router.delete(
    "/me/device/push",
    summary="Send no more pushes to this device",
    responses=HERS,
    openapi_extra=SIGNED,
)
def unsubscribe(house: TheHouse, identity: MyPhone, context: Citizen) -> Receipt:
    return house.push_desk.unsubscribe(identity, context)
