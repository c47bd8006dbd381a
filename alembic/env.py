"""Runs the migrations, one process at a time, each in a transaction of its own.

The address comes from ``config.attributes["url"]`` (``infrastructure.migrations``), on alembic's
own command line from ``ANSIM_ADMIN_DATABASE_URL``.
"""

from __future__ import annotations

import os

import psycopg
from alembic import context
from sqlalchemy import NullPool, create_engine, text

MIGRATION_LOCK = 0x414E53494D_01  # "ANSIM", 1
WAIT_FOR_ANOTHER = "60s"
WAIT_FOR_A_TABLE = "4s"
LONGEST_STATEMENT = "15min"


def run() -> None:
    url = context.config.attributes.get("url") or os.environ["ANSIM_ADMIN_DATABASE_URL"]
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(url, application_name="ansim-migrate"),
        poolclass=NullPool,
    )
    with engine.connect() as connection:
        connection.execute(text(f"SET lock_timeout = '{WAIT_FOR_ANOTHER}'"))
        connection.execute(text(f"SELECT pg_advisory_lock({MIGRATION_LOCK})"))
        connection.execute(text(f"SET lock_timeout = '{WAIT_FOR_A_TABLE}'"))
        connection.execute(text(f"SET statement_timeout = '{LONGEST_STATEMENT}'"))
        connection.commit()
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()


run()
