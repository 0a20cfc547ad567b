"""`python -m bot.model_stand_in --port 3912`: the stand-in endpoint by itself."""

from __future__ import annotations

import secrets
from typing import Annotated

import typer
import uvicorn

from bot.model_stand_in.app import StandIn, create
from bot.model_stand_in.manners import Manner


def main(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 3912,
    model: Annotated[str, typer.Option(help="The name that its model answers to.")] = "stand-in-1",
    key: Annotated[str, typer.Option(help="The key that it wants; random when left out.")] = "",
    manner: Annotated[Manner, typer.Option(help="How it behaves; PUT /stand-in/MANNER switches it.")] = Manner.HONEST,
) -> None:
    """Run a stand-in for a language model's endpoint on this machine until Ctrl-C."""
    stand_in = StandIn(model=model, key=key or f"sk-{secrets.token_urlsafe(18)}", manner=manner)
    typer.echo(f"GOODWORD_LLM_BASE_URL=http://127.0.0.1:{port}/v1")
    typer.echo(f"GOODWORD_LLM_MODEL={stand_in.model}")
    typer.echo(f"GOODWORD_LLM_API_KEY={stand_in.key}")
    uvicorn.run(create(stand_in), host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1)


if __name__ == "__main__":
    typer.run(main)
