"""How often registrations may be begun, and the identity service be asked: a door for everybody.

Staff who take somebody in at an office are not bounded: many people come to one address there.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import ClassVar, Final
from uuid import UUID

from application.context import Context
from application.errors import TooManyAttempts
from application.identity_check import PersonKeys
from application.tries import Bound, Doors
from domain.policy import Policy
from domain.roles import Role

LOOK_AT_DOCUMENTS: Final = (Role.OPERATOR, Role.SUPERVISOR, Role.ADMINISTRATOR)
"""Who may take somebody in at an office."""
BEGUN, ASKED, HEARD = "registration.begun", "identity.asked", "identity.heard"
IPV6_SITE_BITS: Final = 64
"""Who has one address of IPv6 has so many that begin alike (RFC 6177)."""


class TooManyRegistrations(TooManyAttempts):
    """Too many registrations were begun from this address."""

    code: ClassVar[str] = "registration.too_many"


class TooManyChecks(TooManyAttempts):
    """The identity service was asked too often.

    From this address, for this registration, or about this phone number.
    """

    code: ClassVar[str] = "registration.too_many_checks"


class JoiningBounds:
    """Turns away before anything is stored, and before the identity service is asked.

    Args:
        doors: where tries are counted.
        policy: the numbers in force now.
        person_keys: a phone number is counted under a keyed hash.
    """

    def __init__(
        self, doors: Doors, policy: Callable[[], Policy], person_keys: Callable[[], PersonKeys]
    ) -> None:
        self._doors = doors
        self._policy = policy
        self._person_keys = person_keys

    def begin(self, context: Context) -> None:
        """Raises TooManyRegistrations."""
        self._pass(BEGUN, *self._address(context), refusal=TooManyRegistrations)

    def ask(self, registration_id: UUID, context: Context) -> None:
        """Raises TooManyChecks: from this address, or for this registration."""
        self._pass(ASKED, *self._address(context), (str(registration_id), self._checks))

    def hear(self, registration_id: UUID, context: Context) -> None:
        """Raises TooManyChecks, as ``ask``."""
        self._pass(HEARD, *self._address(context), (str(registration_id), self._checks))

    def tell_of(self, phone: str) -> None:
        """Raises TooManyChecks: too many were confirmed under this phone number."""
        self._pass(HEARD, (self._person_keys().of_phone(phone), self._checks))

    def _pass(
        self,
        door: str,
        *whose: tuple[str, Bound],
        refusal: type[TooManyAttempts] = TooManyChecks,
    ) -> None:
        for who, bound in whose:
            self._doors.must_not_be_many(door, who, bound, refusal)
        for who, _ in whose:
            self._doors.keep(door, who)

    def _address(self, context: Context) -> list[tuple[str, Bound]]:
        if context.address is None or context.principal.role in LOOK_AT_DOCUMENTS:
            return []
        policy = self._policy()
        bound = Bound(policy.registrations_max, policy.registrations_within_s)
        return [(network_of(context.address), bound)]

    @property
    def _checks(self) -> Bound:
        policy = self._policy()
        return Bound(policy.identity_checks_max, policy.identity_checks_within_s)


def network_of(address: str) -> str:
    """What is counted as one address."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        known = known.ipv4_mapped or known
    if isinstance(known, IPv6Address):
        return str(ip_network((int(known), IPV6_SITE_BITS), strict=False))
    return str(known)
