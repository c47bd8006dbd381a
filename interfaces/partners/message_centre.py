"""A message centre that speaks SMPP on a loopback socket, for those who have no provider."""

from __future__ import annotations

import asyncio
import hmac
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from application import signing
from application.outbox import Channel
from domain.sms import DECODE, Alphabet
from interfaces.partners import smpp_pdus
from interfaces.partners.behaviour import Mood, new_reference
from interfaces.partners.callbacks import now
from interfaces.partners.journal import Entry
from interfaces.partners.smpp_pdus import RESPONSE, Command, Pdu, Status, Submitted

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from interfaces.partners.behaviour import Behaviour
    from interfaces.partners.journal import Journal

LOOPBACK: Final = "127.0.0.1"
SYSTEM_ID: Final = "ansim"
ALPHABETS: Final = {0x00: Alphabet.GSM7, 0x08: Alphabet.UCS2, 0x0E: Alphabet.EUC_KR}
HEADED: Final = 0x40
"""Bit of ``esm_class``: the words begin with a header."""
ENROUTE, DELIVERED, UNDELIVERABLE = 1, 2, 5
WORDS: Final = {DELIVERED: "DELIVRD", UNDELIVERABLE: "UNDELIV"}
TOLD_AGAIN_S: Final = 0.3
TOLD_TIMES_MAX: Final = 400
NOT_READ: Final = (ValueError, IndexError, KeyError, UnicodeError)


@dataclass(slots=True, eq=False)
class _Session:
    writer: asyncio.StreamWriter
    bound: bool = False
    sequence: int = 0
    confirmed: dict[int, asyncio.Future[int]] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return not self.writer.transport.is_closing()

    def send(self, pdu: Pdu) -> None:
        """To who has gone, nothing."""
        if self.is_open:
            self.writer.write(pdu.encoded())

    async def deliver(self, made: Pdu) -> int:
        """Send a request of ours; the status of its answer."""
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.confirmed[made.sequence] = answer
        self.send(made)
        return await asyncio.wait_for(answer, 5.0)

    def next_sequence(self) -> int:
        self.sequence += 1
        return self.sequence


class MessageCentre:
    """One account; every session of it may be told of every message."""

    def __init__(self, *, secret: bytes, behaviour: Behaviour, journal: Journal) -> None:
        self._password = signing.password(secret, "smpp")
        self._behaviour = behaviour
        self._journal = journal
        self._sessions: list[_Session] = []
        self._pieces: dict[tuple[str, int], dict[int, tuple[Submitted, bytes]]] = {}
        self._states: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._closed = False

    async def open(self, port: int) -> int:
        """Listen on ``port`` (0: any free one); returns it."""
        self._server = await asyncio.start_server(self._accept, LOOPBACK, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        self._closed = True
        if self._server is not None:
            self._server.close()
        sessions = tuple(self._sessions)
        for session in sessions:
            session.writer.transport.abort()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for session in sessions:
            with suppress(OSError):
                await session.writer.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Know of a session before anything else happens: it is closed even if it never spoke."""
        if self._closed:
            writer.transport.abort()
            return
        session = _Session(writer)
        self._sessions.append(session)
        self._begin(self._serve(session, reader))

    async def _serve(self, session: _Session, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                pdu = await smpp_pdus.read(reader)
                if self._behaviour.frozen:
                    continue
                self._follow(session, pdu)
        except (EOFError, ConnectionError, ValueError):
            pass
        finally:
            self._sessions.remove(session)
            session.writer.transport.abort()

    def _follow(self, session: _Session, pdu: Pdu) -> None:
        if pdu.command & RESPONSE:
            waiting = session.confirmed.pop(pdu.sequence, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(pdu.status)
            return
        match pdu.command:
            case Command.BIND_TRANSCEIVER:
                session.send(self._bound(session, pdu))
            case Command.ENQUIRE_LINK:
                session.send(pdu.answer())
            case Command.UNBIND:
                session.bound = False
                session.send(pdu.answer())
            case _ if not session.bound:
                session.send(pdu.answer(Status.NOT_BOUND))
            case Command.SUBMIT_SM:
                self._begin(self._submitted(session, pdu))
            case Command.QUERY_SM:
                session.send(self._asked(pdu))
            case _:
                nack = Pdu(Command.GENERIC_NACK, pdu.sequence, Status.UNKNOWN_COMMAND)
                session.send(nack)

    def _bound(self, session: _Session, pdu: Pdu) -> Pdu:
        [system_id, password], _ = smpp_pdus.texts(pdu.body, 2)
        if system_id != SYSTEM_ID or not hmac.compare_digest(password, self._password):
            return pdu.answer(Status.BAD_PASSWORD)
        session.bound = True
        return pdu.answer(body=b"simulated\0")

    def _asked(self, pdu: Pdu) -> Pdu:
        [reference], _ = smpp_pdus.texts(pdu.body, 1)
        state = self._states.get(reference)
        if state is None:
            return pdu.answer(Status.QUERY_FAILED)
        return pdu.answer(body=reference.encode() + b"\0\0" + bytes((state, 0)))

    async def _submitted(self, session: _Session, pdu: Pdu) -> None:
        await asyncio.sleep(self._behaviour.delay_s)
        mood = self._behaviour.next_mood()
        if (refused := REFUSALS.get(mood)) is not None:
            session.send(pdu.answer(refused))
            return
        try:
            said = smpp_pdus.submitted(pdu.body)
            reference = self._take_in(said)
        except NOT_READ:
            session.send(pdu.answer(Status.NOT_UNDERSTOOD))
            return
        if mood is Mood.CUT:
            session.writer.transport.abort()
        answer = pdu.answer(body=reference.encode() + b"\0")
        first = mood is Mood.ANSWER and not self._behaviour.receipt_first
        if first:
            session.send(answer)
        await self._end(reference, said)
        if mood is Mood.ANSWER and not first:
            session.send(answer)

    def _take_in(self, said: Submitted) -> str:
        """Into the journal, once all pieces are here, as a telephone would show them."""
        reference = new_reference(Channel.MESSAGE)
        alphabet = ALPHABETS[said.coding]
        pieces = 1
        words = DECODE[alphabet](said.words) if not said.esm_class & HEADED else None
        if words is None:
            length, mark, pieces, number = (said.words[place] for place in (0, 3, 4, 5))
            held = self._pieces.setdefault((said.destination, mark), {})
            held[number] = (said, said.words[length + 1 :])
            if len(held) == pieces:
                del self._pieces[said.destination, mark]
                words = "".join(DECODE[alphabet](held[one][1]) for one in sorted(held))
        self._states[reference] = ENROUTE
        if words is not None:
            self._journal.take_in(_entry(reference, said, words, alphabet, pieces))
        return reference

    async def _end(self, reference: str, said: Submitted) -> None:
        """The message reaches its telephone, or does not; whoever is bound is told."""
        behaviour = self._behaviour
        await asyncio.sleep(behaviour.arrive_after_s)
        state = UNDELIVERABLE if behaviour.unanswered else DELIVERED
        self._states[reference] = state
        self._journal.ended(reference, "delivered" if state == DELIVERED else "undelivered")
        if not said.receipt_wanted or not behaviour.call_back or behaviour.loses_receipt():
            return
        for _ in range(2 if behaviour.receipts_twice else 1):
            await self._tell(reference, said, state)

    async def _tell(self, reference: str, said: Submitted, state: int) -> None:
        """Until somebody who is bound confirms it."""
        date = now().strftime("%y%m%d%H%M")
        words = (
            f"id:{reference} sub:001 dlvrd:001 submit date:{date} done date:{date} "
            f"stat:{WORDS[state]} err:000 text:"
        )
        for _ in range(TOLD_TIMES_MAX):
            for session in [one for one in self._sessions if one.bound and one.is_open]:
                made = smpp_pdus.receipt(
                    session.next_sequence(),
                    reference=reference,
                    sender=said.sender,
                    destination=said.destination,
                    state=state,
                    words=words,
                    mark=said.mark,
                )
                with suppress(TimeoutError, ConnectionError):
                    if await session.deliver(made) == Status.OK:
                        return
            await asyncio.sleep(TOLD_AGAIN_S)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


REFUSALS: Final = {
    Mood.FAIL: Status.SYSTEM_ERROR,
    Mood.REFUSE: Status.BAD_DESTINATION,
    Mood.THROTTLE: Status.THROTTLED,
}


def _entry(reference: str, said: Submitted, words: str, alphabet: Alphabet, pieces: int) -> Entry:
    return Entry(
        received_at=now(),
        channel=Channel.MESSAGE,
        idempotency_key=f"smpp/{reference}",
        body={
            "route": "smpp",
            "mark": said.mark,
            "sender": said.sender,
            "phone": f"+{said.destination}",
            "body": words,
            "alphabet": alphabet,
            "pieces": pieces,
        },
        reference=reference,
    )
