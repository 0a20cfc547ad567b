"""Learns a linear metric: posts that were answered with the same entry shall lie close, and close to that entry.

Neighbourhood components analysis (Goldberger and others 2005) on the frozen vectors, started at the identity and
stopped early: a few dozen steps gain, a hundred already forget what the encoder knew (measured on dev posts).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from knowledge.index import Floats
from knowledge.model import Kernel

#: Fewer past posts than this teach no metric.
LEAST = 150
#: No more are learned from, the newest: the cost grows with the square.
MOST = 6_000
EPOCHS, BATCH, STEP, DECAY, DROPPED = 8, 512, 5e-4, 0.1, 0.1


def learn_metric(
    questions: Floats, pairs: Floats, shares: Floats, passages: Floats, owners: npt.NDArray[np.int64], kernel: Kernel
) -> Floats | None:
    """The map (dimension, dimension), or None where there is too little to learn from.

    `questions` and `pairs` (n, dimension) are of past answers, `shares` (n, entries) how each one's links are spread,
    `passages` (m, dimension) of the entries that `owners` (m) names. Reproducible: the seed is fixed.
    """
    if len(questions) < LEAST:
        return None
    import torch  # here: it takes a second to import, and only learning needs it

    generator = torch.Generator().manual_seed(0)
    questions, pairs, shares = questions[-MOST:], pairs[-MOST:], shares[-MOST:]
    asked, answered, wanted = (torch.from_numpy(np.ascontiguousarray(part)) for part in (questions, pairs, shares))
    own = torch.from_numpy(np.ascontiguousarray(passages))
    # what each neighbour speaks for, in the order question, pair, passage
    speaks = torch.cat([wanted, kernel.pair * wanted, kernel.passage * _owning(owners, shares.shape[1])])
    right = (wanted > 0).float()
    side = questions.shape[1]
    identity, change = torch.eye(side), torch.zeros(side, side, requires_grad=True)
    optimiser = torch.optim.Adam([change], lr=STEP)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(asked), generator=generator).split(BATCH):
            kept = (torch.rand(side, side, generator=generator) >= DROPPED).float() / (1 - DROPPED)
            matrix = identity + change * kept
            near = torch.nn.functional.normalize(torch.cat([asked, answered, own]) @ matrix.T, dim=1)
            cosines = near[batch] @ near.T
            rows = torch.arange(len(batch))
            itself = torch.zeros_like(cosines)
            itself[rows, batch] = itself[rows, len(asked) + batch] = float("-inf")
            evidence = torch.exp(kernel.sharpness * (cosines - 1) + itself) @ speaks + 1e-9
            chance = (evidence * right[batch]).sum(1) / evidence.sum(1)
            loss = -torch.log(chance + 1e-6).mean() + DECAY * (change**2).sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    found: Floats = (identity + change).detach().numpy()
    return found


def _owning(owners: npt.NDArray[np.int64], size: int) -> torch.Tensor:  # type: ignore[name-defined]  # noqa: F821
    import torch

    return torch.nn.functional.one_hot(torch.from_numpy(owners), size).float()
