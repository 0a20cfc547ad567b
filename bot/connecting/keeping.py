"""What is kept of the answers: each at once, so that who stops half way loses nothing."""

from __future__ import annotations

import os
from typing import Any

from pydantic import SecretStr

from bot import tokens
from bot.connecting.asking import Terminal
from bot.settings import PREFIX, Settings


class Keeping:
    """The settings as they are while a person answers: what was there, and what was typed since."""

    def __init__(self, settings: Settings, terminal: Terminal) -> None:
        self.settings = self._at_first = settings
        self._stored = tokens.read(settings.home)
        self._terminal = terminal

    def secret(self, name: str) -> str:
        """The secret that is there now, empty where there is none."""
        value: SecretStr | None = getattr(self.settings, name)
        return value.get_secret_value() if value else ""

    def trial(self, **values: Any) -> Settings:
        """The settings with these values, to look at before they are kept."""
        return self.settings.model_copy(update=values)

    def keep(self, name: str, value: str) -> None:
        """Store it unless it is what was there already. Raises TokensUnreadable."""
        before = getattr(self.settings, name)
        if value == (before.get_secret_value() if isinstance(before, SecretStr) else before):
            return
        tokens.store(self.settings.home, {name: value})
        self.settings = self.trial(**{name: SecretStr(value) if name in tokens.SECRETS else value})
        if elsewhere := self._wins(name):
            self._terminal.say(f"It is kept, but {elsewhere} wins: take it out there.")

    def drop(self, name: str) -> None:
        """Take it out of what is stored. Raises TokensUnreadable."""
        tokens.store(self.settings.home, {name: ""})
        if elsewhere := self._wins(name):
            self._terminal.say(f"There is still {elsewhere}: take it out there.")
        self.settings = self.trial(**{name: None})

    def _wins(self, name: str) -> str:
        """Where a setting is set that wins over what is stored; empty: nowhere."""
        variable = f"{PREFIX}{name.upper()}"
        if variable in os.environ:
            return f"{variable} in the environment"
        at_first = getattr(self._at_first, name)
        value = at_first.get_secret_value() if isinstance(at_first, SecretStr) else at_first
        in_file = name in self._at_first.model_fields_set and value != self._stored.get(name)
        return f"{name} in goodword.toml" if in_file else ""
