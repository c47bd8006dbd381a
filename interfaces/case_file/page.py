"""The timeline as one page that needs nothing beside it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from interfaces.case_file.account import Account

TEMPLATES: Final = Path(__file__).parent / "templates"


def page(account: Account) -> bytes:
    text: str = _template().render(account=account, words=account.words)
    return text.encode()


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("timeline.html")
