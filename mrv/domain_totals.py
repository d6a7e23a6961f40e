"""Totals of variables in domains with their full covariance, and the estimates taken from them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mrv.errors import EstimationError
from mrv.estimate import Estimate
from mrv.moments import Floats, GroupMoments, Ints, Mask

ALL = "all"
"""Name of the domain that holds the whole population."""
FEW_PLOTS = 10
"""Plots below which the cover of an interval is not proven (docs/validation.md) [1]."""
DfRule = Literal["satterthwaite", "plots"]
"""Degrees of freedom: Satterthwaite's (Cochran 1977, eq. 5.16), or plots less strata (AR-TOOL14)."""


@dataclass(frozen=True, slots=True)
class Factors:
    """What the mean and the covariance of each group of plots are multiplied by, shape (G,)."""

    expansion_ha: Floats
    """Factor of the mean in the total [ha]; 0 for a group that only lends its variance."""
    spread_ha2: Floats
    """Factor of the sample covariance in the covariance of the totals [ha2]."""
    unit: Ints
    """Estimation unit of each group, rising."""
    share: Floats
    """Share of each group in its unit [1]."""
    between_ha2: Floats
    """Factor of the squared deviation of a group's mean from its unit's [ha2]; 0 but in double sampling."""

    @property
    def own(self) -> Mask:
        """Groups that the total is made of."""
        return np.asarray(self.expansion_ha > 0)


@dataclass(frozen=True, slots=True)
class DomainTotals:
    """Totals of k variables in d domains, with their full covariance."""

    total: Floats
    """Totals, shape (d, k): the variable's unit per ha, times ha."""
    covariance: Floats
    """Covariance of the totals, shape (d k, d k), domain by domain."""
    domains: tuple[str, ...]
    """Names of the domains, in order."""
    moments: GroupMoments
    """What it was made from."""
    factors: Factors
    """The design."""
    df_plots: float
    """Plots less strata [1]."""
    df_rule: DfRule
    """Which degrees of freedom the estimates get."""
    n_plots: int
    """Plots, zeros included [1]."""
    method: str
    """Design."""
    warnings: tuple[str, ...]
    """Keys of `mrv.estimate.WARNINGS` that hold for every estimate."""
    digest: str
    """SHA-256 of the population, the values and the domains."""

    def estimate(self, variable: int, domain: str, unit: str) -> Estimate:
        """Return the total of one variable in one domain, in `unit`."""
        return self.combination({(variable, domain): 1.0}, unit)

    def combination(self, coefficients: Mapping[tuple[int, str], float], unit: str) -> Estimate:
        """Return a linear combination of totals, e.g. a difference, with its covariances, in `unit`.

        Parameters
        ----------
        coefficients
            Coefficient of each (variable, domain).
        unit
            Unit of the result.
        """
        q = self._coefficients(coefficients)
        value = math.fsum((q * self.total).ravel().tolist())
        return self._made(value, q, self.method, tuple(coefficients), unit)

    def ratio(
        self, numerator: int, denominator: int, domain: str, unit: str, *, of_domain: str | None = None
    ) -> Estimate:
        """Return the ratio of two totals, in `unit` (Bechtold and Patterson 2005, eq. 4.16-4.17).

        V(R) = [V(Y) + R^2 V(X) - 2 R Cov(Y, X)] / X^2, clipped at 0.

        Parameters
        ----------
        numerator, denominator
            Variables.
        domain
            Domain of both totals.
        unit
            Unit of the ratio.
        of_domain
            Domain of the denominator where it is another one, e.g. the whole for a share.
        """
        below = domain if of_domain is None else of_domain
        x = float(self.total[self._domain(below), denominator])
        if x == 0:
            raise EstimationError("ratio-denominator-zero", method=self.method)
        r = float(self.total[self._domain(domain), numerator]) / x
        parts = {(numerator, domain): 1.0}
        parts[denominator, below] = parts.get((denominator, below), 0.0) - r
        q = self._coefficients(parts) / x
        return self._made(r, q, f"ratio/{self.method}", tuple(parts), unit)

    def _made(
        self, value: float, q: Floats, method: str, parts: tuple[tuple[int, str], ...], unit: str
    ) -> Estimate:
        flat = q.ravel()
        used = np.flatnonzero(flat)
        variance = float(flat[used] @ self.covariance[np.ix_(used, used)] @ flat[used])
        df = self.df_plots if self.df_rule == "plots" else self._satterthwaite(q, variance)
        warnings = (*self.warnings, *self._of_domains(parts))
        return Estimate(value, max(variance, 0.0), df, unit, self.n_plots, method, warnings, self.digest)

    def _satterthwaite(self, q: Floats, variance: float) -> float:
        """Return V^2 / sum V_g^2 / (n_g - 1), V_g being what each group adds to the variance."""
        parts = self.factors.spread_ha2 * self.moments.variances(q)
        below = float(np.sum(parts**2 / np.maximum(self.moments.n - 1, 1.0)))
        return variance**2 / below if below > 0 and variance > 0 else self.df_plots

    def _of_domains(self, parts: tuple[tuple[int, str], ...]) -> tuple[str, ...]:
        """Return what must be said of the domains: empty, all zero, or hardly sampled."""
        filled = self.moments.plots_not_zero(self.factors.own)
        found: dict[str, None] = {}
        for variable, domain in parts:
            index = self._domain(domain)
            if not self.moments.inside[:, index].any():
                found["domain-empty"] = None
            elif filled[index, variable] == 0:
                found["domain-all-zero"] = None
            elif filled[index, variable] < FEW_PLOTS:
                found["domain-few-plots"] = None
        return tuple(found)

    def _coefficients(self, coefficients: Mapping[tuple[int, str], float]) -> Floats:
        q = np.zeros(self.total.shape)
        for (variable, domain), coefficient in coefficients.items():
            q[self._domain(domain), variable] += coefficient
        return q

    def _domain(self, name: str) -> int:
        if name not in self.domains:
            raise EstimationError("domain-unknown", domain=name, known=", ".join(self.domains))
        return self.domains.index(name)


def expand(moments: GroupMoments, factors: Factors) -> tuple[Floats, Floats]:
    """Return the totals, shape (d, k), and their covariance, shape (d k, d k)."""
    weighted = factors.expansion_ha[:, None, None] * moments.mean
    total = np.add.reduceat(weighted, [0], axis=0)[0]
    covariance = moments.covariance(factors.spread_ha2)
    if factors.between_ha2.any():
        off = _from_unit_mean(moments.mean, factors) * np.sqrt(factors.between_ha2)[:, None]
        covariance = covariance + off.T @ off
    return total, covariance


def _from_unit_mean(mean: Floats, factors: Factors) -> Floats:
    """Return each group's means less the weighted mean of its unit, shape (G, d k)."""
    table = mean.reshape(mean.shape[0], -1)
    starts = np.flatnonzero(np.r_[True, factors.unit[1:] != factors.unit[:-1]])
    of_unit = np.add.reduceat(factors.share[:, None] * table, starts, axis=0)
    counts = np.diff(np.r_[starts, factors.unit.size])
    return np.asarray(table - np.repeat(of_unit, counts, axis=0), dtype=np.float64)
