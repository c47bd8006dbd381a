"""Tells people of what happened: each message leaves if the facts that it tells of stand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from application.safe_return import SafeReturn
from application.ways import Numbers
from domain.base import Erased
from domain.member import Member
from domain.message import Message, Recipient, RecipientKind


def to_guardians(  # noqa: PLR0913 (whom, of what, in which words)
    member: Member,
    *,
    about: UUID,
    occasion: str,
    phrase: str,
    words: Mapping[str, str],
    at: datetime,
) -> list[Message]:
    """One message for each confirmed guardian, to be saved with the facts that it tells of."""
    return [
        Message.compose(
            about=about,
            occasion=occasion,
            citizen_id=member.id,
            recipient=Recipient(
                kind=RecipientKind.GUARDIAN,
                recipient_id=guardian.guardian_id,
                language=guardian.language,
            ),
            phrase=phrase,
            words=words,
            at=at,
        )
        for guardian in member.confirmed_guardians
    ]


def to_citizen(  # noqa: PLR0913
    member: Member,
    *,
    about: UUID,
    occasion: str,
    phrase: str,
    words: Mapping[str, str],
    at: datetime,
) -> Message:
    """A message to the member herself, to be saved with the facts that it tells of."""
    recipient = Recipient(
        kind=RecipientKind.CITIZEN, recipient_id=member.id, language=member.language
    )
    return Message.compose(
        about=about,
        occasion=occasion,
        citizen_id=member.id,
        recipient=recipient,
        phrase=phrase,
        words=words,
        at=at,
    )


def numbers_of_members(app: SafeReturn) -> Numbers:
    """Where members, and their guardians, can be reached."""

    def citizen(message: Message) -> str | None:
        member = app.find(Member, message.recipient.recipient_id)
        return None if member is None or isinstance(member.phone, Erased) else member.phone

    def guardian(message: Message, *, confirmed: bool = True) -> str | None:
        member = app.find(Member, message.citizen_id) if message.citizen_id else None
        for one in member.guardians if member else ():
            if one.guardian_id == message.recipient.recipient_id and one.confirmed is confirmed:
                return None if isinstance(one.phone, Erased) else one.phone
        return None

    def asked(message: Message) -> str | None:
        return guardian(message, confirmed=False)

    def legal_guardian(message: Message) -> str | None:
        member = app.find(Member, message.citizen_id) if message.citizen_id else None
        is_hers = member and member.legal_guardian_id == message.recipient.recipient_id
        return member.legal_guardian_phone if member and is_hers else None

    return {
        RecipientKind.CITIZEN: citizen,
        RecipientKind.GUARDIAN: guardian,
        RecipientKind.GUARDIAN_CODE: asked,
        RecipientKind.LEGAL_GUARDIAN: legal_guardian,
    }
