"""`make live-check`: what the stand-ins are believed to do, asked of a real workspace or server with your tokens.

Says what it is about to do and asks first; `--yes` does not ask. What else is given goes to pytest.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot import settings as settings_module
from bot.settings import Settings
from knowledge.errors import GoodwordError
from tests.live.conftest import SWITCH

_NOTHING = """\
Nothing is connected, so there is nothing to check. Connect it first:
  .venv/bin/goodword connect slack
  .venv/bin/goodword connect mastodon
or set the tokens as environment variables (docs/settings.md), then run make live-check again."""


def plan(settings: Settings) -> list[str]:
    """What is going to be done, a paragraph for each service; nothing where nothing is connected."""
    found = []
    if settings.slack_bot_token:
        found.append(
            f"Slack ({settings.slack_base_url}): post one card in the channel {settings.slack_channel}, find it, "
            "change it and delete it again; read that channel; make calls that Slack has to refuse. No window is "
            "opened, nobody is written to, and no connection for clicks is made."
        )
    if settings.mastodon_url and settings.mastodon_token:
        found.append(
            f"Mastodon ({settings.mastodon_url}): post one status and a reply to it that only the account itself "
            "can see (direct, mentioning nobody), find the reply and delete both again; read mentions; send what "
            "the server has to refuse."
        )
    return found


def main(words: list[str]) -> int:
    """Returns the exit status: 0 where everything was as expected."""
    console = Console()
    try:
        paragraphs = plan(settings_module.load())
    except GoodwordError as error:
        console.print(f"{error}\n  {error.hint}", markup=False, highlight=False)
        return 1
    if not paragraphs:
        console.print(_NOTHING, markup=False, highlight=False)
        return 1
    console.print("This check will, with your own tokens:")
    for paragraph in paragraphs:
        console.print(Padding(Text(f"- {paragraph}"), (0, 0, 0, 2)))
    if "--yes" not in words and not _agreed():
        console.print("Nothing was done.")
        return 1
    os.environ[SWITCH] = "yes"
    rest = [word for word in words if word != "--yes"]
    return int(pytest.main([str(Path(__file__).parent), "-vv", "-p", "no:cacheprovider", *rest]))


def _agreed() -> bool:
    try:
        return input("Go on? [y/N] ").strip().lower() in ("y", "yes")
    except (EOFError, KeyboardInterrupt):
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
