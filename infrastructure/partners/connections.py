"""All partners of one process, at one address, with one breaker each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from application.delivery_desk import Partners
from infrastructure.embedded.errors import AnsimError
from infrastructure.embedded.ports import LOOPBACK
from infrastructure.linked.wearers import HttpWearerPartner
from infrastructure.partners.breaker import Breaker
from infrastructure.partners.http import (
    HttpCallPartner,
    HttpHelpPartner,
    HttpNoticePartner,
    HttpPagePartner,
    PartnerClient,
)
from infrastructure.partners.http_sms import HttpSms

if TYPE_CHECKING:
    from application.ports import Clock
    from infrastructure.embedded.home import Home
    from infrastructure.settings import Settings


def partners_address(settings: Settings, home: Home) -> str:
    """Where the partners are: as set, or the simulators of this home.

    Raises:
        AnsimError: neither is known.
    """
    if settings.partners_url is not None:
        return settings.partners_url
    port = home.known_port("partners")
    if port is None:
        raise AnsimError("no partners are known: set ANSIM_PARTNERS_URL, or run `ansim up`")
    return f"http://{LOOPBACK}:{port}"


class PartnerConnections:
    """``partners`` are what the delivery desk speaks to."""

    def __init__(
        self, base_url: str, *, secret: bytes, clock: Clock, timeout_s: float, sender: str = ""
    ) -> None:
        """Take where they are; ``sender`` is our number in text messages."""
        self._clients = {
            name: PartnerClient(
                base_url, secret=secret, clock=clock, timeout_s=timeout_s, breaker=Breaker(name)
            )
            for name in ("police", "ambulance", "call", "sms", "ministry")
        }
        self.partners = Partners(
            police=HttpHelpPartner(self._clients["police"], "/police"),
            ambulance=HttpHelpPartner(self._clients["ambulance"], "/ambulance"),
            call=HttpCallPartner(self._clients["call"], "/calls"),
            hang_up=HttpCallPartner(self._clients["call"], "/calls"),
            page=HttpPagePartner(self._clients["call"], "/pages"),
        )
        self.wearers = HttpWearerPartner(self._clients["ministry"])
        self.notices = HttpNoticePartner(self._clients["police"], "/police/notices")
        self.sms = HttpSms(self._clients["sms"], "/messages", sender=sender)

    def close(self) -> None:
        for client in self._clients.values():
            client.close()
