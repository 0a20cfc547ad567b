"""How what people do reaches the app: through a Socket Mode connection, else as signed HTTP posts."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import logging
import secrets
import ssl
import uuid
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from fastapi import WebSocket, WebSocketDisconnect

from bot.sandbox.faults import DELIVERIES, Kind
from bot.sandbox.workspace import APP, Installed, Json, Workspace
from knowledge.errors import GoodwordError

log = logging.getLogger(__name__)
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class NotDelivered(GoodwordError):
    """The app did not take a delivery: not connected, too slow, or failed.

    `reason` is Slack's word in a retry; `final` says that the app asked for none.
    """

    code = "not_delivered"

    def __init__(self, what: str, *, hint: str = "", reason: str = "http_error", final: bool = False) -> None:
        super().__init__(what, hint=hint)
        self.reason = reason
        self.final = final


@dataclass(frozen=True)
class Retry:
    """Which attempt an event is on (1 is the second delivery) and why the one before failed."""

    number: int
    reason: str


@dataclass(eq=False)
class Connection:
    """One open socket and the deliveries that it has not acknowledged."""

    socket: WebSocket
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)


class Sockets:
    """The Socket Mode side: addresses with single-use tickets, hello, envelopes, acknowledgements, disconnect."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._tickets: set[str] = set()
        self.connections: list[Connection] = []

    def new_address(self, base: str) -> str:
        """A WebSocket address that can be connected to once."""
        ticket = secrets.token_urlsafe(18)
        self._tickets.add(ticket)
        return f"ws{base.removeprefix('http')}socket/?ticket={ticket}&app_id={APP}"

    async def serve(self, socket: WebSocket) -> None:
        """One connection from hello to its end."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await socket.close(code=4401)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        connection = Connection(socket)
        self.connections.append(connection)
        self._workspace.touch()
        try:
            await socket.send_json(self._hello())
            while True:
                self._acknowledge(connection, await socket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            self.connections.remove(connection)
            for future in connection.waiting.values():
                if not future.done():
                    future.set_exception(NotDelivered("the app's connection ended before it acknowledged"))
            self._workspace.touch()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "connection_info": {"app_id": APP},
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
        }

    @staticmethod
    def _acknowledge(connection: Connection, text: str) -> None:
        try:
            body = json.loads(text)
        except ValueError:
            return
        future = connection.waiting.pop(str(body.get("envelope_id", "")), None) if isinstance(body, dict) else None
        if future is not None and not future.done():
            future.set_result(body.get("payload") or {})

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell every client why it should leave; what it has not left after the grace that Slack gives is closed.

        `warning` and `refresh_requested` ask to connect anew; with `link_disabled` Socket Mode was switched off.
        """
        self._workspace.socket_mode = self._workspace.socket_mode and reason != "link_disabled"
        leaving = list(self.connections)
        for connection in leaving:
            await connection.socket.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
            )
        grace = self._workspace.settings.leave_seconds if self._workspace.socket_mode else 0.0
        if not await self._gone(leaving, grace):
            await self._close(leaving)

    async def cut(self) -> None:
        """Close every connection without a word, as a network that fails does."""
        await self._close(list(self.connections))

    async def _close(self, connections: list[Connection]) -> None:
        for connection in connections:
            if connection in self.connections:
                await connection.socket.close()
        await self._gone(connections, 1.0)

    async def _gone(self, connections: list[Connection], seconds: float) -> bool:
        end = asyncio.get_running_loop().time() + seconds
        while any(connection in self.connections for connection in connections):
            if asyncio.get_running_loop().time() >= end:
                return False
            await asyncio.sleep(0.02)
        return True

    async def deliver(self, kind: str, payload: Json, *, answerable: bool, again: Retry | None) -> Json:
        """Send one envelope on the newest connection and wait for its acknowledgement. Raises NotDelivered."""
        connection = self.connections[-1]
        envelope: Json = {"envelope_id": str(uuid.uuid4()), "type": kind, "payload": payload}
        envelope["accepts_response_payload"] = answerable
        if kind == "events_api":
            envelope |= {"retry_attempt": again.number if again else 0, "retry_reason": again.reason if again else ""}
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope["envelope_id"]] = future
        try:
            await connection.socket.send_json(envelope)
            return await asyncio.wait_for(future, self._workspace.settings.ack_seconds)
        except (TimeoutError, RuntimeError, WebSocketDisconnect) as error:
            raise NotDelivered("the app did not acknowledge within 3 seconds", reason="timeout") from error
        finally:
            connection.waiting.pop(envelope["envelope_id"], None)


def sign(secret: str, timestamp: str, body: str) -> str:
    """Slack's v0 request signature: HMAC-SHA256 over `v0:timestamp:body`, in hex."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256)
    return f"v0={digest.hexdigest()}"


@cache
def _trusted() -> ssl.SSLContext:
    """Made once: reading the certificates takes 28 ms, for which every other delivery would wait."""
    return httpx.create_ssl_context(trust_env=False)


class HttpPosts:
    """The signed HTTP side, to the one request URL that the app configured."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def _post(self, url: str, body: str, kind: str, again: Retry | None = None) -> httpx.Response:
        timestamp = str(int(self._workspace.clock()))
        headers = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._workspace.settings.signing_secret, timestamp, body),
            "User-Agent": "Slackbot 1.0 (sandbox)",
        }
        if again:
            headers |= {"X-Slack-Retry-Num": str(again.number), "X-Slack-Retry-Reason": again.reason}
        try:
            patience = self._workspace.settings.ack_seconds
            async with httpx.AsyncClient(timeout=patience, trust_env=False, verify=_trusted()) as client:
                response = await client.post(url, content=body.encode(), headers=headers)
        except httpx.HTTPError as error:
            reason = "http_timeout" if isinstance(error, httpx.TimeoutException) else "connection_failed"
            raise NotDelivered(f"the app did not answer at its request URL ({reason})", reason=reason) from error
        if not response.is_success:
            final = response.headers.get("X-Slack-No-Retry") == "1"
            raise NotDelivered(f"the app answered {response.status_code} at its request URL", final=final)
        return response

    async def deliver(self, kind: str, payload: Json, *, again: Retry | None) -> Json:
        """Post one delivery: events as JSON, commands as a form, the rest as its `payload`. Raises NotDelivered."""
        url = self._workspace.request_url
        if url is None:
            raise NotDelivered("the app is not connected", hint="start the app, or set its request URL")
        if kind == "events_api":
            response = await self._post(url, json.dumps(payload), "application/json", again)
        else:
            form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            response = await self._post(url, urlencode(form), "application/x-www-form-urlencoded")
        try:
            answer: Any = response.json() if response.content else {}
        except ValueError:
            return {"text": response.text} if kind == "slash_commands" else {}
        return answer if isinstance(answer, dict) else {}

    async def verify(self, url: str) -> None:
        """Set the request URL after the app has echoed the challenge. Raises NotDelivered."""
        if urlsplit(url).hostname not in LOOPBACK:
            raise NotDelivered(f"{url} is not on this machine", hint="the sandbox only posts to loopback addresses")
        challenge = secrets.token_hex(16)
        body = {
            "type": "url_verification",
            "token": self._workspace.settings.verification_token,
            "challenge": challenge,
        }
        response = await self._post(url, json.dumps(body), "application/json")
        if challenge not in response.text:
            raise NotDelivered(f"{url} did not answer the challenge")
        self._workspace.request_url = url


def _target(kind: str, payload: Json) -> str:
    """What a fault names a delivery by: the type of its payload or event."""
    if kind == "events_api":
        return str(payload["event"]["type"])
    return str(payload.get("type", kind))


class Deliveries:
    """Chooses the way, and repeats events that were not acknowledged."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.sockets = Sockets(workspace)
        self.posts = HttpPosts(workspace)
        self._tasks: set[asyncio.Task[None]] = set()
        self._last: dict[str, Json] = {}

    def _only_where_installed(self) -> None:
        if self._workspace.installed is Installed.REMOVED:
            raise NotDelivered("the app was removed from this workspace")

    async def _deliver(self, kind: str, payload: Json, *, answerable: bool = False, again: Retry | None = None) -> Json:
        """One delivery with what is set to go wrong with it. Raises NotDelivered."""
        self._last[kind] = payload
        fault = self._workspace.faults.take(DELIVERIES, _target(kind, payload))
        wrong = fault.kind if fault else None
        if wrong is Kind.UNDELIVERED:
            raise NotDelivered("the app was not reached", reason="connection_failed")
        if fault and wrong is Kind.SLOW_DELIVERY:
            await asyncio.sleep(fault.seconds)
        first = self._send(kind, payload, answerable=answerable, again=again)
        if wrong is Kind.TWICE:
            answer, _ = await asyncio.gather(first, self._again(kind, payload, answerable=answerable))
            return answer
        answer = await first
        if wrong is Kind.UNACKNOWLEDGED:
            raise NotDelivered("the app did not acknowledge within 3 seconds", reason="http_timeout")
        return answer

    async def _again(self, kind: str, payload: Json, *, answerable: bool = False) -> None:
        """The same once more, as a retry where it is an event; whatever comes of it."""
        again = Retry(1, "http_timeout") if kind == "events_api" else None
        with contextlib.suppress(NotDelivered):
            await self._send(kind, payload, answerable=answerable, again=again)

    async def repeat(self, kind: str) -> bool:
        """Deliver the last `interactive`, `slash_commands` or `events_api` payload again; False where there is none."""
        if kind not in self._last:
            return False
        await self._again(kind, self._last[kind])
        return True

    async def _send(self, kind: str, payload: Json, *, answerable: bool = False, again: Retry | None = None) -> Json:
        if self.sockets.connections:
            return await self.sockets.deliver(kind, payload, answerable=answerable, again=again)
        return await self.posts.deliver(kind, payload, again=again)

    async def interaction(self, payload: Json) -> Json:
        """Deliver a click or a submission once and return what the app answered. Raises NotDelivered."""
        self._only_where_installed()
        return await self._deliver("interactive", payload, answerable=payload["type"] == "view_submission")

    async def command(self, payload: Json) -> Json:
        """Deliver a slash command once and return what the app answered. Raises NotDelivered."""
        self._only_where_installed()
        return await self._deliver("slash_commands", payload, answerable=True)

    def event(self, payload: Json) -> None:
        """Deliver an event in the background, with Slack's three more attempts."""
        task = asyncio.create_task(self._persist(payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _persist(self, payload: Json) -> None:
        again = None
        for number, delay in enumerate((*self._workspace.settings.retry_delays, None), start=1):
            try:
                await self._deliver("events_api", payload, again=again)
                return
            except NotDelivered as error:
                log.info("event %s not delivered, attempt %d: %s", payload["event"]["type"], number, error)
                if error.final:
                    return
                again = Retry(number, error.reason)
            if delay is not None:
                await asyncio.sleep(delay)

    async def stop(self) -> None:
        """End what is still waiting to be repeated."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
