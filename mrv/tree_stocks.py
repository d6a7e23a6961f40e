"""What each tree of an inventory holds, and by which equations: heights filled, equations chosen, all told.

Heights that were not measured come from curves of the species and its stratum (`mrv.heights`), volume
and biomass from the equations that the selection rule gives (`mrv.equations.selection`) in the order the
profile prefers. Nothing is left out silently: notes count every tree filled, pooled, assumed or outside
the range of its equation, and each tree outside is a finding with its row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mrv.allometry import BAMBOO
from mrv.biomass import TreeEquations, TreeMass, mass_of_trees
from mrv.equations.examine import range_cm, range_m
from mrv.equations.forms import Predictors, needs
from mrv.equations.library import Library
from mrv.equations.selection import LEVELS, Assignment
from mrv.expansion import visits_of
from mrv.findings import Finding
from mrv.heights import FilledHeights, HeightModels, fill_heights, fit_height_models
from mrv.inventory import Inventory, Trees
from mrv.moments import Floats, Labels
from mrv.profile import Profile
from mrv.statement_items import Note

Mask = NDArray[np.bool_]
MAX_FINDINGS: Final = 200
"""More trees outside the range of their equation are counted, not listed [1]."""


@dataclass(frozen=True, slots=True)
class TreeStocks:
    """What each tree of an inventory holds."""

    mass: TreeMass
    """Volume, biomass and carbon; 0 for a tree that is not tallied."""
    tallied: Mask
    """Standing and thick enough to count."""
    notes: tuple[Note, ...]
    """How many were filled, pooled, out of range; how many each equation served."""
    equations: TreeEquations
    """Equation, level and range of each tallied tree, in the order of the trees."""
    heights: FilledHeights
    """Height of each tallied tree and where it comes from."""
    height_models: HeightModels
    """Curves that filled the heights."""
    stratum: Labels | None
    """Stratum of each tallied tree, as the curves took it; None where they took none."""
    region: str
    """Region for which the equations were chosen; empty where none was asked for."""
    own: Library | None
    """The county's own equations that were at hand."""
    findings: tuple[Finding, ...]
    """Trees outside the range of an equation, with their rows."""

    @property
    def extrapolated_frac(self) -> float:
        """Share of tallied trees outside the range of one of their equations [1]."""
        outside = self.equations.outside
        return float(outside.mean()) if outside.size else 0.0


def tree_stocks(
    trees: Trees,
    profile: Profile,
    *,
    stratum: Labels | None = None,
    region: str = "",
    own: Library | None = None,
) -> TreeStocks:
    """Return volume, biomass and carbon of each tree by the profile [m3, kg, kg C].

    Parameters
    ----------
    trees
        Trees of an inventory.
    profile
        Smallest DBH, carbon fraction, roots, and which biomass equations are preferred.
    stratum
        Stratum of each tree, for the height curves; they have no such level when None.
    region
        Region the trees stand in, for equations made for one; empty where it is not known.
    own
        The county's own equations, which go before the packaged ones.

    Notes
    -----
    A bamboo culm without an age class is taken at one du, the lightest.
    """
    standing = np.isin(trees.status, ["live", "ingrowth"])
    tallied = standing & (trees.dbh_cm >= profile.number("minimum_dbh_cm"))
    codes, dbh, measured = (values[tallied] for values in (trees.species_code, trees.dbh_cm, trees.height_m))
    place = None if stratum is None else stratum[tallied]
    models = fit_height_models(codes, dbh, measured, place)
    heights = fill_heights(codes, dbh, measured, models, place)
    du = trees.du[tallied]
    known = Predictors(dbh_cm=dbh, height_m=heights.height_m, du=np.where(du > 0, du, 1.0))
    mass, equations = mass_of_trees(
        codes,
        known,
        preference=profile.text("biomass_equation"),
        region=region,
        own=own,
        carbon_fraction=profile.carbon_fraction,
        roots=profile.roots,
    )
    bamboo = codes == BAMBOO
    notes = [
        Note("heights-filled", {"count": int(np.isnan(measured[~bamboo]).sum()), "trees": codes.size}),
        Note(
            "trees-below-minimum",
            {"count": int((standing & ~tallied).sum()), "dbh_cm": profile.number("minimum_dbh_cm")},
        ),
        Note("equation-range-left", {"count": int(equations.outside.sum()), "trees": codes.size}),
        Note("bamboo-age-assumed", {"count": int((bamboo & ~(du > 0)).sum())}),
        Note("bamboo-roots-left-out", {"count": int(bamboo.sum()) if profile.roots else 0}),
        Note("heights-pooled", {"count": len(models.pooled), "species": ", ".join(models.pooled)}),
    ]
    notes = [note for note in notes if note.params["count"]]
    notes += [*_height_notes(heights), *_equation_notes(equations)]
    return TreeStocks(
        TreeMass(*(_spread(getattr(mass, name), tallied) for name in TreeMass.__slots__)),
        tallied,
        tuple(notes),
        equations,
        heights,
        models,
        place,
        region,
        own,
        _range_findings(trees, np.flatnonzero(tallied), equations, heights.height_m),
    )


def inventory_stocks(inventory: Inventory, profile: Profile) -> TreeStocks:
    """Return what each tree of an inventory holds, heights by its plot's stratum, equations by region."""
    visit = visits_of(inventory.plots, inventory.trees)
    labels = inventory.plots.stratum.astype(np.str_)
    stratum = np.append(labels, "")[visit]
    return tree_stocks(
        inventory.trees, profile, stratum=stratum, region=inventory.region, own=inventory.equations
    )


def _spread(values: Floats, where: Mask) -> Floats:
    full = np.zeros(where.shape)
    full[where] = values
    return full


def _height_notes(heights: FilledHeights) -> list[Note]:
    """Return how many heights each level of curve filled; nothing where none was."""
    counts = heights.counts()
    filled = {level: counts.get(level, 0) for level in ("stratum", "species", "group", "all")}
    return [Note("heights-filled-by-level", filled)] if any(filled.values()) else []


def _equation_notes(equations: TreeEquations) -> list[Note]:
    """Return how many trees each equation served, by the level at which it was chosen."""
    served: dict[str, list[str]] = {}
    for part in (equations.volume, equations.biomass):
        for name, level, count in part.counts():
            served.setdefault(level, []).append(f"{name} ({count})")
    return [
        Note(f"note.equations-{level.replace('_', '-')}", {"equations": ", ".join(served[level])})
        for level in LEVELS
        if level in served
    ]


def _range_findings(
    trees: Trees, rows: NDArray[np.intp], equations: TreeEquations, height_m: Floats
) -> tuple[Finding, ...]:
    """Return a finding for each tree outside a range, the first `MAX_FINDINGS`, and how many more."""
    beyond = np.flatnonzero(equations.outside)
    found: list[Finding] = []
    for position in beyond[:MAX_FINDINGS].tolist():
        for part in (equations.volume, equations.biomass):
            found += _tree_findings(trees, int(rows[position]), part, position, float(height_m[position]))
    if beyond.size > MAX_FINDINGS:
        params: dict[str, str | int | float] = {"count": int(beyond.size), "shown": MAX_FINDINGS}
        found.append(Finding("equation-range-left-more", "warning", trees.source, params=params))
    return tuple(found)


def _tree_findings(trees: Trees, i: int, part: Assignment, position: int, height_m: float) -> list[Finding]:
    choice = part.choices[part.index[position]]
    if choice is None:
        return []
    found: list[Finding] = []
    asked = needs(choice.equation)
    measured = {"dbh_cm": float(trees.dbh_cm[i]), "height_m": height_m}
    limits = {"dbh_cm": range_cm(choice.equation), "height_m": range_m(choice.equation)}
    for name, value in measured.items():
        low, high = limits[name]
        if name in asked and not low <= value <= high:
            params: dict[str, str | int | float] = {
                "tree": str(trees.tree_id[i]),
                "plot": str(trees.plot_id[i]),
                "species": str(trees.species_code[i]),
                "equation": choice.equation.id,
                "low": low,
                "high": high,
            }
            text = f"{value:.6g}"
            found.append(
                Finding(
                    "equation-extrapolated", "warning", trees.source, int(trees.row[i]), name, text, params
                )
            )
    return found
