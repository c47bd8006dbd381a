"""What is said aloud after a trigger: for the bystanders first, then to the citizen."""

from __future__ import annotations

from application.emergency.commands import Announcement
from application.phrases import phrase
from domain.emergency.vocabulary import Alert
from domain.language import Language


def announcement(language: Language, *, alert: Alert, drill: bool) -> tuple[Announcement, ...]:
    """Aloud in Korean, then in ``language``; nothing when silent, and a drill says so."""
    if alert is Alert.SILENT:
        return ()
    return tuple(
        Announcement(language=spoken, text=_said(spoken, drill=drill))
        for spoken in dict.fromkeys((Language.KO, language))
    )


def _said(language: Language, *, drill: bool) -> str:
    received = phrase("announcement.received", language)
    return f"{phrase('announcement.drill', language)}. {received}" if drill else received
