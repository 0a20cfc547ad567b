"""How to reach a workspace, and the client that does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import structlog
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.settings import Settings
from bot.slack import pictures

log = structlog.get_logger("goodword.slack")

#: Seconds that one call may take. Slack itself answers well within; a caller that waits longer would better try again.
CALL_TIMEOUT = 10
#: How Slack refuses a message or a view with a picture that it could not fetch.
_BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_arguments"})
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class SlackConfig:
    """Tokens and place of one workspace.

    `channel` is the review channel, by name or id. `app_token` is needed for Socket Mode, `signing_secret` for signed
    HTTP. `reviewers` are the user ids that may decide; with none, whoever is in the review channel may.
    `base_url` ends with a slash.
    """

    bot_token: str = field(repr=False)
    channel: str
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    base_url: str = AsyncWebClient.BASE_URL
    reviewers: frozenset[str] = frozenset()

    @classmethod
    def of(cls, settings: Settings, reviewers: frozenset[str] = frozenset()) -> SlackConfig:
        """What the settings say of the workspace; a token that is not set is empty."""

        def secret(value: SecretStr | None) -> str:
            return value.get_secret_value() if value else ""

        return cls(
            bot_token=secret(settings.slack_bot_token),
            channel=settings.slack_channel,
            app_token=secret(settings.slack_app_token),
            signing_secret=secret(settings.slack_signing_secret),
            base_url=settings.slack_base_url,
            reviewers=reviewers,
        )


class Client(AsyncWebClient):
    """Says once more without pictures what Slack refuses with them: nothing is lost for a picture's sake."""

    async def api_call(self, api_method: str, **given: Any) -> AsyncSlackResponse:
        """See AsyncWebClient."""
        try:
            return await super().api_call(api_method, **given)
        except SlackApiError as error:
            refused = error.response.get("error") in _BLOCKS_REFUSED
            without = pictures.spared(given.get("json") or {}) if refused else None
            if without is None:
                raise
            log.warning("shown without its pictures", method=api_method, error=error.response.get("error"))
            return await super().api_call(api_method, **{**given, "json": without})


def client(config: SlackConfig, *, with_token: bool = True) -> AsyncWebClient:
    """A client for this workspace.

    It repeats nothing by itself: a message may have been posted although the answer was lost, so whoever posts looks
    first. A workspace on this machine is never sought through a proxy.
    """
    made = Client(
        token=config.bot_token if with_token else None,
        base_url=config.base_url,
        timeout=CALL_TIMEOUT,
        retry_handlers=[],
    )
    if urlsplit(config.base_url).hostname in _LOOPBACK:
        made.proxy = None
    return made
