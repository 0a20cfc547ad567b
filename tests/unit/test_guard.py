"""The guard of the unit tests, tried with everything that it must stop."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import urllib.request
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlalchemy.ext.asyncio import create_async_engine


def test_no_connection_leaves() -> None:
    with socket.socket() as sock, pytest.raises(AssertionError, match="called connect"):
        sock.connect(("127.0.0.1", 9))


def test_nothing_listens() -> None:
    with socket.socket() as sock, pytest.raises(AssertionError, match="called bind"):
        sock.bind(("127.0.0.1", 0))


def test_no_address_is_fetched() -> None:
    with pytest.raises(AssertionError, match="a unit test"):
        urllib.request.urlopen("http://127.0.0.1:9/")


async def test_no_connection_leaves_from_the_loop() -> None:
    with pytest.raises(AssertionError, match="called connect"):
        await asyncio.open_connection("127.0.0.1", 9)


def test_no_database() -> None:
    with pytest.raises(AssertionError, match="database"):
        psycopg.connect("postgresql://127.0.0.1:9/none")


async def test_no_database_through_sqlalchemy() -> None:
    engine = create_async_engine("postgresql+psycopg://u@127.0.0.1:9/none")
    with pytest.raises(AssertionError, match="database"):
        async with engine.connect():
            pass
    await engine.dispose()


def test_no_process() -> None:
    with pytest.raises(AssertionError, match="process"):
        subprocess.run(["true"], check=True)


async def test_no_process_from_the_loop() -> None:
    with pytest.raises(AssertionError, match="process"):
        await asyncio.create_subprocess_exec("true")


async def test_what_a_unit_test_needs_works(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    read = await asyncio.to_thread((tmp_path / "file").read_text)
    app = httpx.ASGITransport(app=_hello)
    async with httpx.AsyncClient(transport=app, base_url="http://app") as client:
        assert (await client.get("/")).text == read == "kept"


async def _hello(scope: object, receive: object, send: object) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": b"kept"})  # type: ignore[operator]
