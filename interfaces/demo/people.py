"""The people of a demo: an administrator by command, all others over HTTP."""

from __future__ import annotations

import secrets
from threading import Lock
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
from pydantic import SecretStr

from application.context import system
from application.staff_desk import EnrollStaff
from domain.geography import DistrictCode
from domain.roles import Role
from interfaces.demo.stage import DemoFailed

if TYPE_CHECKING:
    from infrastructure.bootstrap import House
    from interfaces.demo.case import Citizen

ANSWER_S = 10.0
IN_DISTRICTS = {
    "operator": Role.OPERATOR,
    "colleague": Role.OPERATOR,
    "supervisor": Role.SUPERVISOR,
}


class Person:
    """Somebody's way to the service: a client that carries the credential."""

    def __init__(self, url: str, token: str | None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.http = httpx.Client(base_url=url, headers=headers, timeout=ANSWER_S)
        self.token = token

    def ask(self, method: str, path: str, **request: Any) -> httpx.Response:
        """One request under a key of its own; trouble on the way is a failure of the demo."""
        try:
            return self.http.request(
                method, path, headers={"Idempotency-Key": str(uuid4())}, **request
            )
        except httpx.HTTPError as error:
            raise DemoFailed(f"{method} {path}: {str(error) or type(error).__name__}") from error

    def get(self, path: str, **query: Any) -> Any:
        return must(self.ask("GET", path, params=query))

    def post(self, path: str, body: object) -> Any:
        return must(self.ask("POST", path, json=body))


def must(answer: httpx.Response) -> Any:
    """The content of an answer that may not be a refusal."""
    if not answer.is_success:
        raise DemoFailed(
            f"{answer.request.method} {answer.request.url.path} answered {answer.status_code}: "
            f"{' '.join(answer.text.split())[:300]}"
        )
    return answer.json()


def code_of(answer: httpx.Response) -> str | None:
    """The stable code of a refusal; None when it is no problem document."""
    try:
        body = answer.json()
    except ValueError:
        return None
    return body.get("code") if isinstance(body, dict) else None


class People:
    """Staff are enrolled when first needed; citizens each time."""

    def __init__(self, url: str, house: House) -> None:
        self._url = url
        self._lock = Lock()
        self._staff: dict[tuple[Role, str, DistrictCode | None], Person] = {}
        self._administrator = self._first_administrator(house)

    def _first_administrator(self, house: House) -> Person:
        """As ``ansim staff add`` does it: nobody is there yet who could."""
        password = secrets.token_urlsafe(12)
        house.staff_desk.enroll(
            EnrollStaff(
                login="admin",
                password=SecretStr(password),
                name="관리자",
                role=Role.ADMINISTRATOR,
            ),
            system("demo", correlation_id=uuid4()),
        )
        return self.logged_in("admin", password)

    def logged_in(self, login: str, password: str) -> Person:
        session = Person(self._url, None).post(
            "/v1/sessions", {"login": login, "password": password}
        )
        return Person(self._url, session["token"])

    def staff(self, who: str, district: DistrictCode | None) -> Person:
        """``operator``, ``colleague`` and ``supervisor`` are of the district, others the city's."""
        role = IN_DISTRICTS.get(who) or Role(who)
        place = district if who in IN_DISTRICTS else None
        with self._lock:
            known = self._staff.get((role, who, place))
            if known is None:
                known = self._enrolled(role, f"{place or 'city'}-{who}", place)
                self._staff[role, who, place] = known
            return known

    def _enrolled(self, role: Role, login: str, district: DistrictCode | None) -> Person:
        password = secrets.token_urlsafe(12)
        self._administrator.post(
            "/v1/staff",
            {
                "login": login,
                "password": password,
                "name": login,
                "role": role,
                "district": district,
            },
        )
        return self.logged_in(login, password)

    def citizen(self, citizen: Citizen | None) -> Person:
        """A registered citizen with a phone; None is somebody whom nobody knows."""
        if citizen is None:
            return Person(self._url, None)
        receipt = self._administrator.post("/v1/members", citizen.model_dump(mode="json"))
        return Person(self._url, receipt["device_token"])
