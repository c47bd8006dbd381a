"""The words that a case is told in: those of the pages, and sentences of its own."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from interfaces.console.words import read_words
from interfaces.console.words import words as console_words

if TYPE_CHECKING:
    from domain.language import Language

FOLDER: Final = Path(__file__).parent / "catalogue"


@cache
def own_words(language: Language) -> dict[str, str]:
    """What only a told case says; all languages have the same keys."""
    return read_words(FOLDER, language)


@cache
def words(language: Language) -> dict[str, str]:
    """Every word that a case may need."""
    return {**console_words(language), **own_words(language)}


@cache
def told_words(language: Language) -> dict[str, str]:
    """One sentence for each kind of fact, by ``told.<topic>``."""
    return {name: text for name, text in own_words(language).items() if name.startswith("told.")}
