"""The parts of the house for all services beside the emergency report."""

from __future__ import annotations

from infrastructure.accompanying import Accompanying
from infrastructure.bells.keeping import BellKeeping
from infrastructure.escorts import Escorts
from infrastructure.inspecting import Inspecting
from infrastructure.membership import Membership
from infrastructure.riding import Riding


class OtherServices(Accompanying, BellKeeping, Escorts, Inspecting, Membership, Riding):
    """Members of ``House``; it gives the rest."""

    def close_other_services(self) -> None:
        """Close what was built of them."""
        self.close_membership()
        self.close_riding()
