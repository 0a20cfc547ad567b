"""Without the setting nothing changes, and the model's library is not even loaded."""

from __future__ import annotations

import subprocess
import sys

from bot.settings import ROOT

PROGRAM = """
import asyncio, sys
import bot.cli, bot.service, bot.rehearsal.run, bot.journey, bot.demo.run, actions.endpoint
from bot.settings import Settings
from bot.writer_link import connected

async def main():
    async with connected(Settings()) as writer:
        print(writer, "openai" in sys.modules)
    async with connected(Settings(llm_base_url="http://127.0.0.1:9/v1", llm_model="m")) as writer:
        print(writer.model, "openai" in sys.modules)

asyncio.run(main())
"""


def test_the_library_is_loaded_only_where_an_endpoint_is_set() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, cwd=ROOT, timeout=100)
    assert done.stdout.splitlines() == ["None False", "m True"], done.stderr
