"""Import what a part of Goodword imports, and have Python keep its compiled form: `python -m tools.compiling service`.

Later starts take a third of the time. Often the first start would leave that behind; where PYTHONDONTWRITEBYTECODE is
set, none ever does. pip compiles all that it installs; most of it is never imported, so this compiles what is.
Prints how many there are, then a line for each.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_OURS = ("knowledge", "actions", "bot")
#: These do something when they are imported, or are Rasa's.
_NOT_IMPORTED = ("__main__", "migrations", "rasa_side")
#: What else is imported: by the service once there is something to encode, and by the tests.
_MORE = {
    "service": ("sentence_transformers",),
    "test": ("pytest", "xdist.workermanage", "pytest_asyncio.plugin", "hypothesis.stateful", "playwright.async_api"),
}


def names(part: str) -> list[str]:
    """The modules to import for a part."""
    files = (path for folder in _OURS for path in sorted((ROOT / folder).rglob("*.py"))) if part == "service" else ()
    ours = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in files]
    return [*_MORE[part], *(name for name in ours if not any(word in name for word in _NOT_IMPORTED))]


def main(part: str) -> None:
    """Import them one after the other."""
    sys.dont_write_bytecode = False
    wanted = names(part)
    print(len(wanted), flush=True)
    for name in wanted:
        importlib.import_module(name)
        print(name, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
