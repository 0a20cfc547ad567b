"""The database's form, step by step (Alembic). `upgrade` brings any database to the newest."""

from __future__ import annotations

from pathlib import Path

import procrastinate
import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from bot.postgres import sqlalchemy_url

#: Advisory lock: of several processes that start together one upgrades, the others wait.
_UPGRADING = 0x600D_0002


def upgrade(url: str, to: str = "head") -> None:
    """Bring the database at this address to the newest form (or to `to`). Blocking; safe from several processes."""
    with psycopg.connect(url, autocommit=True, connect_timeout=10) as hold:
        hold.execute("SELECT pg_advisory_lock(%s)", (_UPGRADING,))
        config = _config()
        config.attributes["url"] = sqlalchemy_url(url)
        command.upgrade(config, to)


def newest() -> str:
    """The name of the newest form."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def is_known(form: str) -> bool:
    """Whether a database of this form can be brought to the newest."""
    return any(script.revision == form for script in ScriptDirectory.from_config(_config()).walk_revisions())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def queue_schema() -> str:
    """The queue's tables and functions as the installed procrastinate brings them."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector())
    return app.schema_manager.get_schema()
