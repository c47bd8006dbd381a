"""Keep the nonces of signed requests, each of which counts once.

Going back forgets them: the requests that they belong to are too old to count after five minutes.
"""

from __future__ import annotations

from alembic import op

revision = "20261129_device_nonces"
down_revision = "20261129_states_as_points"
branch_labels = None
depends_on = None

NONCES = """
CREATE TABLE device_nonces (
    device_id uuid NOT NULL,
    nonce text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (device_id, nonce)
);
COMMENT ON TABLE device_nonces IS 'of signed requests; each counts once while a signature is good';
GRANT SELECT, INSERT, DELETE ON device_nonces TO ansim_service;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(NONCES)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("DROP TABLE device_nonces")
