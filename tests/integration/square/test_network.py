"""The demo's network as a process: it keeps its town, and nothing is left of it when whoever started it is gone."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from bot.channels.mastodon import MastodonChannel
from bot.square.network import NetworkFailed, SquareNetwork
from bot.square.town import Person, Town

BRAND = Person("holloway", "Holloway Tools")

_STARTER = """
import asyncio, sys
from pathlib import Path
from bot.square.network import SquareNetwork
from bot.square.town import Person

async def main():
    network = SquareNetwork(Path(sys.argv[1]), brand=Person("holloway", "Holloway Tools"))
    await network.start()
    print(network._process.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_the_town_stays_between_runs(tmp_path: Path) -> None:
    anna = Person.named("Anna Bell")
    async with SquareNetwork(tmp_path, brand=BRAND, customers=[anna]) as network:
        token = network.brand_token
        town = Town(network.url)
        post = await town.post(anna, "@holloway how?")
        await town.close()
        assert network.running
    assert not network.running
    async with SquareNetwork(tmp_path, brand=BRAND, customers=[anna]) as network:
        assert network.brand_token == token
        channel = MastodonChannel(network.url, network.brand_token)
        heard = await channel.listen(None)
        assert [said.native_id for said in heard.posts] == [post]
        channel.close()
    for secret in ("brand.token", "network.toml"):
        assert (tmp_path / secret).stat().st_mode & 0o077 == 0


def test_killing_the_starter_leaves_no_process(tmp_path: Path) -> None:
    starter = subprocess.Popen([sys.executable, "-c", _STARTER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    network = psutil.Process(int(starter.stdout.readline()))
    assert network.is_running()
    starter.kill()
    starter.wait()
    until = time.monotonic() + 10
    while network.is_running() and network.status() != psutil.STATUS_ZOMBIE and time.monotonic() < until:
        time.sleep(0.05)
    assert not network.is_running() or network.status() == psutil.STATUS_ZOMBIE


async def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(NetworkFailed, match=str(port)) as caught:
            await SquareNetwork(tmp_path, port, brand=BRAND).start()
    assert "choose another" in caught.value.hint


async def test_listens_on_loopback_only(network: SquareNetwork) -> None:
    listening = [
        connection.laddr.ip
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == network.port
    ]
    assert listening == ["127.0.0.1"]
