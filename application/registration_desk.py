"""Citizens join by their own door: consents, identity check, details."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from application.context import Context
from application.device_desk import Phones
from application.identifying import Identifying
from application.member_desk import MemberReceipt
from application.phone_desk import key_proof
from application.registering import account_of, device_of
from application.registration_commands import ComeBack, CompleteRegistration
from domain.base import Aggregate
from domain.device import Device
from domain.member import Member
from domain.message import Message, Recipient, RecipientKind
from domain.person_guard import PersonGuard
from domain.registration import Registration

JOINED: Final = "legal_guardian.joined"


class RegistrationDesk(Identifying):
    """The caller shows what ``begin`` gave. Every other command may end in an error of these.

    Raises:
        Unauthenticated: no registration, or another's.
        RegistrationOver: completed, or too late.
        Conflict, LogUnavailable: nothing was stored; ask again.
    """

    def __init__(self, *desk: Any, phones: Phones, **more: Any) -> None:
        super().__init__(*desk, **more)
        self._phones = phones

    def complete(
        self, registration_id: UUID, command: CompleteRegistration, context: Context
    ) -> MemberReceipt:
        """Be a member from now on; one person has one account, whoever else asks at the same time.

        Raises:
            BadSignature, KeyUnfit: the proof is not the key's, or the key nobody's own.
            ConsentNeeded, IdentityNeeded, LegalGuardianWanted, NotInSeoul: not yet, or not at all.
            AlreadyJoined: this person has an account; come back to it.
        """

        def step(registration: Registration) -> tuple[UUID, list[Aggregate]]:
            member, *others = self._joined(registration, command)
            return member.id, [*others, member]

        return self._spoken_for(registration_id, command, context, step)

    def come_back(
        self, registration_id: UUID, command: ComeBack, context: Context
    ) -> MemberReceipt:
        """Let this phone speak for the account that she has; those that she lost no longer do.

        Raises:
            BadSignature, KeyUnfit: the proof is not the key's, or the key nobody's own.
            IdentityNeeded, NoAccount: not yet, or there is nothing to come back to.
        """

        def step(registration: Registration) -> tuple[UUID, list[Aggregate]]:
            at = self._clock.now()
            known = registration.known
            found = account_of(self._app, known.person_id) if known is not None else None
            account = registration.come_back(found, at=at)
            lost = [
                device
                for one in self._phones.devices_of(account)
                if (device := self._app.find(Device, one)) and not device.revoked
            ]
            for device in lost:
                device.revoke(at=at)
            return account, [*lost]

        return self._spoken_for(registration_id, command, context, step)

    def _spoken_for(
        self,
        registration_id: UUID,
        command: ComeBack,
        context: Context,
        step: Callable[[Registration], tuple[UUID, list[Aggregate]]],
    ) -> MemberReceipt:
        """Let the new phone speak for whom ``step`` names, in the same append."""
        device_id = device_of(registration_id)
        proof = key_proof(device_id, command.proof, at=self._clock.now())
        proof.must_be_made_with(command.public_key)
        secret = self._secrets.new_secret()

        def attempt() -> MemberReceipt:
            known = self._app.find(Device, device_id)
            if known is not None and known.public_key == command.public_key:
                return _receipt(known)
            registration = self._app.load(Registration, registration_id)
            citizen_id, others = step(registration)
            at = self._clock.now()
            device = Device.enroll(
                device_id=device_id,
                citizen_id=citizen_id,
                platform=registration.platform,
                secret=secret,
                at=at,
            )
            device.set_key(command.public_key, at=at)
            saved = self._app.commit(
                [registration, *others, device], context=context, receipt=_receipt(device)
            )
            return saved.model_copy(update={"device_token": f"{device_id.hex}.{secret}"})

        return self._decide(context, MemberReceipt, attempt)

    def _joined(
        self, registration: Registration, command: CompleteRegistration
    ) -> tuple[Member, PersonGuard, *tuple[Message, ...]]:
        at = self._clock.now()
        known = registration.complete(
            lives_in_seoul=command.lives_in_seoul, at=at, policy=self._policy
        )
        guard = self._app.find(PersonGuard, known.person_id)
        guard = guard or PersonGuard.begin_for(known.person_id, known.way, at=at)
        guard.open_account(registration.citizen_id, at=at)
        member = Member.join(
            known.person,
            citizen_id=registration.citizen_id,
            language=command.language or registration.language,
            identity=known.way,
            person_id=known.person_id,
            registration_id=registration.id,
            lives_in_seoul=command.lives_in_seoul,
            consents=registration.standing(at=at, policy=self._policy),
            at=at,
        )
        spoken_for = registration.legal_guardian
        if spoken_for is None:
            return member, guard
        member.set_legal_guardian(
            spoken_for.id, name=spoken_for.name, phone=spoken_for.phone, at=at
        )
        return member, guard, _told(member, known.person.name, spoken_for.id, at)


def _receipt(device: Device) -> MemberReceipt:
    return MemberReceipt(
        aggregate_id=device.citizen_id,
        citizen_id=device.citizen_id,
        device_id=device.id,
        device_token=None,
    )


def _told(member: Member, name: str, legal_guardian_id: UUID, at: datetime) -> Message:
    """The legal guardian gets a link by which a consent is taken back."""
    recipient = Recipient(
        kind=RecipientKind.LEGAL_GUARDIAN, recipient_id=legal_guardian_id, language=member.language
    )
    return Message.compose(
        about=member.id,
        occasion=JOINED,
        citizen_id=member.id,
        recipient=recipient,
        phrase=JOINED,
        words={"name": name},
        at=at,
    )
