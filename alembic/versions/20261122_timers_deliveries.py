"""Keep timers and deliveries as rows, written in the transaction of the facts that call for them.

PostgreSQL decides and the job queue only executes, so both tables are all that counts:
a row is claimed, asked, and marked; nothing of it is lost when Redis is.
"""

import sqlalchemy as sa
from alembic import op

revision = "20261122_timers_deliveries"
down_revision = "20261122_log"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    _timers()
    _deliveries()
    _reconciled()
    op.execute(
        "GRANT SELECT, INSERT, UPDATE ON timers, deliveries TO ansim_service;"
        "GRANT SELECT, UPDATE ON reconciled TO ansim_service"
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.drop_table("reconciled")
    op.drop_table("deliveries")
    op.drop_table("timers")


def _timers() -> None:
    op.create_table(
        "timers",
        sa.Column("timer_id", sa.Uuid, primary_key=True),
        sa.Column("aggregate_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("correlation_id", sa.Uuid, nullable=False),
        sa.Column("causation_id", sa.Uuid),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("fired_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("last_error", sa.Text),
        sa.Column(
            "retry_at",
            sa.DateTime(timezone=True),
            comment="After a failed attempt: asked again then; due_at stays what it is.",
        ),
    )
    op.create_index(
        "ix_timers_waiting",
        "timers",
        [sa.text("(coalesce(retry_at, due_at))")],
        postgresql_where=sa.text("fired_at IS NULL"),
    )
    op.create_index(
        "ix_timers_fired",
        "timers",
        ["fired_at"],
        postgresql_where=sa.text("fired_at IS NOT NULL"),
    )
    op.create_index("ix_timers_aggregate", "timers", ["aggregate_id"])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.Uuid, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("about", sa.Uuid, nullable=False),
        sa.Column("request_id", sa.Uuid),
        sa.Column("correlation_id", sa.Uuid, nullable=False),
        sa.Column("causation_id", sa.Uuid),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="pending"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column(
            "next_attempt_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("clock_timestamp()"),
        ),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column(
            "claimed_at",
            sa.DateTime(timezone=True),
            comment="Set while a worker attempts it; a leased row without it waits in the queue.",
        ),
        sa.Column("provider_ref", sa.Text),
        sa.Column("last_error", sa.Text),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("clock_timestamp()"),
        ),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "state IN ('pending', 'leased', 'done', 'dead')", name="deliveries_state"
        ),
    )
    op.create_index(
        "ix_deliveries_pending",
        "deliveries",
        ["next_attempt_at"],
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_deliveries_leased",
        "deliveries",
        ["lease_until"],
        postgresql_where=sa.text("state = 'leased'"),
    )
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["state"],
        postgresql_where=sa.text("state <> 'done'"),
    )
    op.create_index(
        "ix_deliveries_done",
        "deliveries",
        ["done_at"],
        postgresql_where=sa.text("state = 'done'"),
    )
    op.create_index("ix_deliveries_about", "deliveries", ["about"])


def _reconciled() -> None:
    op.create_table(
        "reconciled",
        sa.Column("one", sa.Boolean, primary_key=True, server_default=sa.true()),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.CheckConstraint("one", name="reconciled_one_row"),
        comment="Up to which position facts have been compared with timers and deliveries.",
    )
    op.execute("INSERT INTO reconciled (position) VALUES (0)")
