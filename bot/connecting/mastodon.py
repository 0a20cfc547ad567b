"""`goodword connect mastodon`: the server, and an access token of the brand's account."""

from __future__ import annotations

from pydantic import SecretStr
from rich.console import Console

from bot.connecting.asking import Terminal, until_right
from bot.connecting.keeping import Keeping
from bot.doctor import mastodon
from bot.doctor.finding import Finding, Standing
from bot.settings import Settings

SETTINGS = ("mastodon_url", "mastodon_token")


def walk(settings: Settings, console: Console) -> list[Finding]:
    """Ask for everything, look at it, and keep it once the server takes it; returns what is still to do.

    Raises:
        NobodyThere: the standard input is no terminal.
        TokensUnreadable: nothing can be stored.
    """
    terminal = Terminal(console, 2)
    keeping = Keeping(settings, terminal)
    terminal.step("The server", "Where the account lives that answers for you, for example mastodon.social.")
    url = mastodon.address(terminal.line("Server", settings.mastodon_url or ""))
    terminal.step(
        "The access token",
        f"Signed in as that account: {url}/settings/applications, New application.",
        "Name it Goodword, tick the scopes read and write, and save. Open it and copy Your access token.",
    )
    found: list[Finding] = []

    async def look(value: str) -> list[Finding]:
        found[:] = await mastodon.look(keeping.trial(mastodon_url=url, mastodon_token=SecretStr(value)))
        return found

    kept = keeping.secret("mastodon_token") if url == settings.mastodon_url else ""
    value = until_right(lambda: terminal.secret("Access token", kept), look, terminal)
    keeping.keep("mastodon_url", url)
    keeping.keep("mastodon_token", value)
    return [finding for finding in found if finding.standing is Standing.WRONG]
