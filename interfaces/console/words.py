"""The words of the pages, one catalogue for each language."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from domain.language import Language

FOLDER: Final = Path(__file__).parent / "catalogue"


@cache
def words(language: Language) -> dict[str, str]:
    """Every word of the pages by its key; all languages have the same keys."""
    text = (FOLDER / f"{language}.json").read_text(encoding="utf-8")
    catalogue: dict[str, str] = json.loads(text)
    return catalogue
