"""Return monitoring: an operator watches a citizen's way home until she is there."""

from domain.monitoring.session import Monitoring, Wish

__all__ = ["Monitoring", "Wish"]
