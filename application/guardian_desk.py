"""A member's guardians: named by her, confirmed by a code, removed by either side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field

from application.consents import must_be_served
from application.context import Context
from application.desk import Desk, allow
from application.guardian_links import GuardianLinks, GuardianRole, Link
from application.policies_in_force import Policies
from application.ports import Secrets
from application.safe_return import Receipt
from domain.base import Erased, Value
from domain.guardian_codes import CodeWrong
from domain.guardians import GuardianUnknown, RemovedBy
from domain.identity import Phone, PlainName
from domain.language import Language
from domain.member import Member
from domain.message import Message, Recipient, RecipientKind
from domain.policy import Policy
from domain.roles import Role

ASKED = "guardian.code"
NUMBER = "number"
"""The word of a message that says which code is to be made."""


def _international(phone: str) -> str:
    """Without the zero with which numbers are dialled within Korea."""
    return f"+82{phone[4:]}" if phone.startswith("+820") else phone


class NameGuardian(Value):
    """``phone``: E.164, of any country."""

    name: PlainName
    phone: Annotated[Phone, AfterValidator(_international)]
    language: Language = Language.KO


class SayCode(Value):
    code: str = Field(pattern=r"^\d{4,10}$")


class GuardianReceipt(Receipt):
    """``aggregate_id`` is the member's."""

    guardian_id: UUID
    confirmed: bool
    code_expires_at: AwareDatetime | None = None


class ShownGuardian(Value):
    """One of hers, as her own phone shows it."""

    guardian_id: UUID
    name: str
    phone: str
    language: Language
    confirmed: bool


class MyGuardians(Value):
    guardians: tuple[ShownGuardian, ...]


class GuardianDesk(Desk):
    """Every command may end in an error of these.

    Raises:
        Forbidden: the caller is no citizen.
        Unknown: she is not registered.
        GuardianUnknown: she has no such guardian, or not any more.
        Conflict, LogUnavailable: nothing was stored; ask again.
    """

    def __init__(
        self,
        *desk: Any,
        secrets: Secrets,
        policies: Policies,
        links: Callable[[], GuardianLinks],
    ) -> None:
        super().__init__(*desk)
        self._secrets = secrets
        self._policies = policies
        self._links = links

    def mine(self, context: Context) -> MyGuardians:
        """Those whom she has named."""
        member = self._app.load(Member, _citizen(context))
        return MyGuardians(
            guardians=tuple(
                ShownGuardian(
                    guardian_id=one.guardian_id,
                    name=one.name,
                    phone=one.phone,
                    language=one.language,
                    confirmed=one.confirmed,
                )
                for one in member.guardians
                if not (isinstance(one.name, Erased) or isinstance(one.phone, Erased))
            )
        )

    def name(self, command: NameGuardian, context: Context) -> GuardianReceipt:
        """Name one more, who is sent a code.

        Raises:
            GuardiansFull, OwnNumber, NamedBefore, CodesSpent: not this one, or not now.
            ConsentMissing: nothing more is kept for her.
        """
        guardian_id = self._secrets.new_id()

        def step(member: Member, policy: Policy) -> Message | None:
            must_be_served(member)
            member.name_guardian(
                guardian_id=guardian_id,
                name=command.name,
                phone=command.phone,
                language=command.language,
                at=self._clock.now(),
                policy=policy,
            )
            return self._asked(member, guardian_id, policy)

        return self._step(guardian_id, context, step)

    def ask_again(self, guardian_id: UUID, context: Context) -> GuardianReceipt:
        """Send another code, which takes the place of the last.

        Raises:
            CodesSpent: not today any more.
            ConsentMissing: nobody is messaged for her.
        """

        def step(member: Member, policy: Policy) -> Message | None:
            must_be_served(member)
            return self._asked(member, guardian_id, policy)

        return self._step(guardian_id, context, step)

    def confirm(self, guardian_id: UUID, command: SayCode, context: Context) -> GuardianReceipt:
        """Say the code that the guardian got.

        Raises:
            CodeWrong: it is another; kept as a fact.
            CodeExpired, CodeLocked: have another one sent.
        """
        given = self._links().code_hash(guardian_id, command.code)
        right: list[bool] = []

        def step(member: Member, _policy: Policy) -> None:
            right[:] = [member.try_code(guardian_id, given, at=self._clock.now())]

        receipt = self._step(guardian_id, context, step)
        if right == [False]:
            raise CodeWrong(str(guardian_id))
        return receipt

    def remove(self, guardian_id: UUID, context: Context) -> Receipt:
        """The member removes one; what is known of her is forgotten."""
        return self._removed(_citizen(context), guardian_id, RemovedBy.MEMBER, context)

    def leave(self, link: Link, context: Context) -> Receipt:
        """The guardian removes herself, by the link that she got; twice is once."""
        try:
            return self._removed(link.citizen_id, link.guardian_id, RemovedBy.GUARDIAN, context)
        except GuardianUnknown:
            return Receipt(aggregate_id=link.citizen_id)

    def stands(self, link: Link) -> bool:
        """Whether the holder of the link is such a guardian, named or confirmed, now."""
        member = self._app.find(Member, link.citizen_id)
        if member is None:
            return False
        if link.role is GuardianRole.LEGAL_GUARDIAN:
            now = self._clock.now()
            is_hers = link.guardian_id == member.legal_guardian_id
            return is_hers and member.is_ward(at=now, policy=self._policies.at(now))
        return any(one.guardian_id == link.guardian_id for one in member.guardians)

    def _removed(
        self, citizen_id: UUID, guardian_id: UUID, by: RemovedBy, context: Context
    ) -> Receipt:
        def attempt() -> Receipt:
            member = self._app.load(Member, citizen_id)
            member.remove_guardian(guardian_id, by=by, at=self._clock.now())
            receipt = Receipt(aggregate_id=citizen_id)
            return self._app.commit([member], context=context, receipt=receipt)

        return self._decide(context, Receipt, attempt)

    def _asked(self, member: Member, guardian_id: UUID, policy: Policy) -> Message | None:
        """The message with the code, where there is anything to confirm."""
        at, links, number = self._clock.now(), self._links(), member.next_code
        code = links.code(guardian_id, number, digits=policy.guardian_code_digits)
        if not member.send_code(
            guardian_id, links.code_hash(guardian_id, code), at=at, policy=policy
        ):
            return None
        guardian = next(one for one in member.guardians if one.guardian_id == guardian_id)
        name = "" if isinstance(member.name, Erased) else member.name
        return Message.compose(
            about=member.id,
            occasion=f"{ASKED}/{number}",
            citizen_id=member.id,
            recipient=Recipient(
                kind=RecipientKind.GUARDIAN_CODE,
                recipient_id=guardian_id,
                language=guardian.language,
            ),
            phrase=ASKED,
            words={"name": name, NUMBER: str(number)},
            at=at,
        )

    def _step(
        self,
        guardian_id: UUID,
        context: Context,
        step: Callable[[Member, Policy], Message | None],
    ) -> GuardianReceipt:
        citizen_id = _citizen(context)

        def attempt() -> GuardianReceipt:
            member = self._app.load(Member, citizen_id)
            message = step(member, self._policies.at(self._clock.now()))
            code = next((one for one in member.codes if one.guardian_id == guardian_id), None)
            receipt = GuardianReceipt(
                aggregate_id=citizen_id,
                guardian_id=guardian_id,
                confirmed=any(one.guardian_id == guardian_id for one in member.confirmed_guardians),
                code_expires_at=code.expires_at if code else None,
            )
            saved = [member] if message is None else [member, message]
            return self._app.commit(saved, context=context, receipt=receipt)

        return self._decide(context, GuardianReceipt, attempt)


def kept_nowhere(
    links: GuardianLinks, policy: Policy
) -> Mapping[RecipientKind, Callable[[Message], Mapping[str, str]]]:
    """What messages to guardians say that stands in no fact, made when they are sent."""

    def code(message: Message) -> Mapping[str, str]:
        guardian_id, number = message.recipient.recipient_id, int(_word(message, NUMBER))
        code = links.code(guardian_id, number, digits=policy.guardian_code_digits)
        return {"code": code, **link(message)}

    def link(message: Message, role: GuardianRole = GuardianRole.GUARDIAN) -> Mapping[str, str]:
        return {"link": links.link(Link(role, _owner(message), message.recipient.recipient_id))}

    return {
        RecipientKind.GUARDIAN_CODE: code,
        RecipientKind.GUARDIAN: link,
        RecipientKind.LEGAL_GUARDIAN: lambda one: link(one, GuardianRole.LEGAL_GUARDIAN),
    }


def _word(message: Message, name: str) -> str:
    return "0" if isinstance(message.words, Erased) else message.words[name]


def _owner(message: Message) -> UUID:
    return message.citizen_id or message.about


def _citizen(context: Context) -> UUID:
    allow(context, Role.CITIZEN)
    return UUID(context.principal.id)
