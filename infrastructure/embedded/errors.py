"""What an operator must put right; the message is one line that says how."""

from __future__ import annotations


class AnsimError(Exception):
    """Shown as it stands on stderr, without a traceback; the command exits with ``exit_code``."""

    exit_code = 1


class HomeError(AnsimError):
    """The data folder cannot be used."""


class HomeBusy(HomeError):
    """Another process holds the data folder."""


class ServerError(AnsimError):
    """An embedded server does not start."""
