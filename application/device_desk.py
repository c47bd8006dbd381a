"""A member's phones, as she sees them: what each may do, one more, one lost."""

from __future__ import annotations

from typing import Any, Protocol
from uuid import UUID

from application.context import Context
from application.desk import Desk, allow
from application.errors import Unknown
from application.identity import DeviceIdentity
from application.member_desk import MemberReceipt
from application.policies_in_force import Policies
from application.ports import Secrets
from application.safe_return import Receipt
from domain.base import Value
from domain.device import Description, Device, InUse, TooMany
from domain.member import Member
from domain.permission import Permission, Use, stopped
from domain.platform import Platform
from domain.roles import Role


class Phones(Protocol):
    def devices_of(self, citizen_id: UUID) -> list[UUID]:
        """Every phone that ever spoke for the citizen, as the log itself has it."""
        ...


class ShownDevice(Value):
    """One of her phones that may speak for her."""

    device_id: UUID
    platform: Platform
    app_version: str | None
    """None until it has said."""
    granted: tuple[Permission, ...]
    bluetooth: bool
    stopped: tuple[Use, ...]
    """What does not work on it, for want of permissions."""
    has_key: bool
    this_one: bool


class MyDevices(Value):
    devices: tuple[ShownDevice, ...]


class DeviceDesk(Desk):
    """The caller is a citizen's phone. Every command may end in an error of these.

    Raises:
        Forbidden: somebody else asks.
        Unknown: no such phone of hers.
        Conflict, LogUnavailable: nothing was stored; ask again.
    """

    def __init__(self, *desk: Any, secrets: Secrets, policies: Policies, phones: Phones) -> None:
        super().__init__(*desk)
        self._secrets = secrets
        self._policies = policies
        self._phones = phones

    def mine(self, identity: DeviceIdentity) -> MyDevices:
        """The phones that may speak for her."""
        return MyDevices(
            devices=tuple(_shown(one, identity) for one in self._speaking(identity.citizen_id))
        )

    def describe(
        self, identity: DeviceIdentity, description: Description, context: Context
    ) -> Receipt:
        """Let the phone say what it is and what it may do."""

        def attempt() -> Receipt:
            device = self._app.load(Device, identity.device_id)
            device.describe(description, at=self._clock.now())
            receipt = Receipt(aggregate_id=device.id)
            return self._app.commit([device], context=context, receipt=receipt)

        return self._decide(context, Receipt, attempt)

    def add(self, platform: Platform, context: Context) -> MemberReceipt:
        """Let one more phone speak for her; its token is shown once.

        Raises:
            TooMany: as many speak for her already as may.
        """
        allow(context, Role.CITIZEN)
        citizen_id = UUID(context.principal.id)
        secret, device_id = self._secrets.new_secret(), self._secrets.new_id()

        def attempt() -> MemberReceipt:
            at = self._clock.now()
            member = self._app.load(Member, citizen_id)
            if len(self._speaking(citizen_id)) >= self._policies.at(at).devices_max:
                raise TooMany(str(citizen_id))
            device = Device.enroll(
                device_id=device_id, citizen_id=member.id, platform=platform, secret=secret, at=at
            )
            receipt = MemberReceipt(
                aggregate_id=member.id,
                citizen_id=member.id,
                device_id=device_id,
                device_token=None,
            )
            saved = self._app.commit([device], context=context, receipt=receipt)
            return saved.model_copy(update={"device_token": f"{device_id.hex}.{secret}"})

        return self._decide(context, MemberReceipt, attempt)

    def revoke(self, device_id: UUID, identity: DeviceIdentity, context: Context) -> Receipt:
        """Take a lost phone's word away, by another one; twice is once. It can still raise.

        Raises:
            InUse: a phone does not take its own word away.
        """
        if device_id == identity.device_id:
            raise InUse(str(device_id))

        def attempt() -> Receipt:
            device = self._app.load(Device, device_id)
            if device.citizen_id != identity.citizen_id:
                raise Unknown(str(device_id))
            device.revoke(at=self._clock.now())
            receipt = Receipt(aggregate_id=device.id)
            return self._app.commit([device], context=context, receipt=receipt)

        return self._decide(context, Receipt, attempt)

    def _speaking(self, citizen_id: UUID) -> list[Device]:
        found = (self._app.find(Device, one) for one in self._phones.devices_of(citizen_id))
        return [device for device in found if device is not None and not device.revoked]


def _shown(device: Device, identity: DeviceIdentity) -> ShownDevice:
    told = device.described
    return ShownDevice(
        device_id=device.id,
        platform=device.platform,
        app_version=told.app_version if told else None,
        granted=told.granted if told else (),
        bluetooth=told.bluetooth if told else False,
        stopped=stopped(device.platform, told.granted if told else ()),
        has_key=device.public_key is not None,
        this_one=device.id == identity.device_id,
    )
