"""How a control room reaches the citizen of a report: calls, messages, silence, follow-ups."""

from __future__ import annotations

from typing import Annotated, Any, Final, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, ConfigDict, Field, model_validator

from application.emergency import commands
from application.phrases import phrase
from application.safe_return import Receipt
from domain.base import Value
from domain.emergency.conversing import Template
from domain.geography import DistrictCode
from domain.language import Language
from interfaces.http.errors import problems
from interfaces.http.identity import Commanding, Reading, TheHouse
from interfaces.http.queue import After, AsOf, past_of
from interfaces.http.reports import READ, STEP, ReasonedStep, Step, TheLook

router = APIRouter(prefix="/v1/reports/{report_id}", tags=["reports"])
boards = APIRouter(prefix="/v1", tags=["reports"])


EITHER: Final[dict[str, Any]] = {
    "oneOf": [
        {
            "required": [said],
            "properties": {said: {"type": "string"}, other: {"type": "null"}},
        }
        for said, other in (("body", "template"), ("template", "body"))
    ]
}


class Message(Step):
    """Either ``body`` or ``template``."""

    model_config = ConfigDict(json_schema_extra=EITHER)

    message_id: UUID = Field(description="Yours; the same again changes nothing.")
    body: commands.Message | None = Field(default=None, examples=["지금 어디에 계신가요?"])
    template: Template | None = Field(
        default=None, description="A message that stands ready in the citizen's language."
    )
    by_text: bool | None = Field(
        default=None,
        description="Whether it also goes out as a text message, which may sound on her phone; "
        "by default unless the report is silent.",
    )

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.body is None) == (self.template is None):
            raise ValueError("either a body or a template")
        return self


class Interpreter(Step):
    language: Language
    interpreter: commands.Reason = Field(examples=["다산콜센터 일본어 통역"])


class FollowUp(Step):
    due_at: AwareDatetime
    note: commands.Reason = Field(examples=["내일 낮에 안부 전화"])


class FollowUpResult(Step):
    note: commands.Reason = Field(examples=["통화함, 잘 지내고 있음"])


class ReadyMessage(Value):
    template: Template
    words: dict[Language, str]


@router.post("/silence", summary="Let nothing sound or shine near her", responses=STEP)
def silence(report_id: UUID, body: ReasonedStep, house: TheHouse, context: Commanding) -> Receipt:
    """A call that was only ordered is not placed, one that rings is taken back."""
    command = commands.SilenceReport(report_id=report_id, **dict(body))
    return house.emergency_desk.silence(command, context)


@router.post("/label-review", summary="Say that somebody has looked at its label", responses=STEP)
def review_label(report_id: UUID, body: Step, house: TheHouse, context: Commanding) -> Receipt:
    """A label mutes, delays and lowers nothing, before and after."""
    command = commands.ReviewLabel(report_id=report_id, **dict(body))
    return house.emergency_desk.review_label(command, context)


@router.post("/calls", summary="Have her called again", responses=STEP)
def call(report_id: UUID, body: Step, house: TheHouse, context: Commanding) -> Receipt:
    """While a call is under way, it stands. A silent report is not called."""
    command = commands.RequestCall(report_id=report_id, **dict(body))
    return house.emergency_desk.request_call(command, context)


@router.post("/fine", summary="Note that she said to be fine", responses=STEP)
def fine(report_id: UUID, body: Step, house: TheHouse, context: Commanding) -> Receipt:
    """It ends nothing: the report rings again in 10 minutes, for a second look."""
    command = commands.NoteSaidFine(report_id=report_id, **dict(body))
    return house.emergency_desk.note_said_fine(command, context)


@router.get("/messages", summary="What was written", responses=READ)
def messages(
    report_id: UUID, house: TheHouse, context: Reading, look: TheLook
) -> list[dict[str, Any]]:
    """Oldest first; with personal data; leaves an access record."""
    return [dict(one) for one in house.contact_desk.messages(context, report_id, **look)]


@router.post("/messages", summary="Write to her", responses=STEP)
def write(report_id: UUID, body: Message, house: TheHouse, context: Commanding) -> Receipt:
    command = commands.SendMessage(report_id=report_id, **dict(body))
    return house.emergency_desk.send_message(command, context)


@router.post("/interpreters", summary="Note that an interpreter joined", responses=STEP)
def interpreter(
    report_id: UUID, body: Interpreter, house: TheHouse, context: Commanding
) -> Receipt:
    command = commands.NoteInterpreter(report_id=report_id, **dict(body))
    return house.emergency_desk.note_interpreter(command, context)


@router.get("/follow-ups", summary="When to contact her again, and what for", responses=READ)
def plans(
    report_id: UUID, house: TheHouse, context: Reading, look: TheLook
) -> list[dict[str, Any]]:
    """With personal data; leaves an access record."""
    return [dict(one) for one in house.contact_desk.plans(context, report_id, **look)]


@router.post("/follow-ups", summary="Plan to contact her again", responses=STEP)
def follow_up(report_id: UUID, body: FollowUp, house: TheHouse, context: Commanding) -> Receipt:
    """Within the next 30 days; also after the report has ended."""
    command = commands.ScheduleFollowUp(report_id=report_id, **dict(body))
    return house.emergency_desk.schedule_follow_up(command, context)


@router.post("/follow-ups/{follow_up_id}/done", summary="Say what came of it", responses=STEP)
def follow_up_done(
    report_id: UUID,
    follow_up_id: UUID,
    body: FollowUpResult,
    house: TheHouse,
    context: Commanding,
) -> Receipt:
    command = commands.FinishFollowUp(report_id=report_id, follow_up_id=follow_up_id, **dict(body))
    return house.emergency_desk.finish_follow_up(command, context)


@boards.get(
    "/follow-ups", summary="Whom to contact again", responses=problems(401, 403, 409, 422, 503)
)
def board(
    house: TheHouse,
    context: Reading,
    district: Annotated[DistrictCode | None, Query()] = None,
    as_of: AsOf = None,
    after: After = None,
) -> list[dict[str, Any]]:
    """Of the districts that the asker may see; what is due first comes first; no personal data."""
    found = house.contact_desk.follow_ups(
        context, district=district, as_of=past_of(as_of, None), after=after
    )
    return [dict(one) for one in found]


@boards.get("/message-templates", summary="Messages that stand ready", responses=problems(401))
def templates(_context: Reading) -> tuple[ReadyMessage, ...]:
    """In all languages, so that an operator reads beside it what a citizen will."""
    return ready_messages()


def ready_messages() -> tuple[ReadyMessage, ...]:
    """All but those that the service writes by itself."""
    return tuple(
        ReadyMessage(
            template=one, words={language: phrase(f"text.{one}", language) for language in Language}
        )
        for one in Template
        if one not in {Template.SILENT_RECEIVED, Template.CALL_UNANSWERED}
    )
