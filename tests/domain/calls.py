"""Reports whose call is on its way, and what happens to it."""

from __future__ import annotations

from domain.emergency import Emergency, facts
from domain.emergency.calling import CallRequested, CallUnanswered
from domain.emergency.vocabulary import Alert, CallEnd
from domain.policy import Policy
from tests.domain.reports import KIM, POLICY, accept, accepted, after, triggered

WROTE = "We called you in vain."


def placed(report=None):
    """The provider took the first call six seconds after the trigger."""
    return (report or accepted()).given(facts.CallPlaced, timestamp=after(6), call_id="c-1")


def unanswered(report=None):
    """Nobody picked up; she is to be called once more ten seconds later."""
    return placed(report).given(
        CallUnanswered,
        timestamp=after(36),
        call_id="c-1",
        end=CallEnd.UNANSWERED,
        retry_at=after(46),
    )


def called_again(report=None):
    return unanswered(report).given(
        CallRequested, timestamp=after(46), attempt=2, operator_id=None, retry=True
    )


def silent():
    return accept(triggered(alert=Alert.SILENT))


def ends(call_id: str = "c-1", end: CallEnd = CallEnd.UNANSWERED, policy: Policy = POLICY):
    return lambda report: report.call_ended(
        call_id=call_id, end=end, talked_s=0, at=after(80), policy=policy
    )


def connects(call_id: str = "c-1"):
    return lambda report: report.call_connected(call_id=call_id, at=after(79))


def retry(seconds: float = 46, due: float = 46):
    return lambda report: report.retry_call(due_at=after(due), at=after(seconds))


def asks(report: Emergency) -> None:
    report.request_call(operator_id=KIM, at=after(60))


def write(report: Emergency) -> None:
    report.write_instead(body=WROTE, at=after(81), policy=POLICY)


def silence(report: Emergency) -> None:
    report.silence(operator_id=KIM, reason="He is in the room.", at=after(50))


def both(*steps):
    def act(report: Emergency) -> None:
        for step in steps:
            step(report)

    return act
