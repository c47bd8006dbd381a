"""How a control room reaches the citizen: by voice, in writing, later, or without a sound."""

from __future__ import annotations

from application.context import Context
from application.emergency.answering import Answering
from application.emergency.commands import (
    FinishFollowUp,
    NoteInterpreter,
    NoteSaidFine,
    RequestCall,
    ReviewLabel,
    ScheduleFollowUp,
    SendMessage,
    SilenceReport,
)
from application.phrases import phrase
from application.safe_return import Receipt
from domain.language import Language


class Reaching(Answering):
    """Steps as those of ``Answering``, with the same errors."""

    def silence(self, command: SilenceReport, context: Context) -> Receipt:
        return self._step(
            command,
            context,
            lambda report, who, at: report.silence(operator_id=who, reason=command.reason, at=at),
        )

    def review_label(self, command: ReviewLabel, context: Context) -> Receipt:
        return self._step(
            command, context, lambda report, who, at: report.review_label(operator_id=who, at=at)
        )

    def request_call(self, command: RequestCall, context: Context) -> Receipt:
        return self._step(
            command,
            context,
            lambda report, who, at: report.request_call(operator_id=who, at=at),
        )

    def note_said_fine(self, command: NoteSaidFine, context: Context) -> Receipt:
        return self._step(
            command,
            context,
            lambda report, who, at: report.said_fine(operator_id=who, at=at, policy=self._policy),
        )

    def send_message(self, command: SendMessage, context: Context) -> Receipt:
        """Write what the operator wrote, or a ready message in the citizen's language."""

        def body(language: Language) -> str:
            return command.body or phrase(f"text.{command.template}", language)

        return self._step(
            command,
            context,
            lambda report, who, at: report.send_message(
                message_id=command.message_id,
                operator_id=who,
                body=body(report.language),
                template=command.template,
                by_text=command.by_text,
                at=at,
                policy=self._policy,
            ),
        )

    def note_interpreter(self, command: NoteInterpreter, context: Context) -> Receipt:
        return self._step(
            command,
            context,
            lambda report, who, at: report.interpreter_joined(
                operator_id=who, language=command.language, interpreter=command.interpreter, at=at
            ),
        )

    def schedule_follow_up(self, command: ScheduleFollowUp, context: Context) -> Receipt:
        return self._step(
            command,
            context,
            lambda report, who, at: report.schedule_follow_up(
                operator_id=who,
                due_at=command.due_at,
                note=command.note,
                at=at,
                policy=self._policy,
            ),
        )

    def finish_follow_up(self, command: FinishFollowUp, context: Context) -> Receipt:
        return self._step(
            command,
            context,
            lambda report, who, at: report.follow_up_done(
                follow_up_id=command.follow_up_id, operator_id=who, note=command.note, at=at
            ),
        )
