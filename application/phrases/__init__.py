"""What is said and written to citizens, in the four languages, from gettext catalogues.

The catalogues are read as translators write them (``.po``): no compiled file can be out of date.
"""

from __future__ import annotations

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
    words = _catalogue(language).gettext(name)
    if words == name:
        raise KeyError(f"{name} in {language}")
    return words


@cache
def _catalogue(language: Language) -> GNUTranslations:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    written = files(__name__).joinpath(f"{language}.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(written), locale=language.value, abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)
