"""The people of a demo: an administrator by command, all others over HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from string import digits
from threading import Lock
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
from pydantic import SecretStr

from application.context import system
from application.staff_desk import EnrollStaff, LoginTaken
from domain.geography import DistrictCode
from domain.roles import Role
from interfaces.demo.consoles import Consoles
from interfaces.demo.stage import DemoFailed

if TYPE_CHECKING:
    from infrastructure.bootstrap import House
    from interfaces.demo.case import Citizen

ANSWER_S = 10.0
SEND_AGAIN = 503
AGAIN_S = 15.0
PAUSE_S = 0.3
ADMINISTRATOR = "administrator"
IN_DISTRICTS = {
    "operator": Role.OPERATOR,
    "colleague": Role.OPERATOR,
    "supervisor": Role.SUPERVISOR,
}
AT_CONSOLES = frozenset({*IN_DISTRICTS, "coordinator"})


class Person:
    """Somebody's way to the service: a client that carries the credential."""

    def __init__(self, url: str, token: str | None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.http = httpx.Client(base_url=url, headers=headers, timeout=ANSWER_S)
        self.token = token

    def ask(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **request: Any
    ) -> httpx.Response:
        """One request under a key of its own, sent again while the service says to do so.

        Other trouble on the way is a failure of the demo.
        """
        told = {"Idempotency-Key": str(uuid4()), **(headers or {})}
        until = time.monotonic() + AGAIN_S
        try:
            while True:
                answer = self.http.request(method, path, headers=told, **request)
                if answer.status_code != SEND_AGAIN or time.monotonic() > until:
                    return answer
                time.sleep(PAUSE_S)
        except httpx.HTTPError as error:
            raise DemoFailed(f"{method} {path}: {str(error) or type(error).__name__}") from error

    def get(self, path: str, **query: Any) -> Any:
        return must(self.ask("GET", path, params=query))

    def post(self, path: str, body: object) -> Any:
        return must(self.ask("POST", path, json=body))


def must(answer: httpx.Response) -> Any:
    """The content of an answer that may not be a refusal; None when it is empty."""
    if not answer.is_success:
        raise DemoFailed(
            f"{answer.request.method} {answer.request.url.path} answered {answer.status_code}: "
            f"{' '.join(answer.text.split())[:300]}"
        )
    return answer.json() if answer.content else None


def code_of(answer: httpx.Response) -> str | None:
    """The stable code of a refusal; None when it is no problem document."""
    try:
        body = answer.json()
    except ValueError:
        return None
    return body.get("code") if isinstance(body, dict) else None


class People:
    """Staff are enrolled when first needed; citizens each time.

    Args:
        url: where the service answers.
        house: enrols the first administrator, as ``ansim staff add`` does.
        password_of: the password of a log-in, always the same.
    """

    def __init__(self, url: str, house: House, password_of: Callable[[str], str]) -> None:
        self._url = url
        self._password_of = password_of
        self._lock = Lock()
        self._staff: dict[str, Person] = {}
        self._consoles = Consoles()
        self._enroll_administrator(house)
        self.administrator = self.logged_in(ADMINISTRATOR)

    def _enroll_administrator(self, house: House) -> None:
        with suppress(LoginTaken):
            house.staff_desk.enroll(
                EnrollStaff(
                    login=ADMINISTRATOR,
                    password=SecretStr(self._password_of(ADMINISTRATOR)),
                    name="관리자",
                    role=Role.ADMINISTRATOR,
                ),
                system("demo", correlation_id=uuid4()),
            )

    def logged_in(self, login: str) -> Person:
        credentials = {"login": login, "password": self._password_of(login)}
        session = Person(self._url, None).post("/v1/sessions", credentials)
        return Person(self._url, session["token"])

    def staff(self, who: str, district: DistrictCode | None = None) -> Person:
        """``operator``, ``colleague`` and ``supervisor`` are of the district, others the city's.

        Several of one kind are told apart by a number: ``operator2``.
        """
        kind = who.rstrip(digits)
        place = district if kind in IN_DISTRICTS else None
        login = login_of(who, place)
        with self._lock:
            if login not in self._staff:
                self.enroll(who, place)
                self._staff[login] = self.logged_in(login)
                if kind in AT_CONSOLES:
                    self._consoles.sit_down(self._staff[login])
            return self._staff[login]

    def go_home(self) -> None:
        """End all shifts."""
        self._consoles.go_home()

    def enroll(self, who: str, district: DistrictCode | None) -> None:
        """Take somebody into service, who may be there already."""
        login = login_of(who, district)
        answer = self.administrator.ask(
            "POST",
            "/v1/staff",
            json={
                "login": login,
                "password": self._password_of(login),
                "name": login,
                "role": IN_DISTRICTS.get(who.rstrip(digits)) or Role(who),
                "district": district,
            },
        )
        if code_of(answer) != LoginTaken.code:
            must(answer)

    def citizen(self, citizen: Citizen | None) -> Person:
        """A registered citizen with a phone; None is somebody whom nobody knows."""
        if citizen is None:
            return Person(self._url, None)
        told = citizen.model_dump(mode="json", exclude={"pin", "duress_pin"})
        receipt = self.administrator.post("/v1/members", told)
        return Person(self._url, receipt["device_token"])

    def with_token(self, token: str) -> Person:
        """Whoever's phone speaks with this token."""
        return Person(self._url, token)


def login_of(who: str, district: DistrictCode | None) -> str:
    return f"{who}-{district}" if district else who
