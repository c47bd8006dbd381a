"""Checks for hidden cameras (불법촬영 점검): a team comes, or a detector is lent. Row S7."""

from domain.inspection.detector_loan import DetectorLoan
from domain.inspection.detector_pool import DetectorPool
from domain.inspection.inspection import Inspection
from domain.inspection.team import InspectionTeam

__all__ = ["DetectorLoan", "DetectorPool", "Inspection", "InspectionTeam"]
