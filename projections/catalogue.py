"""Every fold of the house, by the order in which it was made."""

from __future__ import annotations

from typing import Any

from projections.bells import BellsFold
from projections.board import ServiceBoard
from projections.centres import CentresFold
from projections.downloads import DownloadStatistics
from projections.fold import Fold
from projections.follow_ups import FollowUps
from projections.incident_history import IncidentHistory
from projections.inspection_teams import InspectionTeams
from projections.inspections import Inspections
from projections.members import Members
from projections.operator_queue import OperatorQueue
from projections.operator_views import OperatorViews
from projections.protections import Protections
from projections.report_detail import ReportDetail
from projections.report_messages import ReportMessages
from projections.reporter_cards import ReporterCards
from projections.scouts import Scouts
from projections.sent_messages import SentMessages
from projections.taxi_boardings import TaxiBoardings
from projections.usage import UsageOpening
from projections.usage_reports import UsageReports

FOLDS: tuple[Fold[Any], ...] = (
    OperatorQueue(),
    ReportDetail(),
    IncidentHistory(),
    DownloadStatistics(),
    UsageOpening(),
    UsageReports(),
    OperatorViews(),
    ReporterCards(),
    ReportMessages(),
    FollowUps(),
    CentresFold(),
    ServiceBoard(),
    Inspections(),
    InspectionTeams(),
    BellsFold(),
    Members(),
    SentMessages(),
    Protections(),
    TaxiBoardings(),
    Scouts(),
)
