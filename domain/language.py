"""The four languages of the service (press release of 2023-09-05)."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    KO = "ko"
    EN = "en"
    ZH = "zh"
    JA = "ja"
