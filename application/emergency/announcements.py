"""What is said aloud after a trigger: for the bystanders first, then to the citizen."""

from __future__ import annotations

from typing import Final

from application.emergency.commands import Announcement
from domain.emergency.vocabulary import Alert
from domain.language import Language
from domain.policy import ANNOUNCEMENT_KO

RECEIVED: Final = {
    Language.KO: ANNOUNCEMENT_KO,
    Language.EN: "Your emergency report has been received. Connecting you to a police officer",
    Language.ZH: "紧急报警已受理。正在为您连接警察",
    Language.JA: "緊急通報を受け付けました。警察官におつなぎしています",
}
DRILL: Final = {
    Language.KO: "연습입니다",
    Language.EN: "This is a drill",
    Language.ZH: "这是演练",
    Language.JA: "これは練習です",
}


def announcement(language: Language, *, alert: Alert, drill: bool) -> tuple[Announcement, ...]:
    """Aloud in Korean, then in ``language``; nothing when silent, and a drill says so."""
    if alert is Alert.SILENT:
        return ()
    return tuple(
        Announcement(
            language=spoken,
            text=f"{DRILL[spoken]}. {RECEIVED[spoken]}" if drill else RECEIVED[spoken],
        )
        for spoken in dict.fromkeys((Language.KO, language))
    )
