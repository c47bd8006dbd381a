"""The plain pages of the control room: log-in, live queue, one report, forgetting."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.templating import Jinja2Templates
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from application.errors import ApplicationError, TooManyAttempts, Unauthenticated
from application.reading_desk import WHOLE_CITY
from application.two_persons import FITTING, SEEING
from domain.emergency.classification import (
    Concerned,
    IncidentKind,
    Injury,
    PersonRole,
    Weapon,
)
from domain.emergency.help_answers import StandDown
from domain.emergency.vocabulary import Outcome, VerifiedBy
from domain.erasure import ErasureReason
from domain.hold_kind import BY_THEMSELVES, HoldKind
from domain.language import Language
from domain.roles import Role
from domain.scout_roster import ClosureReason
from domain.staff import DISTRICT_ROLES, STAFF_ROLES
from interfaces.case_file.words import told_words
from interfaces.console.session_steps import STEPS
from interfaces.console.words import words
from interfaces.http.identity import COOKIE, TheHouse
from interfaces.http.sessions import NO_NUL, set_cookie

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from application.context import Principal

HERE: Final = Path(__file__).parent
LANGUAGE_COOKIE: Final = "ansim_language"
YEAR_S: Final = 365 * 86_400
LANGUAGE_NAMES: Final = {
    Language.KO: "한국어",
    Language.EN: "English",
    Language.ZH: "中文",
    Language.JA: "日本語",
}
BOARD_KINDS: Final = (
    "emergency",
    "bell",
    "monitoring",
    "taxi",
    "escort",
    "protection",
    "inspection",
    "detector_loan",
)
"""In the order in which they stand on the board."""
PAGES: Final = frozenset(
    {"/", "/protections", "/board", "/inspections", "/scouts", "/login", "/erasures"}
)
SEES_QUEUE: Final = WHOLE_CITY | DISTRICT_ROLES
ROSTERS: Final = DISTRICT_ROLES | {Role.COORDINATOR}
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " img-src 'self' data:; media-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}

router = APIRouter(include_in_schema=False)
templates = Jinja2Templates(directory=HERE / "templates")
templates.env.trim_blocks = templates.env.lstrip_blocks = True


def install(app: FastAPI) -> None:
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")


@router.get("/")
def queue(request: Request, house: TheHouse) -> Response:
    """Where the log-in leads: the queue, or the page of forgetting for who sees that only."""
    return _for_staff(request, house, "queue.html", elsewhere="/erasures")


@router.get("/reports/{report_id}")
def report(request: Request, house: TheHouse, report_id: UUID) -> Response:
    outcomes = [outcome for outcome in Outcome if outcome is not Outcome.DRILL]
    return _for_staff(
        request,
        house,
        "report.html",
        report_id=str(report_id),
        outcomes=outcomes,
        verifications=list(VerifiedBy),
        stand_downs=list(StandDown),
        incident_kinds=list(IncidentKind),
        concerns=list(Concerned),
        weapons=list(Weapon),
        injuries=list(Injury),
        person_roles=list(PersonRole),
    )


@router.get("/board")
def board(request: Request, house: TheHouse) -> Response:
    """One night: the reports and the sessions of all services in one order."""
    return _for_staff(request, house, "board.html", allowed=SEES_QUEUE, kinds=BOARD_KINDS)


@router.get("/protections")
def protections(request: Request, house: TheHouse) -> Response:
    """Who is watched over, for those who look."""
    return _for_staff(request, house, "protections.html", allowed=DISTRICT_ROLES)


@router.get("/inspections")
def inspections(request: Request, house: TheHouse) -> Response:
    """Checks for hidden cameras and lent detectors: what is asked of the district."""
    return _for_staff(request, house, "inspections.html", allowed=SEES_QUEUE)


@router.get("/scouts")
def scouts(request: Request, house: TheHouse) -> Response:
    """The district's nights: which scouts go out, and what is taken and free."""
    return _for_staff(request, house, "scouts.html", allowed=ROSTERS, reasons=list(ClosureReason))


@router.get("/sessions/{session_id}")
def session(request: Request, house: TheHouse, session_id: UUID) -> Response:
    """One session of any service, and what its operator may do."""
    return _for_staff(
        request,
        house,
        "session.html",
        allowed=SEES_QUEUE,
        session_id=str(session_id),
        steps={kind: list(map(asdict, steps)) for kind, steps in STEPS.items()},
        told=told_words(_language(request)),
    )


@router.get("/erasures")
def erasures(request: Request, house: TheHouse) -> Response:
    """What is to be forgotten and what must not be, for those whom the desks tell."""
    return _for_staff(
        request,
        house,
        "erasures.html",
        allowed=SEEING,
        reasons=list(ErasureReason),
        kinds=[kind for kind in HoldKind if kind not in BY_THEMSELVES],
    )


@router.get("/login")
def login_form(request: Request) -> Response:
    return _page(request, "login.html", problem=None)


@router.post("/login")
def log_in(
    request: Request,
    house: TheHouse,
    login: Annotated[str, Form(max_length=64, pattern=NO_NUL)] = "",
    password: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    try:
        opened = house.staff_desk.log_in(login.strip().lower(), password)
    except Unauthenticated:
        return _page(request, "login.html", status=401, problem="login.wrong")
    except TooManyAttempts:
        return _page(request, "login.html", status=429, problem="login.too_many")
    except ApplicationError:
        return _page(request, "login.html", status=503, problem="login.unavailable")
    answer = RedirectResponse("/", 303, headers=HEADERS)
    set_cookie(request, answer, opened.token, opened.expires_in_s)
    return answer


@router.post("/logout")
def log_out(request: Request, house: TheHouse) -> Response:
    token = request.cookies.get(COOKIE)
    if token is not None:
        house.staff_desk.log_out(token)
    answer = RedirectResponse("/login", 303, headers=HEADERS)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/language/{language}")
def choose_language(language: Language, request: Request) -> Response:
    """Remember the language and go back to the page that asked."""
    path = request.query_params.get("back", "/")
    known = path in PAGES or path.startswith(("/reports/", "/sessions/"))
    answer = RedirectResponse(path if known else "/", 303, headers=HEADERS)
    answer.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR_S, samesite="strict", httponly=True)
    return answer


def _for_staff(
    request: Request,
    house: TheHouse,
    template: str,
    *,
    allowed: Collection[Role] = STAFF_ROLES,
    elsewhere: str | None = None,
    **values: Any,
) -> Response:
    """The page for who is logged in and may see it, a plain refusal, or the way to the log-in.

    ``elsewhere`` is where those go who see no queue, but what is to be forgotten.
    """
    token = request.cookies.get(COOKIE)
    if token is None:
        return RedirectResponse("/login", 303, headers=HEADERS)
    try:
        principal = house.staff_desk.principal_of(token)
    except Unauthenticated:
        return RedirectResponse("/login", 303, headers=HEADERS)
    sees_queue = principal.role in SEES_QUEUE
    if elsewhere is not None and not sees_queue and principal.role in SEEING:
        return RedirectResponse(elsewhere, 303, headers=HEADERS)
    districts = _named(request, house.districts.codes())
    permitted = principal.role in allowed
    return _page(
        request,
        template if permitted else "refused.html",
        status=200 if permitted else 403,
        principal=principal,
        sees_forgetting=principal.role in SEEING,
        sees_queue=sees_queue,
        place=districts.get(principal.district or ""),
        data=_data(request, principal, districts),
        **values,
    )


def _named(request: Request, districts: Mapping[str, str]) -> dict[str, str]:
    """The districts in the page's language; one without a word there keeps its Korean name."""
    known = words(_language(request))
    return {code: known.get(f"district.{code}", name) for code, name in districts.items()}


def _data(request: Request, principal: Principal, districts: dict[str, str]) -> dict[str, Any]:
    """What the scripts need to know; a data block, never executed."""
    return {
        "words": words(_language(request)),
        "language": _language(request),
        "districts": districts,
        "me": {
            "id": principal.id,
            "role": principal.role,
            "district": principal.district,
            "decides": principal.role in FITTING,
        },
    }


def _page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    language = _language(request)
    return templates.TemplateResponse(
        request,
        template,
        {
            "t": words(language),
            "language": language,
            "languages": LANGUAGE_NAMES,
            "back": request.url.path,
            **values,
        },
        status_code=status,
        headers=HEADERS,
    )


def _language(request: Request) -> Language:
    """The chosen language; Korean first."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return Language(chosen) if chosen in set(Language) else Language.KO
