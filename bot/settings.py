"""Settings: environment variables `GOODWORD_…`, the same names in lower case in `goodword.toml`, or stored tokens."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from bot import tokens
from knowledge.errors import GoodwordError

PREFIX = "GOODWORD_"
#: Read by set-up and tests before there are settings; named here so that they are not taken for misspelt ones.
NOT_SETTINGS = {"GOODWORD_PYTHON310", "GOODWORD_DATA", "GOODWORD_EMBEDDING_PATH"}
ROOT = Path(__file__).resolve().parent.parent


class SettingsError(GoodwordError):
    """A setting is missing, unknown or wrong. The message names it and says what to set."""

    code = "settings"


class Settings(BaseSettings):
    """All that can be set. Secrets never appear in logs, reports or error texts."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", toml_file="goodword.toml", frozen=True)

    home: Path = Field(Path(".goodword"), description="where environments, models, logs and the database are kept")
    database_url: SecretStr | None = Field(
        None, description="PostgreSQL to use (postgresql://…); without it an embedded one is started under `home`"
    )
    host: str = Field("127.0.0.1", description="address that the service listens on")
    port: int = Field(3900, description="port of the service (desk, health, Slack over HTTP); 0 takes a free one")
    hosts: tuple[str, ...] = Field(
        (), description="names, besides those of this machine, by which a proxy in front asks for the desk"
    )
    embedding_model: str | None = Field(
        None, description="name or path of a SentenceTransformer; default: the MiniLM that comes as a package"
    )
    threads: int = Field(1, ge=1, description="threads for encoding; one is fastest on a busy small machine")

    removal_share: float = Field(
        0.2, ge=0, le=1, description="share of a source's entries that one sync may remove without being told to"
    )

    brand: str = Field("Goodword", description="name of the company that answers")
    signature: str = Field("", description="put at the end of every reply, for example `- Anna at Holloway`")
    allowed_domains: tuple[str, ...] = Field((), description="domains a reply may link to")
    # Read off the risk-coverage curve in bench/RESULTS.md: four of five covered posts get a draft, and two of three
    # drafts rest on the entry that a helper linked.
    threshold: float = Field(
        0.5, ge=0, le=1, description="below this confidence nothing is drafted: hand_off, no_source"
    )
    follow_up_days: float = Field(14.0, gt=0, description="days after which an answer's outcome is closed as unknown")
    ask_afterwards: bool = Field(
        False, description="propose to ask in public whether it worked where nobody has said by then"
    )
    reviewers: tuple[str, ...] = Field(
        (), description="ids of those who may decide; empty: everyone who sees the cards"
    )
    leads: tuple[str, ...] = Field(
        (), description="ids of those who may also override a check that blocks a reply; empty: nobody"
    )

    claim_minutes: float = Field(
        15.0, gt=0, le=24 * 60, description="minutes for which somebody who takes a card on has it to themselves"
    )
    undo_seconds: float = Field(
        20.0, ge=0, le=3600, description="seconds in which an approval can be taken back before the reply goes out"
    )

    voice: Path | None = Field(None, description="TOML file with the team's voice: docs/drafting.md")
    llm_base_url: str | None = Field(
        None, description="OpenAI-compatible endpoint that writes drafts, such as http://127.0.0.1:8000/v1"
    )
    llm_model: str | None = Field(None, description="name of the model at that endpoint; none is a default")
    llm_api_key: SecretStr | None = Field(None, description="key of that endpoint, where it wants one")
    # Rasa and the journey wait for the whole turn, thirty seconds at most.
    llm_timeout: float = Field(12.0, gt=0, le=20, description="seconds that the model may take for a draft")
    llm_per_hour: int = Field(60, ge=1, description="calls to the model in any sixty minutes, of all workers together")

    mastodon_url: str | None = Field(
        None, description="address of the Mastodon server, for example https://mastodon.social"
    )
    mastodon_token: SecretStr | None = Field(None, description="access token of the brand's Mastodon account")
    mastodon_hashtags: tuple[str, ...] = Field((), description="hashtags to listen to besides mentions, without #")
    poll_seconds: float = Field(5.0, gt=0, description="seconds between two looks at a channel")

    slack_bot_token: SecretStr | None = Field(None, description="Slack bot token (xoxb-…)")
    slack_app_token: SecretStr | None = Field(None, description="Slack app token (xapp-…) for Socket Mode")
    slack_signing_secret: SecretStr | None = Field(None, description="Slack signing secret, for signed HTTP instead")
    slack_channel: str = Field("reviews", description="name or id of the channel where cards are posted")
    cards_per_hour: int = Field(
        20, ge=0, description="cards posted in any sixty minutes, besides the urgent ones; the rest waits in Home"
    )
    slack_base_url: str = Field(
        "https://slack.com/api/", description="address of Slack's Web API; the sandbox sets its own"
    )

    def check(self) -> None:
        """Refuse a half: what is set must be enough to connect with.

        Raises:
            SettingsError: names what is missing.
        """
        if self.llm_base_url and not self.llm_model:
            raise SettingsError(
                "GOODWORD_LLM_BASE_URL is set, but no model", hint="set GOODWORD_LLM_MODEL to one that the endpoint has"
            )
        if (self.llm_model or self.llm_api_key) and not self.llm_base_url:
            raise SettingsError(
                "a language model is named, but no endpoint", hint="set GOODWORD_LLM_BASE_URL to its address"
            )
        if self.llm_base_url and not re.match(r"https?://[^/\s]", self.llm_base_url):
            raise SettingsError(
                "GOODWORD_LLM_BASE_URL is not an address", hint="it has the form https://llm.example/v1"
            )
        if self.mastodon_url and not self.mastodon_token:
            raise SettingsError(
                "GOODWORD_MASTODON_URL is set, but no token",
                hint="run `goodword connect mastodon`, or set GOODWORD_MASTODON_TOKEN",
            )
        if self.mastodon_token and not self.mastodon_url:
            raise SettingsError(
                "GOODWORD_MASTODON_TOKEN is set, but no server",
                hint="run `goodword connect mastodon`, or set GOODWORD_MASTODON_URL",
            )
        if self.slack_bot_token and not (self.slack_app_token or self.slack_signing_secret):
            raise SettingsError(
                "Slack has a bot token but no way for clicks to come in",
                hint="run `goodword connect slack`, or set GOODWORD_SLACK_APP_TOKEN (Socket Mode) or "
                "GOODWORD_SLACK_SIGNING_SECRET (signed HTTP)",
            )
        if not self.slack_bot_token and (self.slack_app_token or self.slack_signing_secret):
            raise SettingsError(
                "Slack has a way for clicks to come in but no bot token",
                hint="run `goodword connect slack`, or set GOODWORD_SLACK_BOT_TOKEN (xoxb-…)",
            )

    @property
    def own_host(self) -> str:
        """The address by which this machine reaches its own service: one that means every address is none to call."""
        if self.host in ("0.0.0.0", "::", ""):  # noqa: S104 (it is compared, not listened on)
            return "127.0.0.1"
        return f"[{self.host}]" if ":" in self.host else self.host

    def make_home(self) -> Path:
        """The home folder, made where it is missing.

        Raises:
            SettingsError: it cannot be made or written to.
        """
        try:
            self.home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"{self.home} cannot be used: {error.strerror}", hint="set GOODWORD_HOME to a folder of yours"
            ) from None
        if not os.access(self.home, os.W_OK | os.X_OK):
            raise SettingsError(f"{self.home} may not be written to", hint="set GOODWORD_HOME to a folder of yours")
        return self.home

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then `goodword.toml`, then what `goodword connect` stored."""
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls), _StoredTokens(settings_cls))


class _StoredTokens(PydanticBaseSettingsSource):
    """What `goodword connect` stored below the home folder that the sources before this one name."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """One value; the base class asks for it."""
        return self().get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        """All that is stored, by the setting's name. Raises TokensUnreadable."""
        return dict(tokens.read(Path(self.current_state.get("home") or Settings.model_fields["home"].default)))


def load(**overrides: Any) -> Settings:
    """Read the settings.

    Raises:
        SettingsError: an unknown `GOODWORD_…` variable or key, or a value of the wrong form; one line each.
        TokensUnreadable: the stored tokens cannot be read.
    """
    _refuse_unknown_variables()
    try:
        return Settings(**overrides)
    except ValidationError as error:
        lines = [f"{'.'.join(str(part) for part in e['loc'])}: {_reason(e['type'], e['msg'])}" for e in error.errors()]
        raise SettingsError("; ".join(lines), hint="docs/settings.md lists every setting with an example") from None
    except ValueError as error:
        raise SettingsError(f"the settings cannot be read: {error}", hint="see docs/settings.md") from None


def _reason(kind: str, message: str) -> str:
    # pydantic's message would repeat the value, and a value may be a secret
    return "unknown setting" if kind == "extra_forbidden" else message.split(", input")[0]


def _refuse_unknown_variables() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | NOT_SETTINGS
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name.upper() not in known:
            close = difflib.get_close_matches(name.upper(), known, n=1)
            hint = f"did you mean {close[0]}?" if close else "docs/settings.md lists every setting"
            raise SettingsError(f"unknown setting {name} in the environment", hint=hint)
