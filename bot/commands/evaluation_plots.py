"""Two plots of the confidence, side by side: what abstaining buys, and whether the confidence means what it says."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from knowledge.errors import BadInput
from knowledge.evaluation.abstention import TOP, Abstention

_INK, _LINE, _PALE = "#1c2733", "#1f6f8b", "#b8c4cc"


def draw(found: Abstention, path: Path) -> None:
    """Write the risk-coverage curve and the reliability diagram to a file; its ending (.png, .svg, .pdf) says how.

    Raises:
        BadInput: the file cannot be written, or its ending is not known.
    """
    mpl.rcParams |= {"text.color": _INK, "axes.labelcolor": _INK, "svg.hashsalt": "goodword", "font.size": 10}
    figure = Figure(figsize=(10, 4.6), layout="constrained")
    curve, diagram = figure.subplots(1, 2)
    coverage, risk = [point.coverage for point in found.curve], [point.risk for point in found.curve]
    curve.step(coverage, risk, where="post", color=_LINE, linewidth=1.8)
    curve.axhline(1 - found.reliability.accuracy, color=_PALE, linestyle="--", linewidth=1)
    curve.set(
        xlabel="share of posts that are answered",
        ylabel=f"wrong among these (not in the first {TOP})",
        title=f"What abstaining buys (n = {found.reliability.n})",
        xlim=(0, 1),
        ylim=(0, max(0.05, *risk) * 1.05),
    )
    diagram.plot([0, 1], [0, 1], color=_PALE, linestyle="--", linewidth=1)
    bins = found.reliability.bins
    diagram.plot([part.confidence for part in bins], [part.accuracy for part in bins], "o-", color=_LINE)
    diagram.set(
        xlabel="mean confidence of each fifth",
        ylabel="share that was right",
        title=f"What the confidence means (calibration error {found.reliability.error:.3f})",
        xlim=(0, 1),
        ylim=(0, 1),
    )
    for axes in (curve, diagram):
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(color=_PALE, alpha=0.3)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=130)
    except (OSError, ValueError) as error:
        raise BadInput(
            f"{path} cannot be written: {error}", hint="give a file that ends in .png, .svg or .pdf"
        ) from None
