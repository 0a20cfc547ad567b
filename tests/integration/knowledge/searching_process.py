"""A process that only searches: for each question that it is asked on a line, the found ids on a line."""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.ext.asyncio import create_async_engine

from knowledge.library import Library
from knowledge.results import Query
from tests.integration.knowledge.conftest import WordEncoder


async def main(url: str) -> None:
    """Until nobody asks any more."""
    engine = create_async_engine(url)
    with ThreadPoolExecutor(1) as executor:
        library = Library(engine.connect, WordEncoder(), executor)
        while question := await asyncio.to_thread(sys.stdin.readline):
            result = await library.search(Query(text=question.strip()))
            print(",".join(hit.entry.id for hit in (*result.usage, *result.answers)), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
