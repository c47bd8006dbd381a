"""What is said and written to people outside, in the four languages, from gettext catalogues.

One folder for each service. The catalogues are read as translators write them (``.po``): no
compiled file can be out of date.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO

from domain.language import Language


def phrase(name: str, language: Language) -> str:
    """The words under ``name`` (`announcement.received`, `text.are_you_safe` …).

    Raises:
        KeyError: there are none; a test makes sure that no catalogue lacks any.
    """
    for catalogue in _catalogues(language):
        words = catalogue.gettext(name)
        if words != name:
            return words
    raise KeyError(f"{name} in {language}")


def worded(name: str, language: Language, words: Mapping[str, str]) -> str:
    """A phrase with its gaps (`%(plate)s`) filled.

    Raises:
        KeyError: there is no such phrase, or nothing for one of its gaps.
    """
    return phrase(name, language) % words


def refusal(code: str, language: Language) -> str | None:
    """What a person is told whose command was refused; None for refusals that only staff meets."""
    try:
        return phrase(f"refused.{code}", language)
    except KeyError:
        return None


@cache
def _catalogues(language: Language) -> tuple[GNUTranslations, ...]:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    found = []
    for part in sorted(files(__name__).iterdir(), key=lambda one: one.name):
        written = part.joinpath(f"{language}.po")
        if part.is_dir() and written.is_file():
            compiled = BytesIO()
            source = BytesIO(written.read_bytes())
            write_mo(compiled, read_po(source, locale=language.value, abort_invalid=True))
            compiled.seek(0)
            found.append(GNUTranslations(compiled))
    return tuple(found)
