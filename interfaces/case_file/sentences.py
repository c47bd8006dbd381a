"""One fact, one sentence, in the reader's language; what else it says stands beside it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from domain.base import ERASED
from interfaces.case_file.steps import Hidden
from interfaces.case_file.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from domain.language import Language
    from interfaces.case_file.steps import Step

SEOUL: Final = ZoneInfo("Asia/Seoul")
ID_CHARS: Final = 8
DETAILS: Final[Mapping[str, tuple[str, ...]]] = {
    "triggered": ("district", "how", "position", "fix", "alert", "device", "flags", "cancel_until"),
    "joined": ("how", "position", "fix", "alert", "flags", "responsible", "districts", "answer_by"),
    "promoted": ("answer_by",),
    "linked": ("incident_id",),
    "unlinked": ("incident_id",),
    "amended": ("fields", "how", "position", "fix", "alert", "flags"),
    "cancelled": ("reopen_until",),
    "cancel_refused": ("refusal", "late_by_s", "tries_left"),
    "duress_suspected": ("told", "accept_by"),
    "raised_after_cancel": ("cancelled_report_id", "taken_back_at"),
    "accepted": ("district", "answer_by"),
    "claimed": ("act_by",),
    "taken_over": ("from_operator_id", "right", "reason", "act_by"),
    "released": ("reason", "answer_by"),
    "escalated": ("because", "districts"),
    "call_placed": ("call_id",),
    "call_connected": ("call_id",),
    "call_ended": ("talked_s",),
    "call_requested": ("attempt",),
    "call_unanswered": ("call_id", "retry_at"),
    "call_withdrawn": ("call_id",),
    "silenced": ("reason",),
    "message_sent": ("body", "language"),
    "message_received": ("body",),
    "message_delivered": ("by",),
    "interpreter_joined": ("language", "interpreter"),
    "said_fine": ("recheck_at",),
    "recheck_scheduled": ("recheck_at",),
    "follow_up_scheduled": ("due_at", "note"),
    "follow_up_done": ("note",),
    "police_acknowledged": ("reference",),
    "patrol_arrived": ("reference",),
    "police_duplicate_of": ("reference",),
    "police_already_on_scene": ("reference",),
    "ambulance_acknowledged": ("reference",),
    "ambulance_arrived": ("reference",),
    "partner_unreachable": ("code",),
    "note_added": ("note",),
    "resolved": ("verified_by", "duplicate_of", "note"),
    "reopened": ("reason", "answer_by"),
    "position_provided": ("places", "fix", "age_s", "incident_fix", "incident_age_s"),
    "classified": ("concerns", "weapon", "injury"),
    "incident_located": ("district", "position", "fix"),
    "third_person_noted": ("description",),
    "position_updated": ("district", "position", "fix", "battery_pct"),
    "signal_lost": ("district", "position", "fix", "age_s", "battery_pct"),
    "transfer_offered": ("from_district", "why", "since", "reason", "answer_by"),
    "transfer_accepted": ("from_district", "from_operator_id", "act_by"),
    "transfer_refused": ("reason",),
    "video_attached": ("duration_s", "size_bytes", "container", "codec", "sha256", "address"),
    "video_refused": ("size_bytes", "limit"),
    "corrected": ("was", "value", "verified_by", "duplicate_of", "reason"),
    "exported": ("reason", "recipient", "last_position", "checkpoint", "manifest_sha256"),
}
CODED: Final = {
    "how": "how",
    "alert": "alert",
    "level": "escalation",
    "end": "end",
    "outcome": "outcome",
    "field": "field",
    "verified_by": "verified",
    "language": "tongue",
    "by": "by",
    "refusal": "cancel",
    "told": "cancel",
    "kind": "kind",
    "concerns": "concerned",
    "weapon": "weapon",
    "injury": "injury",
    "role": "person",
    "cause": "video",
    "because": "cause",
    "right": "right",
    "trouble": "trouble",
    "answer": "answer",
    "why": "decline",
    "consent": "consented",
    "way": "identity",
    "mode": "mode",
}
"""Fields that hold a code, and where its words stand in the catalogue."""
CODE: Final = re.compile("[a-z]+(_[a-z]+)*")
DEVICE_SAYS_OTHERWISE: Final = timedelta(seconds=1)


class Detail(NamedTuple):
    label: str
    value: str


class Teller:
    """Tells steps in one language.

    Args:
        language: of every word but what people wrote.
        districts: names by code; a code without a name is shown as it is.
    """

    def __init__(self, language: Language, districts: Mapping[str, str]) -> None:
        self.language = language
        self.words = words(language)
        self._districts = districts

    def who(self, actor: str) -> str:
        """The role, and the beginning of the id that tells people apart."""
        role, _, name = actor.partition(":")
        for key in (f"who.{role}.{name}", f"who.{name}" if role == "system" else ""):
            if key in self.words:
                return self.words[key]
        known = self.words.get(f"role.{role}") or self.words.get(f"who.{role}") or role
        return known if role in {"system", "anonymous"} else f"{known} {name[:ID_CHARS]}"

    def what(self, step: Step) -> str:
        key = f"told.{step.topic}"
        so = [name for name in ("drill", "unassessed") if step.said.get(name) is True]
        for variant in (*so, step.said.get("label")):
            if f"{key}.{variant}" in self.words:
                key = f"{key}.{variant}"
        if step.said.get("page") is not None and f"{key}.called" in self.words:
            key = f"{key}.called"
        if key not in self.words:
            topic = self.words.get(f"topic.{step.topic}", step.topic)
            return self.words["told.other"].format(topic=topic)
        return self.words[key].format_map(_Gaps(self, step.said))

    def details(self, step: Step) -> Iterator[Detail]:
        """What the fact says beyond its sentence."""
        occurred = step.occurred_at
        if occurred and abs(occurred - step.received_at) > DEVICE_SAYS_OTHERWISE:
            yield Detail(self.words["field.occurred_at"], self.moment(occurred))
        kind = step.topic.removeprefix("emergency.")
        others = self._others(step)
        corrected = step.said.get("field", "")
        for name in DETAILS.get(kind, others):
            value = step.said.get(name)
            if value is not None and value not in ([], ""):
                told = self.value(corrected if name in {"was", "value"} else name, value)
                yield Detail(self.words.get(f"field.{name}", name), told)

    def _others(self, step: Step) -> tuple[str, ...]:
        """Of a fact that has no list of its own: of a service's what has words; else all.

        A bare code is no word: what it means stands in the sentence, and the JSON has it.
        """
        if f"told.{step.topic}" not in self.words:
            return tuple(step.said)
        if step.topic.startswith("emergency."):
            return ()
        return tuple(
            name
            for name, value in step.said.items()
            if f"field.{name}" in self.words and not self._is_bare_code(name, value)
        )

    def _is_bare_code(self, name: str, value: Any) -> bool:
        is_code = isinstance(value, str) and CODE.fullmatch(value) and value not in set(Hidden)
        return bool(is_code) and self.value(name, value) == value

    def value(self, name: str, value: Any) -> str:
        """One field's value for a reader."""
        if value == ERASED.model_dump():
            value = Hidden.ERASED
        if isinstance(value, Hidden):
            return self.words[f"value.{value}"]
        form = FORMS.get(name)
        if form is not None:
            return form(self, value)
        return self.words.get(f"{CODED.get(name, '')}.{value}", str(value))

    def district(self, code: str) -> str:
        from domain.geography import CITY

        return self.words["city"] if code == CITY else self._districts.get(code, code)

    def moment(self, moment: datetime) -> str:
        return moment.astimezone(SEOUL).strftime("%Y-%m-%d %H:%M:%S")

    def seconds(self, value: float) -> str:
        return self.words["value.seconds"].format(n=f"{value:.1f}")

    def stated_moment(self, value: str) -> str:
        return self.moment(datetime.fromisoformat(value))

    def fix(self, value: Mapping[str, Any]) -> str:
        known = self.words.get(f"fix.{value['source']}", str(value["source"]))
        metres = value.get("accuracy_m")
        return known if metres is None else f"{known} " + self.metres(metres)

    def metres(self, value: float) -> str:
        return self.words["value.metres"].format(n=f"{value:g}")

    def flags(self, value: Sequence[str]) -> str:
        return ", ".join(self.words.get(f"flag.{one}", one) for one in value)

    def amendables(self, value: Sequence[str]) -> str:
        return ", ".join(self.words.get(f"amendable.{one}", one) for one in value)

    def places(self, value: Sequence[str]) -> str:
        return ", ".join(self.words[f"place.{one}"] for one in value)

    def districts_in(self, value: Sequence[str]) -> str:
        return ", ".join(self.district(one) for one in value)

    def partner(self, value: str) -> str:
        return self.words.get(f"who.partner.{value}", value)


WHY: Final = ("decline", "stand_down", "transfer.why")


def _why(teller: Teller, value: str) -> str:
    kind = next((one for one in WHY if f"{one}.{value}" in teller.words), "")
    return teller.words.get(f"{kind}.{value}", value)


def _position(_teller: Teller, value: Mapping[str, float]) -> str:
    return f"{value['latitude_deg']:.6f}, {value['longitude_deg']:.6f}"


def _device(_teller: Teller, value: Mapping[str, str | None]) -> str:
    return " ".join(part for name in ("platform", "app_version") if (part := value.get(name)))


FORMS: Final[Mapping[str, Callable[[Teller, Any], str]]] = {
    "position": _position,
    "device": _device,
    "fix": Teller.fix,
    "incident_fix": Teller.fix,
    "places": Teller.places,
    "flags": Teller.flags,
    "fields": Teller.amendables,
    "district": Teller.district,
    "from_district": Teller.district,
    "to_district": Teller.district,
    "since": Teller.stated_moment,
    "responsible": Teller.district,
    "districts": Teller.districts_in,
    "channel": Teller.partner,
    "why": _why,
    "recipient": Teller.partner,
    "age_s": Teller.seconds,
    "incident_age_s": Teller.seconds,
    "duration_s": Teller.seconds,
    "talked_s": Teller.seconds,
    "late_by_s": Teller.seconds,
    "cancel_until": Teller.stated_moment,
    "answer_by": Teller.stated_moment,
    "act_by": Teller.stated_moment,
    "reopen_until": Teller.stated_moment,
    "accept_by": Teller.stated_moment,
    "taken_back_at": Teller.stated_moment,
    "retry_at": Teller.stated_moment,
    "recheck_at": Teller.stated_moment,
    "due_at": Teller.stated_moment,
}


class _Gaps(dict[str, str]):
    """Fills a sentence's gaps; a bare number where the sentence has the unit."""

    def __init__(self, teller: Teller, said: Mapping[str, Any]) -> None:
        super().__init__()
        self._teller = teller
        self._said = said

    def __missing__(self, name: str) -> str:
        value = self._said.get(name)
        return f"{value:.1f}" if isinstance(value, float) else self._teller.value(name, value)


def elapsed(begun: datetime, at: datetime) -> str:
    """``+1:02:03.4`` since the case began."""
    seconds = (at - begun).total_seconds()
    minutes, tenths = divmod(round(abs(seconds) * 10), 600)
    hours, minutes = divmod(minutes, 60)
    return f"{'-' if seconds < 0 else '+'}{hours}:{minutes:02}:{tenths / 10:04.1f}"
