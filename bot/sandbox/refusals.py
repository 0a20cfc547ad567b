"""The words with which Slack refuses, and the exception that carries one to the caller."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from knowledge.errors import GoodwordError


class Word(StrEnum):
    """Every error word the sandbox can answer; each is listed with its evidence in tests/contract/slack.md."""

    ACCESS_DENIED = "access_denied"
    ACCOUNT_INACTIVE = "account_inactive"
    ALREADY_REACTED = "already_reacted"
    CANT_DELETE_MESSAGE = "cant_delete_message"
    CANT_UPDATE_MESSAGE = "cant_update_message"
    CHANNEL_NOT_FOUND = "channel_not_found"
    DUPLICATE_EXTERNAL_ID = "duplicate_external_id"
    EXCHANGED_TRIGGER_ID = "exchanged_trigger_id"
    EXPIRED_TRIGGER_ID = "expired_trigger_id"
    EXPIRED_URL = "expired_url"
    FATAL_ERROR = "fatal_error"
    HASH_CONFLICT = "hash_conflict"
    INTERNAL_ERROR = "internal_error"
    INVALID_ARGUMENTS = "invalid_arguments"
    INVALID_AUTH = "invalid_auth"
    INVALID_BLOCKS = "invalid_blocks"
    INVALID_BLOCKS_FORMAT = "invalid_blocks_format"
    INVALID_CURSOR = "invalid_cursor"
    INVALID_FORM_DATA = "invalid_form_data"
    INVALID_JSON = "invalid_json"
    INVALID_LIMIT = "invalid_limit"
    INVALID_METADATA_FORMAT = "invalid_metadata_format"
    INVALID_NAME = "invalid_name"
    INVALID_TRIGGER_ID = "invalid_trigger_id"
    IS_ARCHIVED = "is_archived"
    IS_INACTIVE = "is_inactive"
    MESSAGE_NOT_FOUND = "message_not_found"
    METADATA_TOO_LARGE = "metadata_too_large"
    MISSING_SCOPE = "missing_scope"
    MSG_BLOCKS_TOO_LONG = "msg_blocks_too_long"
    MSG_TOO_LONG = "msg_too_long"
    NOT_ALLOWED_TOKEN_TYPE = "not_allowed_token_type"  # noqa: S105 - an error word
    NOT_AUTHED = "not_authed"
    NOT_FOUND = "not_found"
    NOT_IN_CHANNEL = "not_in_channel"
    NO_REACTION = "no_reaction"
    NO_TEXT = "no_text"
    PUSH_LIMIT_REACHED = "push_limit_reached"
    RATELIMITED = "ratelimited"
    SERVICE_UNAVAILABLE = "service_unavailable"
    THREAD_NOT_FOUND = "thread_not_found"
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - an error word
    UNKNOWN_METHOD = "unknown_method"
    USED_URL = "used_url"
    USERS_LIST_NOT_SUPPLIED = "users_list_not_supplied"
    USER_DISABLED = "user_disabled"
    USER_NOT_FOUND = "user_not_found"
    USER_NOT_IN_CHANNEL = "user_not_in_channel"
    VIEW_TOO_LARGE = "view_too_large"


class Refused(GoodwordError):
    """`{"ok": false, "error": word}`. `messages` become `response_metadata.messages`; `retry_after` is in s."""

    code = "slack_refused"

    def __init__(self, word: Word, messages: Sequence[str] = (), *, retry_after: int | None = None) -> None:
        super().__init__(f"Slack refuses this call: {word}")
        self.word = word
        self.messages = tuple(messages)
        self.retry_after = retry_after


class Stale(GoodwordError):
    """What a person tried to click is no longer there, or is not theirs to click."""

    code = "stale"
