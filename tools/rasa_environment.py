"""Build Rasa's environment in a folder unless it is there: `python -m tools.rasa_environment .goodword`."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.nlu.environment import ensure
from knowledge.errors import GoodwordError


def main(home: str) -> int:
    """Build it, or find that it is there. Returns the exit status."""
    try:
        ensure(Path(home))
    except GoodwordError as error:
        print(error, file=sys.stderr)
        if error.hint:
            print(f"  {error.hint}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
