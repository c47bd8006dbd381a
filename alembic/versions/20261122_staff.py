"""Keep log-ins, sessions and heartbeats beside the log.

None of these are facts: a password hash goes when the person goes, a session after twelve
hours, and a heartbeat is overwritten by the next.
"""

from alembic import op

revision = "20261122_staff"
down_revision = "20261122_read_models"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE staff_credentials (
    login text PRIMARY KEY,
    staff_id uuid NOT NULL UNIQUE,
    password_hash text,
    disabled boolean NOT NULL DEFAULT false
);
CREATE TABLE staff_sessions (
    token_sha256 bytea PRIMARY KEY,
    staff_id uuid NOT NULL,
    role text NOT NULL,
    district text,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX staff_sessions_staff ON staff_sessions (staff_id);
CREATE INDEX staff_sessions_expiry ON staff_sessions (expires_at);
CREATE TABLE staff_login_failures (
    login text NOT NULL,
    failed_at timestamptz NOT NULL
);
CREATE INDEX staff_login_failures_login ON staff_login_failures (login, failed_at);
CREATE INDEX staff_login_failures_moment ON staff_login_failures (failed_at);
CREATE TABLE role_heartbeats (
    role text NOT NULL,
    instance text NOT NULL,
    beat_at timestamptz NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (role, instance)
) WITH (fillfactor = 50);
GRANT SELECT, INSERT, UPDATE ON staff_credentials TO ansim_service;
GRANT SELECT, INSERT, DELETE ON staff_sessions, staff_login_failures TO ansim_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON role_heartbeats TO ansim_service;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(
        "DROP TABLE role_heartbeats, staff_login_failures, staff_sessions, staff_credentials"
    )
