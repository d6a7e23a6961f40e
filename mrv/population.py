"""A population prepared once: its plots, zeros included, their strata, and what each stratum stands for.

Every design is a list of groups of plots with two numbers each: what a group's mean is multiplied by in
the total, and what its sample covariance is multiplied by in the variance. Preparing checks the sample
and the strata; `Population.totals` then serves any number of variables and domains by one kernel
(`mrv.moments`). Formulas: Cochran (1977), Sampling Techniques, chapters 5 and 12; Bechtold and Patterson
(2005), FIA GTR SRS-80, chapter 4; AR-TOOL14 v04.2 eq. 12-17.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from mrv.design_factors import (
    check_units,
    not_measured,
    plain_factors,
    sorted_labels,
    strata_of_unit,
    unit_factors,
    unit_strata,
    with_lenders,
)
from mrv.domain_totals import ALL, FEW_PLOTS, DfRule, DomainTotals, Factors, Members, expand
from mrv.errors import EstimationError
from mrv.moments import (
    Floats,
    Ints,
    Labels,
    Mask,
    as_table,
    check_finite,
    check_strata,
    group_moments,
)
from mrv.strata import (
    Collapse,
    EstimationUnit,
    SinglePlot,
    pairs_of,
)


@dataclass(frozen=True, slots=True)
class Population:
    """Plots, groups and factors of one design, ready for any variables and domains."""

    method: str
    """Design: simple, stratified, post_stratified or double_sampled."""
    plot_id: Labels
    """Plots, sorted."""
    order: Ints
    """Where each sorted plot stands in the caller's columns."""
    rows: Ints
    """Plot, by its place among the sorted, of each member of a group."""
    group: Ints
    """Group of each member; a stratum collapsed for its variance is a further group."""
    names: tuple[str, ...]
    """Name of each group: its stratum, after unit and slash where there are units."""
    factors: Factors
    """What each group's mean and covariance are multiplied by."""
    df: float
    """Plots less strata, certainty strata aside [1]."""
    warnings: tuple[str, ...]
    """Keys of `mrv.estimate.WARNINGS`."""
    collapsed: tuple[Collapse, ...]
    """Which strata were collapsed and with what; empty where none was."""
    digest: str
    """SHA-256 of design, sorted identifiers, groups and factors."""

    @property
    def area_ha(self) -> float:
        """Area that the totals stand for [ha]."""
        return float(self.factors.expansion_ha.sum())

    @property
    def weight_ha(self) -> Floats:
        """Area each plot stands for, in the order of `plot_id`, shape (n,) [ha]."""
        count = np.bincount(self.group, minlength=len(self.names))
        weight = np.zeros(self.plot_id.size)
        np.add.at(weight, self.rows, (self.factors.expansion_ha / count)[self.group])
        return weight

    @classmethod
    def simple(cls, plot_id: ArrayLike, area_ha: float = 1.0) -> Population:
        """Prepare a simple random sample of an area; with 1 ha the totals are means.

        Examples
        --------
        >>> population = Population.simple(["a", "b", "c"])
        >>> population.totals([1.0, 2.0, 3.0]).estimate(0, "all", "t/ha").value
        2.0
        """
        ids = np.asarray(plot_id, dtype=np.str_)
        return replace(cls.stratified(ids, np.full(ids.shape, "-"), {"-": area_ha}), method="simple")

    @classmethod
    def stratified(
        cls,
        plot_id: ArrayLike,
        stratum: ArrayLike,
        stratum_area_ha: Mapping[str, float],
        *,
        single_plot: SinglePlot = "refuse",
        stratum_plots: Mapping[str, float] | None = None,
    ) -> Population:
        """Prepare a stratified random sample: Y = sum A_h ybar_h, V = sum A_h^2 (1 - n_h / N_h) s2_h / n_h.

        Parameters
        ----------
        plot_id, stratum
            Plots and the stratum of each.
        stratum_area_ha
            Area of each stratum [ha]; one with an area needs plots.
        single_plot
            ``refuse`` a stratum of one plot, or ``collapse`` it: it keeps its own mean and takes the
            variance of its plot and those of the stratum with the next fewest, together (for two single
            plots of equal areas the squared difference of their totals: Cochran 1977, section 5A.12).
        stratum_plots
            N_h, plots that would tile a stratum [1], for the finite correction; without it the plots are
            a vanishing part of the area. A stratum whose plots were all measured (a certainty stratum)
            has no variance, even with one plot.
        """
        ids, order, (names,) = sorted_labels(plot_id, stratum)
        known, codes = np.unique(names, return_inverse=True)
        strata = [str(name) for name in known]
        n = np.bincount(codes, minlength=known.size).astype(np.float64)
        plots = dict(zip(strata, n.astype(int).tolist(), strict=True))
        left = not_measured(plots, stratum_plots or {})
        singles = [name for name, rest in zip(strata, left, strict=True) if plots[name] < 2 and rest > 0]
        pairs = pairs_of(plots, singles, single_plot)
        check_strata(plots, stratum_area_ha)
        area = np.array([stratum_area_ha[name] for name in strata], dtype=np.float64)
        spread = area**2 * left / n
        rows, group = with_lenders(codes, [(strata.index(a), strata.index(b)) for a, b in pairs])
        alone = [strata.index(name) for name in singles]
        lent = spread[alone]
        spread[alone] = 0.0
        return cls._ready(
            "stratified",
            (ids, order, rows, group),
            (*strata, *(f"{other}+{name}" for name, other in pairs)),
            plain_factors(np.r_[area, np.zeros(lent.size)], np.r_[spread, lent]),
            float(np.sum((n - 1) * (left > 0))) or float(len(pairs)),
            tuple(Collapse("", name, other, plots[name]) for name, other in pairs),
            ("stratum-certainty",) if bool((left == 0).any()) else (),
        )

    @classmethod
    def post_stratified(
        cls,
        plot_id: ArrayLike,
        unit_of_plot: ArrayLike,
        stratum: ArrayLike,
        units: Sequence[EstimationUnit],
        *,
        single_plot: SinglePlot = "refuse",
    ) -> Population:
        """Prepare a post-stratified sample: V = A^2 sum_h [W_h / n + (1 - W_h) / n^2] s2_h in each unit.

        Bechtold and Patterson (2005), eq. 4.14; the units add up.

        Parameters
        ----------
        plot_id, unit_of_plot, stratum
            Plots, with the estimation unit and the stratum of each.
        units
            The units with their areas [ha] and stratum weights.
        single_plot
            ``refuse`` a stratum of one plot or none, or ``collapse`` it: strata are merged, plots and
            weights together (`mrv.strata`).
        """
        return cls._units("post_stratified", plot_id, unit_of_plot, stratum, units, single_plot)

    @classmethod
    def double_sampled(
        cls,
        plot_id: ArrayLike,
        unit_of_plot: ArrayLike,
        stratum: ArrayLike,
        units: Sequence[EstimationUnit],
        *,
        single_plot: SinglePlot = "refuse",
    ) -> Population:
        """Prepare a double sample for stratification: the weights are themselves a sample of points.

        V = A^2 [sum_h (n'_h - 1) / (n' - 1) W_h s2_h / n_h + sum_h W_h (ybar_h - ybar)^2 / (n' - 1)],
        W_h = n'_h / n' (Bechtold and Patterson 2005, section 4.2.1; Cochran 1977, eq. 12.32).

        Parameters
        ----------
        plot_id, unit_of_plot, stratum
            Plots, with the estimation unit and the stratum of each.
        units
            The units; their stratum weights are the counts n'_h of first-phase points.
        single_plot
            As for `post_stratified`.
        """
        return cls._units("double_sampled", plot_id, unit_of_plot, stratum, units, single_plot)

    @classmethod
    def _units(
        cls,
        method: str,
        plot_id: ArrayLike,
        unit_of_plot: ArrayLike,
        stratum: ArrayLike,
        units: Sequence[EstimationUnit],
        single_plot: SinglePlot,
    ) -> Population:
        ids, order, (owner, names) = sorted_labels(plot_id, unit_of_plot, stratum)
        check_units(owner, units)
        pairs = unit_strata(owner, names)
        group = np.empty(len(pairs.strata), dtype=np.intp)
        labels: list[str] = []
        columns: list[Floats] = []
        collapsed: list[Collapse] = []
        for index, unit in enumerate(sorted(units, key=lambda unit: unit.id)):
            if unit.id not in pairs.of_unit:
                raise EstimationError("unit-without-plots", unit=unit.id)
            part = pairs.of_unit[unit.id]
            plots = dict(zip(pairs.strata[part], pairs.plots[part].tolist(), strict=True))
            strata, codes, shares, merged = strata_of_unit(unit, plots, single_plot)
            group[part] = codes + len(labels)
            labels += [f"{unit.id}/{name}" for name in strata]
            n_h = np.bincount(codes, pairs.plots[part], len(strata)).astype(np.float64)
            columns.append(unit_factors(method, unit, index, shares, n_h))
            collapsed += merged
        expansion, spread, unit_index, share, between = np.concatenate(columns, axis=1)
        factors = Factors(expansion, spread, unit_index.astype(np.intp), share, between)
        layout = (ids, order, np.arange(ids.size), group[pairs.code])
        return cls._ready(
            method, layout, tuple(labels), factors, float(ids.size - len(labels)), tuple(collapsed), ()
        )

    @classmethod
    def _ready(
        cls,
        method: str,
        layout: tuple[Labels, Ints, Ints, Ints],
        names: tuple[str, ...],
        factors: Factors,
        df: float,
        collapsed: tuple[Collapse, ...],
        warnings: tuple[str, ...],
    ) -> Population:
        ids, order, rows, group = layout
        count = np.bincount(group, minlength=len(names))
        few = bool((count[factors.spread_ha2 > 0] < FEW_PLOTS).any())
        told = (
            *warnings,
            *(("stratum-collapsed",) if collapsed else ()),
            *(("stratum-few-plots",) if few else ()),
        )
        mark = hashlib.sha256("\n".join((method, *names)).encode())
        mark.update("\n".join(ids.tolist()).encode())
        for part in (rows, group, *_columns(factors)):
            mark.update(np.ascontiguousarray(part).tobytes())
        return cls(method, ids, order, rows, group, names, factors, df, told, collapsed, mark.hexdigest())

    def totals(
        self,
        values: ArrayLike,
        domains: Mapping[str, ArrayLike] | None = None,
        *,
        df: DfRule = "satterthwaite",
    ) -> DomainTotals:
        """Return the totals of k per-hectare variables in d domains, with their full covariance.

        Parameters
        ----------
        values
            Variables per hectare in the caller's order of plots, shape (n,) or (n, k); a plot without
            trees is a zero and stays in n.
        domains
            Whether each plot lies in a domain, shape (n,); they may overlap. Without it there is one
            domain, ``all``. A plot outside a domain is a zero of it.
        df
            Rule of the degrees of freedom.
        """
        table = as_table(values)
        if table.shape[0] != self.plot_id.size:
            raise EstimationError(
                "sample-lengths-differ", plots=self.plot_id.size, values=int(table.shape[0])
            )
        table = table[self.order]
        check_finite(self.plot_id, table)
        inside = None if domains is None else self._inside(domains)
        members = Members(table[self.rows], self.group, None if inside is None else inside[self.rows])
        moments = group_moments(members.values, self.group, len(self.names), members.inside)
        total, covariance = expand(moments, self.factors)
        names = (ALL,) if domains is None else tuple(domains)
        mark = hashlib.sha256("\n".join((self.digest, *names)).encode())
        mark.update(table.tobytes())
        if inside is not None:
            mark.update(inside.tobytes())
        return DomainTotals(
            total,
            covariance,
            names,
            moments,
            members,
            self.factors,
            self.df,
            df,
            self.plot_id.size,
            self.method,
            self.warnings,
            mark.hexdigest(),
        )

    def _inside(self, domains: Mapping[str, ArrayLike]) -> Mask:
        if not domains:
            raise EstimationError("domain-unknown", domain="-", known="-")
        columns = [np.asarray(mask, dtype=np.bool_) for mask in domains.values()]
        for column in columns:
            if column.shape != self.plot_id.shape:
                raise EstimationError(
                    "sample-lengths-differ", plots=self.plot_id.size, values=int(column.size)
                )
        return np.column_stack(columns)[self.order]


def _columns(factors: Factors) -> tuple[Floats, ...]:
    return (factors.expansion_ha, factors.spread_ha2, factors.between_ha2)
