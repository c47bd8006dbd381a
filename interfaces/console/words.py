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
    return read_words(FOLDER, language)


def read_words(folder: Path, language: Language) -> dict[str, str]:
    """One language's words of a folder, and of the folders in it: one for each service."""
    catalogue: dict[str, str] = {}
    for path in sorted(folder.rglob(f"{language}.json")):
        catalogue |= json.loads(path.read_text(encoding="utf-8"))
    return catalogue
