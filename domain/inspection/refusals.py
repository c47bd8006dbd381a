"""What checks and loans refuse, each under a name for ever."""

from __future__ import annotations

from typing import ClassVar

from domain.base import DomainError


class DistrictUnknown(DomainError):
    """A form names the district that the place lies in, one of Seoul's."""

    code: ClassVar[str] = "form.district_unknown"


class ApplicantMissing(DomainError):
    """Somebody must be told what became of a form: by a name and a number."""

    code: ClassVar[str] = "form.applicant_missing"


class EvidenceMissing(DomainError):
    """What was found is described, for the police."""

    code: ClassVar[str] = "inspection.evidence_missing"


class InspectionOver(DomainError):
    """It is closed, declined or withdrawn."""

    code: ClassVar[str] = "inspection.over"


class InspectionDecided(DomainError):
    """Somebody has decided upon the request already."""

    code: ClassVar[str] = "inspection.already_decided"


class InspectionNotApproved(DomainError):
    """A time is agreed once the request is approved."""

    code: ClassVar[str] = "inspection.not_approved"


class InspectionNotScheduled(DomainError):
    """A visit has a result, and there was none."""

    code: ClassVar[str] = "inspection.not_scheduled"


class VisitNotBegun(DomainError):
    """The visit that a result is told of lies in the future."""

    code: ClassVar[str] = "inspection.visit_not_begun"


class TimesUnfit(DomainError):
    """A time is over, too far ahead, or there are too many of them."""

    code: ClassVar[str] = "inspection.times_unfit"


class TeamBusy(DomainError):
    """The team is elsewhere at that time, or could not be there in time."""

    code: ClassVar[str] = "inspection_team.busy"


class TeamDisbanded(DomainError):
    code: ClassVar[str] = "inspection_team.disbanded"


class TeamElsewhere(DomainError):
    """The team belongs to another district than the place."""

    code: ClassVar[str] = "inspection_team.of_another_district"


class PieceUnknown(DomainError):
    """The district has no such detector, or it is with somebody."""

    code: ClassVar[str] = "detector_pool.piece_unknown"


class PieceKnown(DomainError):
    """A detector of that mark belongs to the district already."""

    code: ClassVar[str] = "detector_pool.piece_known"


class NoneFree(DomainError):
    """Every detector of the district is lent, spoken for, or being repaired."""

    code: ClassVar[str] = "detector_pool.none_free"


class LoanOver(DomainError):
    """It has come to its end."""

    code: ClassVar[str] = "detector_loan.over"


class LoanDecided(DomainError):
    """Somebody has decided upon the request already."""

    code: ClassVar[str] = "detector_loan.already_decided"


class LoanNotApproved(DomainError):
    """Nothing lies ready for this request."""

    code: ClassVar[str] = "detector_loan.not_approved"


class LoanNotHandedOver(DomainError):
    """What was never handed over is not returned."""

    code: ClassVar[str] = "detector_loan.not_handed_over"


class LoanTooLong(DomainError):
    """A detector is lent for a limited number of days."""

    code: ClassVar[str] = "detector_loan.too_long"
