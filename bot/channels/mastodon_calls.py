"""Calls to a Mastodon server: off the event loop, with a time limit, and with errors that say what to do."""

from __future__ import annotations

import asyncio
import email.utils
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from mastodon import Mastodon
from mastodon.errors import MastodonError, MastodonNetworkError, MastodonRatelimitError

from bot.channels.base import ChannelGone, ChannelRefused, ChannelUnavailable

T = TypeVar("T")

#: How many calls may wait for the server at once; each holds a thread.
CALLS_AT_ONCE = 4

_HINTS = {
    401: "the access token is not valid any more: make a new one in the account's settings, under Development",
    403: "the token may lack a permission: it needs read and write:statuses; or the account is limited",
    404: "it was deleted, or its author does not let this account see it",
    410: "it was deleted",
    413: "shorten the text",
    422: "the server does not take this text as it is: mostly it is too long",
}
#: Answers that mean "there is no such thing any more".
_GONE = frozenset({404, 410})
#: Answers that mean "later": the same call may succeed then.
_LATER = frozenset({408, 421, 423, 425})


class MastodonCalls:
    """Mastodon.py's client, which blocks, in a small pool of threads of its own.

    Raises ChannelRefused at once where the token would go over the network unencrypted, or there is none.
    """

    def __init__(self, base_url: str, access_token: str, *, name: str, timeout: float) -> None:
        address = urlsplit(base_url)
        here = address.hostname in {"localhost", "::1"} or (address.hostname or "").startswith("127.")
        if address.scheme != "https" and not (address.scheme == "http" and here):
            raise ChannelRefused(f"{base_url} is not an https address", hint="give the server's address with https://")
        if not access_token:
            raise ChannelRefused(f"there is no access token for {base_url}", hint="set the account's access token")
        self._name = name
        self.host = address.netloc
        self._told = threading.local()
        session = requests.Session()
        session.trust_env = not here  # a proxy set for the internet cannot reach this machine
        session.hooks["response"].append(self._note_retry_after)
        self._client = Mastodon(
            access_token=access_token,
            api_base_url=base_url,
            ratelimit_method="throw",  # waiting is the queue's business: it knows what else could be done meanwhile
            request_timeout=timeout,
            session=session,
            user_agent="goodword",
        )
        self._pool = ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix=name)

    async def __call__(self, ask: Callable[[Mastodon], T], *, writes: bool = False) -> T:
        """What the server answered. `writes`: the call changes something, so a lost answer may mean it was done.

        Raises ChannelUnavailable or ChannelRefused.
        """
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._run, ask, writes)

    def close(self) -> None:
        """Let go of connections and threads. A call under way ends by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._client.session.close()

    def _run(self, ask: Callable[[Mastodon], T], writes: bool) -> T:
        self._told.retry_after = None
        try:
            return ask(self._client)
        except MastodonError as error:
            raise self._in_our_words(error, writes) from error

    def _note_retry_after(self, response: requests.Response, **_: Any) -> None:
        """Keep the waiting time the server names, in seconds or as a date (RFC 9110): the errors do not carry it."""
        value = response.headers.get("Retry-After", "").strip()
        if value.isdigit():
            self._told.retry_after = float(value)
        elif value and (date := email.utils.parsedate_tz(value)) is not None:
            self._told.retry_after = max(0.0, email.utils.mktime_tz(date) - time.time())

    def _in_our_words(self, error: MastodonError, writes: bool) -> ChannelRefused | ChannelUnavailable:
        if isinstance(error, MastodonNetworkError):
            why = _without_details(error.__context__)
            return ChannelUnavailable(
                f"{self.host} does not answer ({why})",
                hint="nothing to do unless it stays so: it is asked again by itself",
                maybe_done=writes and not _never_sent(error.__context__),
            )
        if isinstance(error, MastodonRatelimitError):
            return ChannelUnavailable(f"{self.host} asks us to slow down", retry_after=self._wait())
        status = error.args[1] if len(error.args) > 1 and isinstance(error.args[1], int) else None
        if status is None or status >= 500 or status in _LATER:
            what = f"answers with error {status}" if status else "answered something that is not Mastodon's"
            return ChannelUnavailable(
                f"{self.host} {what}", retry_after=self._told.retry_after, maybe_done=writes and status not in _LATER
            )
        said = str(error.args[3] if len(error.args) > 3 and error.args[3] else error.args[2])[:200]
        refused = ChannelGone if status in _GONE else ChannelRefused
        return refused(f"{self.host} says: {said}", hint=_HINTS.get(status, ""))

    def _wait(self) -> float | None:
        if self._told.retry_after is not None:
            return float(self._told.retry_after)
        reset = self._client.ratelimit_reset
        return max(0.0, reset - time.time()) if reset is not None else None


def _never_sent(cause: BaseException | None) -> bool:
    """Whether the request surely did not reach the server: no connection could be made."""
    if isinstance(cause, requests.exceptions.ConnectTimeout):
        return True
    if isinstance(cause, requests.exceptions.ConnectionError):
        reason = getattr(cause.args[0] if cause.args else None, "reason", None)
        return type(reason).__name__ in {"NewConnectionError", "NameResolutionError"}
    return False


def _without_details(cause: BaseException | None) -> str:
    """A short reason. The exception's own text names addresses and objects that help nobody."""
    if isinstance(cause, requests.exceptions.Timeout):
        return "it took too long"
    if isinstance(cause, requests.exceptions.SSLError):
        return "its certificate was not accepted"
    return "no connection" if _never_sent(cause) else "the connection broke"
