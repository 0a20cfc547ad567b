"""Opens the core for a command. What it is made of takes seconds to import: `--help` and wrong options never wait."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from bot import settings

if TYPE_CHECKING:
    from bot.core import Core, Tell


def opened(tell: Tell) -> AbstractAsyncContextManager[Core]:
    """The core with the settings of where the command runs; `tell` hears what happens on the way.

    Raises:
        SettingsError: a setting is wrong.
        DatabaseUnavailable: on entering, the database does not answer.
    """
    from bot import core

    return core.opened(settings.load(), tell)
