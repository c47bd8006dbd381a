"""What a member looks after herself: consents, wishes, phones."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from application.consent_desk import ConsentsReceipt
from application.device_desk import MyDevices
from application.identity import DeviceIdentity
from application.member_desk import MemberReceipt
from application.registration_commands import GiveConsent
from application.safe_return import Receipt
from application.settings_desk import MyState, SetDestination, SetLanguage
from domain.base import Value
from domain.consents import Consent
from domain.device import Description
from domain.platform import Platform
from domain.preferences import Settings
from interfaces.http.errors import problems
from interfaces.http.identity import TheHouse
from interfaces.http.phones import Citizen, phone
from interfaces.http.registrations import ReadVersion

router = APIRouter(prefix="/v1/me", tags=["citizens"])
MyPhone = Annotated[DeviceIdentity, Depends(phone)]
ASKED = problems(401, 404, 409, 503)
SAID = problems(401, 404, 409, 422, 503)


class NewPhone(Value):
    platform: Platform = Platform.UNKNOWN


@router.get("", summary="My membership", responses=ASKED)
def me(house: TheHouse, context: Citizen) -> MyState:
    return house.settings_desk.state(context)


@router.get("/consents", summary="To what do I consent?", responses=ASKED)
def consents(house: TheHouse, context: Citizen) -> ConsentsReceipt:
    return house.consent_desk.state(context)


@router.put("/consents/{consent}", summary="Consent to one thing", responses=SAID)
def give(consent: Consent, body: ReadVersion, house: TheHouse, context: Citizen) -> ConsentsReceipt:
    """Under 14 a legal guardian says it."""
    command = GiveConsent(consent=consent, version=body.version)
    return house.consent_desk.give(command, context)


@router.delete("/consents/{consent}", summary="Consent to it no longer", responses=SAID)
def withdraw(consent: Consent, house: TheHouse, context: Citizen) -> ConsentsReceipt:
    """What needs it stops at once; an open emergency goes on."""
    return house.consent_desk.withdraw(consent, context)


@router.post(
    "/consent/withdraw",
    summary="Withdraw the consent to the service",
    responses=problems(401, 404, 409, 503),
)
def withdraw_all(house: TheHouse, context: Citizen) -> ConsentsReceipt:
    """What she raises all the same is accepted, and flagged. To be forgotten is asked for apart."""
    return house.consent_desk.withdraw(None, context)


@router.put("/settings", summary="What sounds, what counts, who is told", responses=SAID)
def change_settings(body: Settings, house: TheHouse, context: Citizen) -> MyState:
    """`guardians_told`: `never` as long as she says nothing, since a guardian may be the danger."""
    return house.settings_desk.change(body, context)


@router.put("/language", summary="Speak another language", responses=SAID)
def speak(body: SetLanguage, house: TheHouse, context: Citizen) -> MyState:
    return house.settings_desk.speak(body, context)


@router.put("/destination", summary="Where I usually go home to", responses=SAID)
def set_destination(body: SetDestination, house: TheHouse, context: Citizen) -> MyState:
    return house.settings_desk.set_destination(body, context)


@router.delete("/destination", summary="Ask me each time", responses=ASKED)
def forget_destination(house: TheHouse, context: Citizen) -> MyState:
    return house.settings_desk.set_destination(None, context)


@router.get("/devices", summary="Which phones speak for me?", responses=ASKED)
def devices(house: TheHouse, identity: MyPhone) -> MyDevices:
    return house.device_desk.mine(identity)


@router.post("/devices", status_code=201, summary="One more phone", responses=SAID)
def add_device(body: NewPhone, house: TheHouse, context: Citizen) -> MemberReceipt:
    """Its token is shown once: the other phone takes it, and sets a key of its own."""
    return house.device_desk.add(body.platform, context)


@router.put("/device", summary="What this phone is and may do", responses=SAID)
def describe(body: Description, house: TheHouse, identity: MyPhone, context: Citizen) -> Receipt:
    return house.device_desk.describe(identity, body, context)


@router.delete("/devices/{device_id}", summary="A phone is lost", responses=SAID)
def revoke(device_id: UUID, house: TheHouse, identity: MyPhone, context: Citizen) -> Receipt:
    """By another phone of hers. It can still raise an alarm, which is then flagged."""
    return house.device_desk.revoke(device_id, identity, context)
