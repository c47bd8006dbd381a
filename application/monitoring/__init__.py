"""Return monitoring: what may be asked of it, and what follows by itself."""

from application.monitoring.desk import MonitoringDesk

__all__ = ["MonitoringDesk"]
