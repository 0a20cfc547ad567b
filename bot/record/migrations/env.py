"""Alembic's entry point: runs the versions beside this file on the connection that `upgrade` names."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from bot.record.tables import metadata
from knowledge.tables import metadata as knowledge_metadata

engine = create_engine(context.config.attributes["url"], poolclass=NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=[metadata, knowledge_metadata])
    with context.begin_transaction():
        context.run_migrations()
