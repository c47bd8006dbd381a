"""Who has joined the service, and which phones speak for them."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from application.context import Context
from application.desk import Desk, allow
from application.errors import Forbidden, Unknown
from application.ports import Secrets
from application.safe_return import Receipt
from domain.base import Erased, Value
from domain.device import Device
from domain.language import Language
from domain.member import Card, Member, Need
from domain.platform import Platform
from domain.roles import Role

MedicalNote = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]


class RegisterMember(Value):
    """Take a citizen in, with a first phone."""

    name: str = Field(min_length=1, max_length=100)
    phone: str = Field(pattern=r"^\+[1-9]\d{6,14}$")
    """E.164."""
    language: Language = Language.KO
    platform: Platform = Platform.UNKNOWN


class EnrollDevice(Value):
    """A further phone for a citizen."""

    citizen_id: UUID
    platform: Platform = Platform.UNKNOWN


class SetCard(Value):
    """What whoever helps a citizen must know of her."""

    citizen_id: UUID
    language: Language
    medical_note: MedicalNote | None = None
    needs: tuple[Need, ...] = ()


class RevokeDevice(Value):
    device_id: UUID


class MemberReceipt(Receipt):
    citizen_id: UUID
    device_id: UUID
    device_token: str | None
    """Shown once: None in the answer to a repeat, since only its hash is kept."""


class MemberDesk(Desk):
    """Registers citizens; enrols and revokes their phones."""

    def __init__(self, *desk: Any, secrets: Secrets) -> None:
        super().__init__(*desk)
        self._secrets = secrets

    def register(self, command: RegisterMember, context: Context) -> MemberReceipt:
        """Take a citizen in, with a first phone.

        Raises:
            Forbidden: only an administrator or the system may.
        """
        allow(context, Role.ADMINISTRATOR, Role.SYSTEM)
        citizen_id = self._secrets.new_id()

        def attempt() -> MemberReceipt:
            member = Member.register(
                citizen_id=citizen_id,
                name=command.name,
                phone=command.phone,
                language=command.language,
                at=self._clock.now(),
            )
            return self._enrolled(citizen_id, command.platform, context, member)

        return self._decide(context, MemberReceipt, attempt)

    def enroll_device(self, command: EnrollDevice, context: Context) -> MemberReceipt:
        """Let a further phone speak for a citizen.

        Raises:
            Unknown: nobody has this id.
            Forbidden: only an administrator or the system may.
        """
        allow(context, Role.ADMINISTRATOR, Role.SYSTEM)

        def attempt() -> MemberReceipt:
            member = self._app.load(Member, command.citizen_id)
            if isinstance(member.phone, Erased):
                raise Unknown(f"{command.citizen_id} has been erased")
            return self._enrolled(member.id, command.platform, context, member)

        return self._decide(context, MemberReceipt, attempt)

    def set_card(self, command: SetCard, context: Context) -> Receipt:
        """Keep a member's card: her own phone, or an administrator, says it.

        Raises:
            Unknown: nobody has this id.
            Forbidden: the caller is somebody else.
        """
        allow(context, Role.CITIZEN, Role.ADMINISTRATOR, Role.SYSTEM)
        who = context.principal
        if who.role is Role.CITIZEN and who.id != str(command.citizen_id):
            raise Forbidden(who.role)
        card = Card(
            language=command.language,
            medical_note=command.medical_note or None,
            needs=tuple(dict.fromkeys(command.needs)),
        )

        def attempt() -> Receipt:
            member = self._app.load(Member, command.citizen_id)
            if isinstance(member.phone, Erased):
                raise Unknown(f"{command.citizen_id} has been erased")
            member.set_card(card, at=self._clock.now())
            return self._app.commit(
                [member], context=context, receipt=Receipt(aggregate_id=member.id)
            )

        return self._decide(context, Receipt, attempt)

    def revoke_device(self, command: RevokeDevice, context: Context) -> Receipt:
        """Take a phone's word away; twice is once. It can still raise an alarm, flagged."""
        allow(context, Role.ADMINISTRATOR, Role.SYSTEM)

        def attempt() -> Receipt:
            device = self._app.load(Device, command.device_id)
            device.revoke(at=self._clock.now())
            return self._app.commit(
                [device], context=context, receipt=Receipt(aggregate_id=device.id)
            )

        return self._decide(context, Receipt, attempt)

    def _enrolled(
        self, citizen_id: UUID, platform: Platform, context: Context, member: Member
    ) -> MemberReceipt:
        secret = self._secrets.new_secret()
        device = Device.enroll(
            device_id=self._secrets.new_id(),
            citizen_id=citizen_id,
            platform=platform,
            secret=secret,
            at=self._clock.now(),
        )
        receipt = MemberReceipt(
            aggregate_id=citizen_id, citizen_id=citizen_id, device_id=device.id, device_token=None
        )
        saved = self._app.commit([member, device], context=context, receipt=receipt)
        return saved.model_copy(update={"device_token": f"{device.id.hex}.{secret}"})
