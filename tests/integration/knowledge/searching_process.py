"""A process that only searches: the question over and over; each time the answer changes, the found ids on a line."""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.ext.asyncio import create_async_engine

from knowledge.library import Library
from knowledge.results import Query
from tests.integration.knowledge.conftest import WordEncoder


async def main(url: str, question: str) -> None:
    """Until it is killed."""
    engine = create_async_engine(url)
    with ThreadPoolExecutor(1) as executor:
        library = Library(engine.connect, WordEncoder(), executor)
        shown = None
        while True:
            result = await library.search(Query(text=question))
            found = ",".join(hit.entry.id for hit in (*result.usage, *result.answers))
            if found != shown:
                print(f"found {found}", flush=True)
                shown = found
            await asyncio.sleep(0.02)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
