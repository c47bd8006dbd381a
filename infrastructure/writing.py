"""The part of the house that writes to people outside: the ways that it has, and their receipts."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from application.message_desk import MessageDesk
    from application.messages_seen import MyMessages
    from application.policies_in_force import PoliciesInForce
    from application.pushing import PushDesk
    from application.safe_return import SafeReturn
    from application.text_routes import ReceiptOfPiece
    from application.ways import Numbers, Way, Words
    from domain.base import Aggregate
    from domain.message import Message
    from domain.policy import Policy
    from infrastructure.access_log import PostgresAccessLog
    from infrastructure.clock import DatabaseClock
    from infrastructure.database import Database
    from infrastructure.embedded.home import Home
    from infrastructure.engine.watch import FoldWatch
    from infrastructure.log.receipts import LogReceipts
    from infrastructure.partners.any_address import AnyAddress
    from infrastructure.partners.connections import PartnerConnections
    from infrastructure.partners.smpp.session import SmppSession
    from infrastructure.partners.smpp.sms import SmppSms
    from infrastructure.partners.smpp.wire import SmppAddress
    from infrastructure.partners.web_push import VapidKey, WebPush
    from infrastructure.settings import Settings
    from infrastructure.views.sent_messages import SentView


class Writing:
    """Members of ``House``, through ``Outgoing``; it gives the rest."""

    if TYPE_CHECKING:
        settings: Settings

        @property
        def home(self) -> Home: ...
        @property
        def database(self) -> Database: ...
        @property
        def clock(self) -> DatabaseClock: ...
        @property
        def receipts(self) -> LogReceipts: ...
        @property
        def access_log(self) -> PostgresAccessLog: ...
        @property
        def app(self) -> SafeReturn: ...
        @property
        def policies(self) -> PoliciesInForce: ...
        @property
        def policy(self) -> Policy: ...
        @property
        def partner_secret(self) -> bytes: ...
        @property
        def partners(self) -> PartnerConnections: ...
        @property
        def numbers(self) -> Numbers: ...
        @property
        def sent_view(self) -> SentView: ...
        @property
        def fold_watch(self) -> FoldWatch: ...
        def provisions(self, message: Message, at: datetime) -> Sequence[Aggregate]: ...
        @property
        def kept_nowhere(self) -> Words: ...

    @cached_property
    def message_desk(self) -> MessageDesk:
        from application.message_desk import MessageDesk
        from infrastructure.message_pace import PostgresPace
        from infrastructure.message_pieces import PostgresPieces

        return MessageDesk(
            self.app,
            self.clock,
            self.receipts,
            ways=lambda: self.ways,
            pieces=PostgresPieces(self.database),
            pace=PostgresPace(self.database),
            access_log=self.access_log,
            policies=self.policies,
            provisions=self.provisions,
        )

    @cached_property
    def my_messages(self) -> MyMessages:
        from application.messages_seen import MyMessages

        return MyMessages(
            self.app,
            self.clock,
            self.receipts,
            view=self.sent_view,
            folds=self.fold_watch,
            messages=self.message_desk,
        )

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """What is set, in its order; a way that is not set up is left out."""
        from application.pushing import PushWay
        from application.ways import TextWay
        from domain.message_routing import MessageRoute

        known: dict[str, Way] = {
            MessageRoute.SMS: TextWay(
                MessageRoute.SMS,
                lambda: self.partners.sms,
                self.numbers,
                kept_nowhere=lambda: self.kept_nowhere,
            )
        }
        if self.smpp_address is not None:
            known[MessageRoute.SMPP] = TextWay(
                MessageRoute.SMPP,
                lambda: self.smpp,
                self.numbers,
                knows_repeats=False,
                kept_nowhere=lambda: self.kept_nowhere,
            )
        if self.settings.other_route_url is not None:
            known[MessageRoute.OTHER] = TextWay(
                MessageRoute.OTHER,
                lambda: self.any_address,
                self.numbers,
                knows_repeats="{key}" in self.settings.other_route_url.get_secret_value(),
                kept_nowhere=lambda: self.kept_nowhere,
            )
        known[MessageRoute.PUSH] = PushWay(
            self.app, lambda: self.web_push, self.push_desk, lambda: self.kept_nowhere
        )
        return tuple(known[name] for name in self.settings.routes if name in known)

    @cached_property
    def push_desk(self) -> PushDesk:
        from application.pushing import PushDesk

        hosts = [one.strip() for one in self.settings.push_hosts.split(",") if one.strip()]
        return PushDesk(self.app, self.clock, self.receipts, hosts=hosts)

    @cached_property
    def vapid_key(self) -> VapidKey:
        """Ours towards push services; a new one would end every subscription."""
        from infrastructure.partners.web_push import VapidKey

        given = self.settings.vapid_key
        secret = given.get_secret_value() if given else self.home.secret("vapid")
        return VapidKey(secret.encode())

    @cached_property
    def web_push(self) -> WebPush:
        from infrastructure.partners.breaker import Breaker
        from infrastructure.partners.web_push import WebPush

        return WebPush(
            self.vapid_key,
            contact=self.settings.push_contact,
            clock=self.clock,
            timeout_s=self.settings.partner_timeout_s,
            breaker=Breaker("push"),
            keep_s=self.policy.message_valid_s,
        )

    @cached_property
    def any_address(self) -> AnyAddress:
        from infrastructure.partners.any_address import AnyAddress
        from infrastructure.partners.breaker import Breaker

        given = self.settings.other_route_url
        if given is None:
            raise LookupError("no other address is set")
        return AnyAddress(given.get_secret_value(), breaker=Breaker("other"))

    @cached_property
    def smpp_address(self) -> SmppAddress | None:
        """As set, or the simulated message centre of this home; None: there is none."""
        from application import signing
        from infrastructure.embedded.ports import LOOPBACK
        from infrastructure.partners.smpp.wire import SmppAddress

        if self.settings.smpp_url is not None:
            return SmppAddress.of(self.settings.smpp_url.get_secret_value())
        port = self.home.known_port("smpp")
        if port is None or self.settings.partners_url not in {None, self._simulators}:
            return None
        password = signing.password(self.partner_secret, "smpp")
        return SmppAddress(host=LOOPBACK, port=port, system_id="ansim", password=password)

    @property
    def _simulators(self) -> str | None:
        from infrastructure.embedded.ports import LOOPBACK

        port = self.home.known_port("partners")
        return None if port is None else f"http://{LOOPBACK}:{port}"

    @cached_property
    def smpp_session(self) -> SmppSession | None:
        """The line itself, from now on kept up until the house is closed; None: there is none."""
        from infrastructure.partners.smpp.session import SmppSession

        if self.smpp_address is None:
            return None
        return SmppSession(
            self.smpp_address,
            timeout_s=self.settings.partner_timeout_s,
            hear=self._heard,
            late=self._answered_late,
        )

    @cached_property
    def smpp(self) -> SmppSms:
        from infrastructure.partners.breaker import Breaker
        from infrastructure.partners.smpp.sms import SmppSms

        if self.smpp_session is None:
            raise LookupError("no SMPP provider is set")
        return SmppSms(
            self.smpp_session,
            breaker=Breaker("smpp"),
            sender=self.settings.sms_sender,
            valid_s=self.policy.message_valid_s,
            in_pieces=self.settings.smpp_in_pieces,
        )

    def _heard(self, receipt: ReceiptOfPiece) -> None:
        from uuid import uuid4

        from application.context import system
        from domain.message_routing import MessageRoute

        context = system("work", correlation_id=uuid4())
        self.message_desk.told(MessageRoute.SMPP, receipt, context)

    def _answered_late(self, reference: str, mark: int) -> None:
        from domain.message_routing import MessageRoute

        self.message_desk.answered_late(MessageRoute.SMPP, reference, mark)

    def close_writing(self) -> None:
        """Close what was built of it."""
        if "web_push" in self.__dict__:
            self.web_push.close()
        if self.__dict__.get("smpp_session") is not None:
            self.smpp_session.close()  # type: ignore[union-attr]  # it was built, and is there
