"""What is read of a Mastodon server's answers; whatever else comes is left aside."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.channels.base import ChannelUnavailable

R = TypeVar("R", bound="Answer")

Moment = Annotated[datetime, AfterValidator(lambda at: at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC))]


class Answer(BaseModel):
    """A part of an answer. Some servers send ids as numbers."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, frozen=True)


class Account(Answer):
    """`acct` is the name, with `@server` where the account is of another server."""

    id: str
    acct: str
    display_name: str = ""


class Media(Answer):
    """`description` is the alternative text, `type` image, video, audio, gifv or unknown; `preview_url` is a small
    picture of it, of a video too."""

    type: str = "file"
    description: str | None = None
    url: str | None = None
    preview_url: str | None = None

    @property
    def picture(self) -> str | None:
        """Where it can be looked at as a picture."""
        return self.preview_url or (self.url if self.type == "image" else None)


class Status(Answer):
    """One post; `content` is HTML, `spoiler_text` plain."""

    id: str
    uri: str = ""
    url: str | None = None
    created_at: Moment
    in_reply_to_id: str | None = None
    account: Account
    content: str = ""
    spoiler_text: str = ""
    visibility: str
    language: str | None = None
    media_attachments: tuple[Media, ...] = ()

    @property
    def link(self) -> str:
        """The permalink."""
        return self.url or self.uri


class Context(Answer):
    """What stands above a post (from the root down) and below it."""

    ancestors: tuple[Status, ...]
    descendants: tuple[Status, ...]


class Found(Answer):
    """What a search found."""

    statuses: tuple[Status, ...] = ()


class Notification(Answer):
    """`status` is missing where it was deleted."""

    id: str
    status: Status | None = None


class Source(Answer):
    """A post of ours as it was typed."""

    text: str


class Limits(Answer):
    """What the server allows a post; Mastodon's own defaults where it does not say."""

    max_characters: int = 500
    characters_reserved_per_url: int = 23


class Cursor(Answer):
    """How far was heard: the last notification, the last post of each hashtag, and the posts heard lately."""

    mentions: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)
    recent: tuple[str, ...] = ()


def read(model: type[R], answer: Any, *, writes: bool = False) -> R:
    """One answer. Raises ChannelUnavailable where it is something else: mostly a proxy's page, so it may get better."""
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        raise _strange(writes) from error


def read_many(model: type[R], answer: Any) -> list[R]:
    """A list of answers. Raises as `read` does."""
    try:
        return [model.model_validate(item) for item in TypeAdapter(list[Any]).validate_python(answer)]
    except ValidationError as error:
        raise _strange(writes=False) from error


def _strange(writes: bool) -> ChannelUnavailable:
    return ChannelUnavailable("the server answered something that is not Mastodon's", maybe_done=writes)
