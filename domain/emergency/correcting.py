"""Wrong data are put right by a new fact that points to the old; the old one stays.

Only what a fact states of the report can be corrected, never what people did or when.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final
from uuid import UUID

from domain.base import ERASED, DomainError, Fact, applies
from domain.emergency import facts, refusals
from domain.emergency.amending import Amended
from domain.emergency.facts import SealedText
from domain.emergency.outcomes import NONE, Grounds, must_fit_end
from domain.emergency.state import EmergencyState
from domain.emergency.transferring import TransferAccepted
from domain.emergency.vocabulary import How, Outcome, Stage, VerifiedBy
from domain.geography import DistrictCode


class Correctable(StrEnum):
    """What of a report can be corrected."""

    OUTCOME = "outcome"
    DISTRICT = "district"
    HOW = "how"


class Corrected(Fact):
    """A field of an earlier fact was wrong; ``value`` holds from the occurrence on."""

    TOPIC: ClassVar[str] = "emergency.corrected"
    SCHEMA: ClassVar[int] = 2

    citizen_id: UUID | None
    corrects_version: int
    """Version of the fact in this report's stream that stated the field."""
    field: Correctable
    was: str
    """What stood until now: of that fact, or of an earlier correction."""
    value: str
    verified_by: VerifiedBy | None = None
    """Of “safe”: how one knows; None for all else. Not told in schema 1."""
    duplicate_of: UUID | None = None
    """Of “duplicate”: the report that this one repeats; None for all else. Not told in schema 1."""
    operator_id: UUID | None
    """None when it was done from the machine's own shell."""
    reason: SealedText = ERASED


class NothingToCorrect(DomainError):
    """No fact of this report states the field, or another one states what stands."""

    code: ClassVar[str] = "emergency.nothing_to_correct"


class CorrectionUnfit(DomainError):
    """The field cannot have this value."""

    code: ClassVar[str] = "emergency.correction_unfit"


@dataclass(frozen=True, slots=True)
class Stated:
    """What stands in a field, and which fact stated it."""

    field: Correctable
    value: str
    version: int
    grounds: Grounds = NONE
    """Of an outcome."""


class Correcting(EmergencyState):
    """What stands in the fields that can be corrected."""

    stated: tuple[Stated, ...] = ()

    def correct(  # noqa: PLR0913 (a correction says who, what, which and why)
        self,
        *,
        operator_id: UUID | None,
        field: Correctable,
        value: str,
        reason: str,
        at: datetime,
        version: int | None = None,
        grounds: Grounds = NONE,
    ) -> None:
        """Correct what stands in ``field``; what stands already changes nothing.

        Args:
            operator_id: who corrects; None for the machine's own shell.
            field: what.
            value: as the field's facts have it: a code of its list, a district.
            reason: why; sealed.
            at: the moment.
            version: of the fact that is meant; None: the one that states what stands.
            grounds: of an outcome.

        Raises:
            InWindow: the citizen may still take the report back.
            NothingToCorrect: the field stands nowhere, or in another fact than that of ``version``.
            CorrectionUnfit: the field cannot have this value; an outcome is refused as at the end.
            ReasonNeeded: no reason was given.
        """
        if self.stage is Stage.WINDOW:
            raise refusals.InWindow(str(self.id))
        stated = next((one for one in self.stated if one.field is field), None)
        if stated is None or version not in {None, stated.version}:
            raise NothingToCorrect(f"{field} of {self.id}")
        self._must_fit(field, value, grounds)
        given = reason.strip()
        if not given:
            raise refusals.ReasonNeeded(str(self.id))
        if (value, grounds) != (stated.value, stated.grounds):
            self.record(
                Corrected,
                at=at,
                citizen_id=self.citizen_id,
                corrects_version=stated.version,
                field=field,
                was=stated.value,
                value=value,
                **asdict(grounds),
                operator_id=operator_id,
                reason=given,
            )

    def _must_fit(self, field: Correctable, value: str, grounds: Grounds) -> None:
        if field is Correctable.OUTCOME:
            _code(Outcome, value)
            must_fit_end(self, Outcome(value), grounds)
        elif grounds != NONE:
            raise CorrectionUnfit(f"only an outcome is verified or repeats another, not {field}")
        elif field is Correctable.HOW:
            _code(How, value)
        elif not (len(value) == DISTRICT_DIGITS and value.isascii() and value.isdigit()):
            raise CorrectionUnfit(f"district {value!r}")

    @applies(facts.Triggered)
    def _trigger_stated(self, fact: facts.Triggered) -> None:
        self._state(Correctable.HOW, fact.how.value, fact)
        self._state(Correctable.DISTRICT, fact.district, fact)

    @applies(facts.Joined)
    def _join_stated(self, fact: facts.Joined) -> None:
        if fact.responsible is not None:
            self._state(Correctable.DISTRICT, fact.responsible, fact)
        elif self.stage is Stage.WINDOW and fact.fix is not None:
            self._state(Correctable.DISTRICT, fact.district, fact)

    @applies(Amended)
    def _amendment_stated(self, fact: Amended) -> None:
        if self.stage is Stage.WINDOW and fact.fix is not None:
            self._state(Correctable.DISTRICT, fact.district, fact)

    @applies(facts.Accepted)
    def _acceptance_stated(self, fact: facts.Accepted) -> None:
        self._state(Correctable.DISTRICT, fact.district, fact)

    @applies(TransferAccepted)
    def _transfer_stated(self, fact: TransferAccepted) -> None:
        self._state(Correctable.DISTRICT, fact.to_district, fact)

    @applies(facts.Resolved)
    def _resolution_stated(self, fact: facts.Resolved) -> None:
        self._state(
            Correctable.OUTCOME,
            fact.outcome.value,
            fact,
            Grounds(fact.verified_by, fact.duplicate_of),
        )

    @applies(facts.Reopened)
    def _outcome_withdrawn(self, _fact: facts.Reopened) -> None:
        self.stated = _without(self.stated, Correctable.OUTCOME)

    def _state(
        self,
        field: Correctable,
        value: str,
        fact: Fact,
        grounds: Grounds = NONE,
    ) -> None:
        stated = Stated(field, value, fact.originator_version, grounds)
        self.stated = (*_without(self.stated, field), stated)

    @applies(Corrected)
    def _corrected(self, fact: Corrected) -> None:
        self.stated = tuple(
            _restated(one, fact) if one.field is fact.field else one for one in self.stated
        )
        if fact.field is Correctable.OUTCOME:
            self.outcome = Outcome(fact.value)
        elif fact.field is Correctable.HOW:
            self.how = How(fact.value)
        else:
            self.district = fact.value
            self.districts = with_district(self.districts, fact.value)


DISTRICT_DIGITS: Final = 5


def with_district(
    districts: tuple[DistrictCode, ...], more: DistrictCode
) -> tuple[DistrictCode, ...]:
    """The centres that see a report, and one more: a correction takes it from nobody."""
    return districts if more in districts else (*districts, more)


def _restated(one: Stated, fact: Corrected) -> Stated:
    grounds = Grounds(fact.verified_by, fact.duplicate_of)
    return replace(one, value=fact.value, grounds=grounds)


def _without(stated: tuple[Stated, ...], field: Correctable) -> tuple[Stated, ...]:
    return tuple(one for one in stated if one.field is not field)


def _code(codes: type[Outcome | How], value: str) -> None:
    if value not in {one.value for one in codes}:
        known = ", ".join(one.value for one in codes)
        raise CorrectionUnfit(f"{value!r} is none of {known}")
