"""Is every part there? One line each, for `/readyz`, the desk and `goodword status`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

#: Seconds an answer is kept: probes must not load the parts they ask.
_KEPT = 3.0
_PATIENCE = 5.0


class Remark(str):
    """What a probe says of a part that works all the same: it is shown, and the whole is ready."""

    __slots__ = ()


Probe = Callable[[], Awaitable[str | None]]


class Health:
    """Named probes; each answers None when all is well, a Remark where it works and somebody should look, else a
    sentence that says what is wrong.

    While `starting` is set not all probes are there yet, and the whole is not ready.
    """

    def __init__(self) -> None:
        self.starting = True
        self._probes: dict[str, Probe] = {}
        self._kept: dict[str, str | None] = {}
        self._asked = float("-inf")
        self._one_at_a_time = asyncio.Lock()

    def add(self, name: str, probe: Probe) -> None:
        """Watch one more part."""
        self._probes[name] = probe

    async def parts(self) -> dict[str, str | None]:
        """Every part with None or what is wrong with it; asked at most every few seconds."""
        async with self._one_at_a_time:
            if time.monotonic() - self._asked > _KEPT:
                probes = dict(self._probes)  # more may be added while these answer
                answers = await asyncio.gather(*(_ask(probe) for probe in probes.values()))
                self._kept = dict(zip(probes, answers, strict=True))
                self._asked = time.monotonic()
        return {"start": "still starting", **self._kept} if self.starting else self._kept


async def _ask(probe: Probe) -> str | None:
    try:
        return await asyncio.wait_for(probe(), _PATIENCE)
    except TimeoutError:
        return f"did not answer within {_PATIENCE:.0f} s"
    except Exception as error:  # a probe must never take the page down with it
        return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no details'}"
