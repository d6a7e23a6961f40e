"""What came out of all samples, judged, as a table in both languages and a plot."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

LEVEL: Final = 0.90
BAND: Final = (0.88, 0.92)
BIAS: Final = 3.0
Gate = Literal["band", "least", "published"]


@dataclass(frozen=True, slots=True)
class Row:
    """How a row of the table is called and judged."""

    zh: str
    en: str
    gate: Gate
    """``band``: 88 to 92 %; ``least``: 88 % at the least; ``published``: no gate."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What all samples of one row gave."""

    label: str
    n: int
    """Intervals."""
    coverage: float
    """Share of intervals that hold the truth [1]."""
    below: float
    """Share with the truth below them [1]."""
    above: float
    """Share with the truth above them [1]."""
    bias: float
    """Mean error over its Monte Carlo standard error [1]."""
    relative_bias: float
    """Mean error over the truth [1]."""
    width: float
    """Mean width over the width of an interval that knew the estimator's spread [1]."""

    def verdict(self, gate: Gate, slack: float = 0.0) -> str:
        """Return what is to be said of it.

        Parameters
        ----------
        gate
            Which gate.
        slack
            By how much the band is widened on either side, for fewer replicates [1].
        """
        if gate == "published":
            return "published"
        if self.coverage < BAND[0] - slack:
            return "too narrow"
        if gate == "band" and self.coverage > BAND[1] + slack:
            return "too wide"
        if gate == "band" and abs(self.bias) > BIAS + 20 * slack:
            return "biased"
        return "wide" if self.coverage > BAND[1] + slack else "holds"


ROWS: Final[Mapping[str, Row]] = {
    "simple": Row("简单随机（60 个样地，含非林地）", "simple random (60 plots, open land too)", "band"),
    "stratified": Row("分层（每层 28–48 个样地）", "stratified (28 to 48 plots a stratum)", "band"),
    "stratified_demo": Row("分层（每层 14–24 个样地）", "stratified (14 to 24 plots a stratum)", "band"),
    "stratified_10": Row("分层（每层 10 个样地）", "stratified (10 plots a stratum)", "band"),
    "domain_north": Row("分层，统计域：北部乡镇", "stratified, domain: northern townships", "band"),
    "domain_south": Row("分层，统计域：其余乡镇", "stratified, domain: the other townships", "band"),
    "ratio_domain": Row("比值：碳与蓄积，北部", "ratio: carbon to growing stock, north", "band"),
    "post_stratified": Row("后分层（160 个样地）", "post-stratified (160 plots)", "band"),
    "ratio_of_means": Row("均值比：每公顷林地碳储量", "ratio of means: carbon per ha of forest", "band"),
    "double_sampled": Row("双重抽样分层（1,000 点）", "double sampling for strata (1,000 points)", "band"),
    "ratio_to_size": Row("比估计：样地面积不等", "ratio to size: unequal plots", "band"),
    "greg": Row("回归估计 GREG，简单随机（60）", "GREG, simple random (60 plots)", "band"),
    "greg_stratified": Row("回归估计 GREG，分层", "GREG, stratified", "band"),
    "two_phase": Row("二相回归（400 点，60 个样地）", "two-phase regression (400 points, 60 plots)", "band"),
    "paired_change": Row("复测变化量（28–48）", "paired change (28 to 48 plots a stratum)", "band"),
    "paired_change_cleared": Row(
        "复测变化量（10，皆伐火烧小班单独成层）", "paired change (10; cleared parcels a stratum)", "band"
    ),
    "survivor_growth": Row("保留木生长量（28–48）", "survivor growth (28 to 48)", "band"),
    "ingrowth": Row("进界生长量（28–48）", "ingrowth (28 to 48)", "band"),
    "independent_change": Row("独立两期变化量", "independent change", "band"),
    "olofsson/stable_forest": Row("地图面积：稳定林地", "area from a map: stable forest", "band"),
    "olofsson/stable_nonforest": Row("地图面积：稳定非林地", "area from a map: stable non-forest", "band"),
    "olofsson/overall": Row("总体精度", "overall accuracy", "band"),
    "olofsson/users_loss": Row("用户精度：林地减少", "user's accuracy: forest loss", "least"),
    "olofsson/forest_loss": Row("地图面积：林地减少", "area from a map: forest loss", "least"),
    "olofsson/forest_gain": Row("地图面积：林地增加", "area from a map: forest gain", "least"),
    "olofsson/producers_loss": Row("生产者精度：林地减少", "producer's accuracy: forest loss", "least"),
    "olofsson_20/stable_forest": Row("每类 20 点：稳定林地", "20 points a class: stable forest", "least"),
    "olofsson_20/forest_loss": Row("每类 20 点：林地减少", "20 points a class: forest loss", "least"),
    "olofsson_20/forest_gain": Row("每类 20 点：林地增加", "20 points a class: forest gain", "least"),
    "olofsson_20/stable_nonforest": Row(
        "每类 20 点：稳定非林地", "20 points a class: stable non-forest", "least"
    ),
    "olofsson_20/overall": Row("每类 20 点：总体精度", "20 points a class: overall accuracy", "least"),
    "olofsson_20/users_loss": Row(
        "每类 20 点：用户精度", "20 points a class: user's accuracy of loss", "least"
    ),
    "stehman/stable_forest": Row("层非地类：稳定林地", "strata not the classes: stable forest", "band"),
    "stehman/forest_gain": Row("层非地类：林地增加", "strata not the classes: forest gain", "band"),
    "stehman/stable_nonforest": Row(
        "层非地类：稳定非林地", "strata not the classes: stable non-forest", "band"
    ),
    "stehman/overall": Row("层非地类：总体精度", "strata not the classes: overall accuracy", "band"),
    "mortality": Row("枯损量（28–48）", "mortality (28 to 48)", "published"),
    "felling": Row("采伐量（28–48）", "felling (28 to 48)", "published"),
    "paired_change_demo": Row("复测变化量（14–24）", "paired change (14 to 24)", "published"),
    "mortality_demo": Row("枯损量（14–24）", "mortality (14 to 24)", "published"),
    "felling_demo": Row("采伐量（14–24）", "felling (14 to 24)", "published"),
    "paired_change_10": Row("复测变化量（10）", "paired change (10)", "published"),
    "survivor_growth_10": Row("保留木生长量（10）", "survivor growth (10)", "published"),
    "ingrowth_10": Row("进界生长量（10）", "ingrowth (10)", "published"),
    "mortality_10": Row("枯损量（10）", "mortality (10)", "published"),
    "felling_10": Row("采伐量（10）", "felling (10)", "published"),
    "mortality_cleared": Row(
        "枯损量（10，皆伐火烧单独成层）", "mortality (10; cleared parcels a stratum)", "published"
    ),
    "felling_cleared": Row(
        "采伐量（10，皆伐火烧单独成层）", "felling (10; cleared parcels a stratum)", "published"
    ),
    "independent_change_10": Row("独立两期变化量（10）", "independent change (10)", "published"),
    "stratified_5": Row("分层（每层 5 个样地）", "stratified (5 plots a stratum)", "published"),
    "stratified_3": Row("分层（每层 3 个样地）", "stratified (3 plots a stratum)", "published"),
    "collapsed_stratum": Row("一层仅 1 个样地，按规则并层", "one stratum of 1 plot, collapsed", "published"),
    "olofsson_20/producers_loss": Row(
        "每类 20 点：生产者精度", "20 points a class: producer's accuracy of loss", "published"
    ),
    "stratified/df_plots": Row("分层，自由度 n−L（28–48）", "stratified, df = n - L (28 to 48)", "published"),
    "stratified_demo/df_plots": Row(
        "分层，自由度 n−L（14–24）", "stratified, df = n - L (14 to 24)", "published"
    ),
    "stratified_10/df_plots": Row("分层，自由度 n−L（10）", "stratified, df = n - L (10)", "published"),
    "stratified_5/df_plots": Row("分层，自由度 n−L（5）", "stratified, df = n - L (5)", "published"),
    "stratified_3/df_plots": Row("分层，自由度 n−L（3）", "stratified, df = n - L (3)", "published"),
    "paired_change/df_plots": Row(
        "变化量，自由度 n−L（28–48）", "change, df = n - L (28 to 48)", "published"
    ),
    "paired_change_demo/df_plots": Row(
        "变化量，自由度 n−L（14–24）", "change, df = n - L (14 to 24)", "published"
    ),
    "paired_change_10/df_plots": Row("变化量，自由度 n−L（10）", "change, df = n - L (10)", "published"),
    "olofsson/forest_loss/normal": Row("林地减少，正态区间", "forest loss, normal interval", "published"),
    "olofsson/forest_gain/normal": Row("林地增加，正态区间", "forest gain, normal interval", "published"),
    "olofsson/overall/normal": Row("总体精度，正态区间", "overall accuracy, normal interval", "published"),
    "olofsson_20/stable_forest/normal": Row(
        "每类 20 点：稳定林地，正态区间", "20 points a class: stable forest, normal interval", "published"
    ),
    "olofsson_20/forest_loss/normal": Row(
        "每类 20 点：林地减少，正态区间", "20 points a class: forest loss, normal interval", "published"
    ),
    "olofsson_20/overall/normal": Row(
        "每类 20 点：总体精度，正态区间", "20 points a class: overall accuracy, normal interval", "published"
    ),
    "eblup_unit": Row(
        "小域，单元级（每乡镇 6 个样地）", "small areas, unit level (6 plots each)", "published"
    ),
    "eblup_area": Row(
        "小域，区域级，合并方差（每乡镇 12 个样地）",
        "small areas, area level, pooled variance (12 plots each)",
        "published",
    ),
    "eblup_area/own": Row(
        "小域，区域级，各域方差（12）", "small areas, area level, variances as they came (12)", "published"
    ),
}
"""Every row, in the order of the table."""
_VERDICTS = {
    "holds": ("符合", "holds"),
    "wide": ("偏宽（保守）", "wide (conservative)"),
    "too wide": ("**偏宽**", "**too wide**"),
    "too narrow": ("**偏窄**", "**too narrow**"),
    "biased": ("**有偏**", "**biased**"),
    "published": ("仅公布", "published"),
}


def figures(hits: Mapping[str, Sequence[tuple[float, float, float, float]]]) -> list[Figure]:
    """Return the figures of each row from (truth, error, low, high) of all samples."""
    return [_figure(label, hits[label]) for label in ROWS if label in hits]


def _figure(label: str, samples: Sequence[tuple[float, float, float, float]]) -> Figure:
    n = len(samples)
    below = sum(truth < low for truth, _, low, _ in samples) / n
    above = sum(truth > high for truth, _, _, high in samples) / n
    mean = math.fsum(error for _, error, _, _ in samples) / n
    sd = math.sqrt(math.fsum((error - mean) ** 2 for _, error, _, _ in samples) / (n - 1))
    width = math.fsum(high - low for _, _, low, high in samples) / n
    truth = math.fsum(truth for truth, _, _, _ in samples) / n
    ideal = 2 * 1.6448536269514722 * sd
    return Figure(
        label, n, 1 - below - above, below, above, mean / (sd / math.sqrt(n)), mean / truth, width / ideal
    )


def failures(found: Sequence[Figure], slack: float = 0.0) -> list[str]:
    """Return a line for each row that does not keep its gate."""
    bad = ("too narrow", "too wide", "biased")
    return [
        f"{f.label}: coverage {f.coverage:.3f}, mean error {f.bias:+.2f} MC SE: {verdict}"
        for f in found
        if (verdict := f.verdict(ROWS[f.label].gate, slack)) in bad
    ]


def table(found: Sequence[Figure], gates: tuple[Gate, ...]) -> str:
    """Return the rows of some gates as Markdown."""
    head = "| 估计量 | estimator | 覆盖率 coverage | 真值低于/高于区间 truth below/above | "
    head += (
        "平均误差 mean error (MC SE) | 宽度比 width | 结论 | verdict |\n|---|---|---|---|---|---|---|---|\n"
    )
    lines = []
    for f in found:
        row = ROWS[f.label]
        if row.gate in gates:
            zh, en = _VERDICTS[f.verdict(row.gate)]
            lines.append(
                f"| {row.zh} | {row.en} | {f.coverage:.1%} | {f.below:.1%} / {f.above:.1%} | {f.bias:+.2f} "
                f"| {f.width:.2f} | {zh} | {en} |"
            )
    return head + "\n".join(lines) + "\n"


def document(found: Sequence[Figure], text: str, fields: Mapping[str, object]) -> str:
    """Return docs/validation.md."""
    filled = {
        **fields,
        "gated": table(found, ("band", "least")),
        "published": table(found, ("published",)),
        "outside": "\n".join(f"- {line}" for line in failures(found)) or "- 无 none",
    }
    return text.format(**filled)


def plot(found: Sequence[Figure], path: Path) -> None:
    """Write the coverage of all rows as a plot, SVG where the name says so."""
    import matplotlib as mpl  # noqa: PLC0415

    mpl.use("Agg")
    from matplotlib import pyplot  # noqa: PLC0415

    shown = list(reversed(found))
    colours = {"band": "#1b6e53", "least": "#3f7fbf", "published": "#9a9a9a"}
    with mpl.rc_context({"svg.hashsalt": "validation", "svg.fonttype": "none", "font.size": 8}):
        figure, axes = pyplot.subplots(figsize=(8, 0.19 * len(shown) + 1.2), layout="constrained")
        axes.axvspan(*BAND, color="#1b6e53", alpha=0.12, lw=0)
        axes.axvline(LEVEL, color="#1b6e53", lw=0.8)
        for y, f in enumerate(shown):
            half = 1.96 * math.sqrt(max(f.coverage * (1 - f.coverage), 1e-9) / f.n)
            colour = colours[ROWS[f.label].gate]
            axes.errorbar(f.coverage, y, xerr=half, fmt="o", ms=3.5, color=colour, elinewidth=1)
        axes.set_yticks(range(len(shown)), [ROWS[f.label].en for f in shown])
        axes.set_ylim(-0.8, len(shown) - 0.2)
        axes.set_xlim(min(0.6, min(f.coverage for f in shown) - 0.02), 1.0)
        axes.set_xlabel("share of 90 % intervals that hold the truth (bars: 95 % Monte Carlo interval)")
        for gate, name in (
            ("band", "gated: 88 to 92 %"),
            ("least", "gated: 88 % at least"),
            ("published", "published"),
        ):
            axes.plot([], [], "o", ms=3.5, color=colours[gate], label=name)
        axes.legend(loc="lower left", frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
        pyplot.close(figure)
