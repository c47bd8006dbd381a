"""Who saw whose data: the auditors' questions, the monthly review, and a person's own receipt."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime

from application.access_book import ENTRIES_MAX, AccessQuestion, AccessRecord, Month
from application.access_desk import RECEIPT_ENTRIES_MAX, Seen
from application.review_desk import FinishReview, Remark, Review
from application.safe_return import Receipt
from domain.base import Value
from domain.geography import DistrictCode
from domain.language import Language
from interfaces.console.words import words
from interfaces.http.errors import problems
from interfaces.http.identity import (
    Commanding,
    Reading,
    TheHouse,
)
from interfaces.http.phones import Citizen
from interfaces.http.queue import POSITION_MAX
from interfaces.http.reports import Why

router = APIRouter(prefix="/v1", tags=["access"])

Before = Annotated[
    int | None,
    Query(ge=1, le=POSITION_MAX, description="Go on from the `before` of the page read last."),
]
MonthText = Annotated[
    str, Path(alias="month", pattern=r"^20\d{2}-(0[1-9]|1[0-2])$", examples=["2026-11"])
]


class Entries(Value):
    """``before``: ask for what is older with it; null at the end."""

    entries: tuple[AccessRecord, ...]
    before: int | None


class ToldSeen(Seen):
    """As it is recorded, and in the person's own language."""

    by_text: str
    what_text: str
    why_text: str
    recipient_text: str | None


class OwnReceipt(Value):
    language: Language
    entries: tuple[ToldSeen, ...]
    before: int | None


class Finish(Value):
    district: DistrictCode | None = None
    remark: Remark


@router.get(
    "/audit/access",
    summary="Who read one person's data (auditor)",
    responses=problems(401, 403, 422, 503),
)
def access(  # noqa: PLR0913, PLR0917
    house: TheHouse,
    context: Reading,
    subject: UUID,
    actor: Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$")] = None,
    since: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to")] = None,
    before: Before = None,
    limit: Annotated[int, Query(ge=1, le=ENTRIES_MAX)] = 100,
    why: Why = None,
) -> Entries:
    """Records of one person or one report, the newest first. To ask is itself recorded."""
    question = AccessQuestion(
        subject=subject, actor=actor, since=since, until=until, before=before, limit=limit
    )
    found = tuple(house.access_desk.asked(context, question, why=why))
    return Entries(entries=found, before=found[-1].id if len(found) == limit else None)


@router.get(
    "/audit/reviews/{month}",
    summary="A month's report of who read what (supervisor, coordinator, auditor)",
    responses=problems(401, 403, 422, 503),
)
def review(
    month: MonthText, house: TheHouse, context: Reading, district: DistrictCode | None = None
) -> Review:
    """Of the own district, or of any for those who serve the city. To ask is itself recorded."""
    return house.review_desk.review(context, month_of(month), district)


@router.post(
    "/audit/reviews/{month}/done",
    summary="Keep that a month's report has been gone through (supervisor, coordinator)",
    responses=problems(401, 403, 409, 422, 503),
)
def finish(month: MonthText, body: Finish, house: TheHouse, context: Commanding) -> Receipt:
    command = FinishReview(month=month_of(month), district=body.district, remark=body.remark)
    return house.review_desk.finish(command, context)


@router.get(
    "/me/access",
    summary="What was seen of me, and who was given it (citizen)",
    responses=problems(401, 409, 422, 503),
)
def receipt(
    house: TheHouse,
    context: Citizen,
    before: Before = None,
    limit: Annotated[int, Query(ge=1, le=RECEIPT_ENTRIES_MAX)] = 50,
    language: Language | None = None,
) -> OwnReceipt:
    """The newest first, in the citizen's language: by which office, never by which person."""
    found = house.access_desk.receipt(context, before=before, limit=limit)
    told = language or found.language
    centres = house.districts.codes()
    return OwnReceipt(
        language=told,
        entries=tuple(_told(entry, told, centres.get(entry.centre)) for entry in found.entries),
        before=found.before,
    )


def month_of(text: str) -> Month:
    return Month(first=date.fromisoformat(f"{text}-01"))


def _told(entry: Seen, language: Language, centre: str | None) -> ToldSeen:
    """``centre`` is a proper name, the same in every language; None for the city's own."""
    word = words(language)
    office = word.get(f"role.{entry.role}", word["receipt.machine"])
    other = word["receipt.recipient.other"]
    return ToldSeen(
        **dict(entry),
        by_text=f"{centre or word['city']} · {office}",
        what_text=word[f"receipt.what.{entry.what}"],
        why_text=word[f"receipt.why.{entry.why}"],
        recipient_text=word.get(f"receipt.recipient.{entry.recipient}", other)
        if entry.recipient
        else None,
    )
