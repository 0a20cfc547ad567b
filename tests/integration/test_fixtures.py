"""The shared fixtures do what they promise; a test that rests on them can then be believed."""

from __future__ import annotations

import socket
from collections.abc import Callable

import httpx
import psycopg
from fastapi import FastAPI

from tests.integration.conftest import Serve

TABLES = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"


def test_a_database_is_migrated_and_ones_own(database: str, postgres: str) -> None:
    assert database != postgres
    with psycopg.connect(database) as connection:
        (tables,) = connection.execute(TABLES).fetchone() or (0,)
        assert tables > 5
        connection.execute("CREATE TABLE mine (x int)")


def test_the_next_database_knows_nothing_of_the_last(database: str) -> None:
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT to_regclass('mine')").fetchone() == (None,)


def test_only_the_unix_socket_is_open(database: str) -> None:
    with psycopg.connect(database) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


async def test_an_app_is_served_on_loopback(serve: Serve, free_port: Callable[[], int]) -> None:
    app = FastAPI()

    @app.get("/hello")
    def hello() -> str:
        return "hello"

    one, two = serve(app), serve(app)
    assert one != two
    async with httpx.AsyncClient() as client:
        for address in (one, two):
            assert (await client.get(f"{address}/hello")).json() == "hello"
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", free_port()))
