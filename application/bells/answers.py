"""What a bell, or its gateway, is answered: what would have been refused is named with words."""

from __future__ import annotations

from application.bells.presses import PressReceipt
from application.phrases import refusal
from domain.language import Language


class PressAnswer(PressReceipt):
    """A receipt, and what its ``codes`` mean in the four languages."""

    messages: dict[str, dict[str, str]] = {}  # noqa: RUF012 - pydantic copies it
    """By code, then by language."""


def answer_of(receipt: PressReceipt) -> PressAnswer:
    return PressAnswer(
        **dict(receipt),
        messages={
            code: {
                language.value: told
                for language in Language
                if (told := refusal(code, language)) is not None
            }
            for code in receipt.codes
        },
    )
