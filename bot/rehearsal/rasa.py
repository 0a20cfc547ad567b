"""The assistant of a rehearsal: a Rasa and an action endpoint of its own, over the throwaway library."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from rich.console import Console

from actions import endpoint
from actions.proposal import Proposal, TurnContext
from actions.writer import Writer
from bot.core import Core
from bot.nlu import environment
from bot.nlu.assistant import Assistant, AssistantUnavailable
from bot.nlu.server import RasaFailed, RasaServer
from bot.rasa_keeper import model_for
from bot.service import serve
from bot.writer_link import connected
from knowledge.encoder import default_model_path
from knowledge.results import Searcher

#: Rasa is started again so often; where it keeps ending, something is wrong that more starts do not mend.
MOST_RESTARTS = 3
#: Seconds between two looks at a Rasa that does not answer, before it is taken for dead.
_SECOND_LOOK = 3.0


class RehearsedAssistant:
    """Asks Rasa like the journey does. A Rasa that ended is started again, and the post is asked once more."""

    def __init__(self, rasa: RasaServer, assistant: Assistant, model: Path) -> None:
        self._rasa = rasa
        self._assistant = assistant
        self._model = model
        self._starting = asyncio.Lock()
        self.restarts = 0

    async def propose(self, context: TurnContext) -> Proposal:
        """What the assistant suggests for a turn.

        Raises:
            RasaFailed: Rasa keeps ending.
            AssistantUnavailable, AssistantAnswer: this post got no proposal, also not when asked again.
        """
        asked = self._rasa.pid
        try:
            return await self._assistant.propose(context)
        except AssistantUnavailable:
            await self._revive(asked)
            return await self._assistant.propose(context)

    async def _revive(self, asked: int | None) -> None:
        """Start Rasa again unless it answers, or another post has started it since it was asked."""
        async with self._starting:
            if self._rasa.pid != asked or await self._rasa.healthy() is None:
                return
            await asyncio.sleep(_SECOND_LOOK)
            if (trouble := await self._rasa.healthy()) is None:
                return
            if self.restarts >= MOST_RESTARTS:
                raise RasaFailed(
                    f"Rasa ended for the {MOST_RESTARTS + 1}th time: {trouble}",
                    hint="is the machine out of memory? What was drafted until then is in the report",
                )
            self.restarts += 1
            await self._rasa.stop()
            await self._rasa.start(self._model, console=Console(quiet=True))


@contextlib.asynccontextmanager
async def assistant(core: Core, place: Path, console: Console) -> AsyncIterator[RehearsedAssistant]:
    """Train for the library's names, start a Rasa whose files lie in `place`, and stop it at the end.

    Models are kept beside `place`, so that the same knowledge is not trained for twice; those of the service are in
    another folder.

    Raises:
        TrainingFailed, RasaFailed, EnvironmentFailed: a part could not be made.
    """
    async with AsyncExitStack() as stack:
        python = await asyncio.to_thread(environment.ensure, core.home, console=console)
        trained = await model_for(core.engine, place.parent, python, default_model_path(), console)
        model = Path(shutil.copy(trained, place))  # another rehearsal may do away with older models
        token = secrets.token_urlsafe(24)
        writer = await stack.enter_async_context(connected(core.settings))
        port = await serve(action_app(core.library, token, writer), "127.0.0.1", 0, stack)
        rasa = RasaServer(place, python, default_model_path(), f"http://127.0.0.1:{port}/actions", action_token=token)
        stack.push_async_callback(rasa.stop)
        await rasa.start(model, console=console)
        client = await stack.enter_async_context(Assistant(rasa))
        yield RehearsedAssistant(rasa, client, model)


def action_app(searcher: Searcher, token: str, writer: Writer | None = None) -> FastAPI:
    """Rasa's action endpoint and nothing else."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    executor = endpoint.executor(searcher, writer)

    @app.post("/actions")
    async def actions(request: Request) -> dict[str, Any]:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            raise HTTPException(401)
        try:
            return await endpoint.run(executor, await request.json())
        except endpoint.DraftingFailed as error:
            raise HTTPException(500, str(error)) from error

    return app
