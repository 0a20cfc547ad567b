"""Rasa's command line, ready in half the time: `python -m goodword_rasa run …`.

As it is imported skops, with which Rasa keeps its classifiers, looks each of 400 functions up in every module that is
there. Early these are few; at the end, where Rasa imports it, they are 4,000, and the looking costs more than all of
Rasa's imports together.
"""

import skops.io  # noqa: F401

# isort: split
from rasa.__main__ import main

if __name__ == "__main__":
    main()
