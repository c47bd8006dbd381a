"""The API keeps what its OpenAPI document promises, whatever it is sent."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import positive_data_acceptance

from domain.roles import Role
from infrastructure.bootstrap import House
from interfaces.http.app import create_app
from tests.clusters import Cluster
from tests.living import GANGDONG, Living, living

EXAMPLES = 10 if os.environ.get("ANSIM_TEST_PROFILE") == "nightly" else 3
"""Of each of some 260 operations: the long profile asks more."""
UNASKED = {"GET /v1/queue/stream", "DELETE /v1/sessions/current"}
"""A stream never ends, and the log-out would end the session that asks."""
STAFF_PATHS = ("/v1/staff", "/v1/members", "/v1/devices")


@pytest.fixture(scope="module")
def service(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with (
        cluster.database() as database,
        living(database, tmp_path_factory.mktemp("living") / "home") as service,
    ):
        yield service


schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
DOCUMENT = schemathesis.openapi.from_dict(create_app(House(role="test")).openapi())
OPERATIONS = {
    operation.label: operation
    for operation in (found.ok() for found in DOCUMENT.get_all_operations())
    if operation.label not in UNASKED
}


@pytest.mark.filterwarnings("ignore:Do not use the `random` module")  # schemathesis does
@pytest.mark.parametrize("label", OPERATIONS)
def test_an_operation_keeps_its_promises(label: str, service: Living) -> None:
    """503 is a promise too: `after` a position that is never reached."""
    role = Role.ADMINISTRATOR if label.split()[1].startswith(STAFF_PATHS) else Role.SUPERVISOR
    asker = service.as_role(role, None if role is Role.ADMINISTRATOR else GANGDONG)
    headers = {"Authorization": asker.headers["Authorization"]}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[label].as_strategy())
    def keeps_its_promises(case: schemathesis.Case) -> None:
        answer = case.call(base_url=service.url, headers=headers)
        assert answer.status_code < 500 or answer.status_code == 503, answer.text
        excluded = [not_a_server_error]
        if b"idempotency_key_reused" in answer.content:  # one key for two bodies is refused
            excluded.append(positive_data_acceptance)
        case.validate_response(answer, excluded_checks=excluded)

    keeps_its_promises()
