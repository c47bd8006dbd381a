"""The page to which a guardian's link leads: says what she is, and lets her stop it.

Looking at it changes nothing: messengers look at links by themselves.
"""

from __future__ import annotations

from html import escape
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from application.errors import Unauthenticated
from application.guardian_links import GuardianRole, Link
from application.phrases import phrase
from domain.consents import Consent
from domain.language import Language
from infrastructure.bootstrap import House
from interfaces.http.errors import language_of
from interfaces.http.guardians import context_of
from interfaces.http.identity import TheHouse

router = APIRouter(include_in_schema=False)
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
PAGE: Final = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>{title}</title>
<style>body{{font:1.1rem/1.6 system-ui,sans-serif;max-width:32rem;margin:2rem auto;padding:0 1rem}}
button{{font:inherit;padding:.6rem 1rem}}</style></head>
<body><h1>{title}</h1><p>{text}</p>{form}</body></html>
"""
FORM: Final = '<form method="post"><button>{button}</button></form>'


@router.get("/g/{token}")
def look(token: str, request: Request, house: TheHouse) -> HTMLResponse:
    language = language_of(request)
    link = _read(house, token)
    if link is None or not house.guardian_desk.stands(link):
        return _page(language, "guardian.page.none")
    return _page(language, f"guardian.page.{link.role.name.lower()}", button=True)


@router.post("/g/{token}")
def leave(token: str, request: Request, house: TheHouse) -> HTMLResponse:
    """A guardian stops; a legal guardian takes back what every service needs."""
    language = language_of(request)
    link = _read(house, token)
    if link is None or not house.guardian_desk.stands(link):
        return _page(language, "guardian.page.none")
    context = context_of(request, link)
    if link.role is GuardianRole.GUARDIAN:
        house.guardian_desk.leave(link, context)
    else:
        house.consent_desk.withdraw_for_ward(link, Consent.PERSONAL_DATA, context)
    return _page(language, "guardian.page.left")


def _read(house: House, token: str) -> Link | None:
    try:
        return house.guardian_links.read(token)
    except Unauthenticated:
        return None


def _page(language: Language, name: str, *, button: bool = False) -> HTMLResponse:
    form = FORM.format(button=escape(phrase(f"{name}.button", language))) if button else ""
    body = PAGE.format(
        language=language,
        title=escape(phrase("guardian.page.title", language)),
        text=escape(phrase(name, language)),
        form=form,
    )
    return HTMLResponse(body, headers=HEADERS)
