"""Which equation serves which tree: one rule, said for every tree.

For each species the first level with a candidate that passes its examination decides:

1. ``species_region``  made for the species (by its code or its scientific name), in the region asked for
                       or in the county's own library;
2. ``species``         made for the species, anywhere;
3. ``group``           made for its group (of `mrv/tables/species.csv`, or its genus);
4. ``fallback``        made for any tree.

Among candidates of one level: one of the county's own library, then the one the species table names,
then a verified one, then one in the region asked for, then the one of the widest stated range of DBH,
then the first by identifier. The DBH of a tree decides nothing, so that a stand has no step in it; a tree
outside its equation's range is reported instead (`outside`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mrv.coefficients import species_table
from mrv.equations.examine import is_usable, range_cm, range_m
from mrv.equations.forms import needs
from mrv.equations.library import Library
from mrv.equations.model import Equation, Response
from mrv.errors import EquationError, ParameterMissing
from mrv.moments import Floats, Labels

LEVELS: Final = ("species_region", "species", "group", "fallback")
"""Levels of the rule, the best first."""
ANY: Final = "any"
"""Group of an equation that may stand in for every tree."""
PREFERENCES: Final[Mapping[str, tuple[frozenset[str], ...]]] = MappingProxyType(
    {
        "vbef": (frozenset({"expansion", "conversion", "bamboo_culm"}),),
        "allometry": (
            frozenset(
                {"power", "power_height", "d2h", "density_d2h", "segmented", "bamboo_culm", "expression"}
            ),
            frozenset({"expansion", "conversion"}),
        ),
    }
)
"""What a profile's ``biomass_equation`` means: forms in their order. The fall-back comes after all others."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The equation of one species and how it was found."""

    equation: Equation
    """The equation."""
    level: str
    """One of `LEVELS`."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """The equation of every tree."""

    species: tuple[str, ...]
    """Species that occur, sorted."""
    choices: tuple[Choice | None, ...]
    """Their choices; None for a species that has no such quantity (the stem volume of bamboo)."""
    index: NDArray[np.intp]
    """Position in `species` of each tree, shape (n,)."""

    @property
    def equation_id(self) -> Labels:
        """Equation of each tree; empty where there is none."""
        return self._spread([choice.equation.id if choice else "" for choice in self.choices])

    @property
    def level(self) -> Labels:
        """Level of each tree's choice; empty where there is none."""
        return self._spread([choice.level if choice else "" for choice in self.choices])

    def counts(self) -> tuple[tuple[str, str, int], ...]:
        """Return (equation, level, trees [1]) of all that were used, sorted."""
        per_species = np.bincount(self.index, minlength=len(self.species))
        found: dict[tuple[str, str], int] = {}
        for choice, count in zip(self.choices, per_species.tolist(), strict=True):
            if choice and count:
                key = (choice.equation.id, choice.level)
                found[key] = found.get(key, 0) + count
        return tuple((name, level, count) for (name, level), count in sorted(found.items()))

    def equations(self) -> tuple[Equation, ...]:
        """Return the equations that were used, by identifier."""
        used = {choice.equation.id: choice.equation for choice in self.choices if choice}
        return tuple(used[name] for name in sorted(used))

    def _spread(self, words: list[str]) -> Labels:
        return np.array(words or [""], dtype=np.str_)[self.index]


def assign_equations(
    library: Library,
    species_code: ArrayLike,
    response: Response,
    *,
    preference: str = "",
    region: str = "",
    without: frozenset[str] = frozenset(),
    first: frozenset[str] = frozenset(),
) -> Assignment:
    """Return the equation of every tree by the rule of this module.

    Parameters
    ----------
    library
        Equations to choose from; one that fails its examination (`mrv.equations.examine`) is never chosen.
    species_code
        Species of each tree: three-digit codes, or scientific names.
    response
        What is to be predicted.
    preference
        Key of `PREFERENCES`; every form serves when empty.
    region
        Region the trees stand in; empty where it does not matter.
    without
        Species that have no such quantity.
    first
        Equations that go before the others of their level: those of the county's own library.

    Raises
    ------
    EquationError
        The preference is unknown.
    ParameterMissing
        A species has no equation at any level.
    """
    species, index = factorise(species_code)
    choices = choose_equations(
        library, species, response, preference=preference, region=region, without=without, first=first
    )
    return Assignment(species, choices, index)


def choose_equations(
    library: Library,
    species: tuple[str, ...],
    response: Response,
    *,
    preference: str = "",
    region: str = "",
    without: frozenset[str] = frozenset(),
    first: frozenset[str] = frozenset(),
) -> tuple[Choice | None, ...]:
    """Return the equation of each species, as `assign_equations` does for trees."""
    candidates = _candidates(library, response, preference)
    return tuple(
        None if code in without else _choose(candidates, code, response, region, first) for code in species
    )


def select_equation(
    library: Library, species_code: str, response: Response, *, preference: str = "", region: str = ""
) -> Choice:
    """Return the equation of one species by the rule of this module.

    Examples
    --------
    >>> from mrv.equations.library import packaged_library
    >>> found = select_equation(packaged_library(), "310", "stem_volume", region="Fujian")
    >>> found.equation.id, found.level
    ('fir-db35', 'species_region')
    """
    return _choose(_candidates(library, response, preference), species_code, response, region, frozenset())


def factorise(species_code: ArrayLike) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """Return the species that occur, sorted, and the position of each tree's among them.

    Examples
    --------
    >>> names, index = factorise(["310", "220", "310"])
    >>> names, index.tolist()
    (('220', '310'), [1, 0, 1])
    """
    codes = np.asarray(species_code)
    if codes.dtype.kind != "U":
        codes = codes.astype(np.str_)
    width = codes.dtype.itemsize // 4
    if codes.size and 1 <= width <= 3 and (letters := _letters(codes, width)).max() < 128:
        # short codes as one small whole number each, in the same order as the words
        key = letters @ (128 ** np.arange(width - 1, -1, -1)).astype(np.float32)
        return _by_key(codes, key.astype(np.intp), 128**width)
    names, inverse = np.unique(codes, return_inverse=True)
    return tuple(names.tolist()), inverse.ravel()


def _letters(codes: Labels, width: int) -> NDArray[np.float32]:
    """Return the code point of each letter, shape (n, width); exact in this type up to 2**24."""
    return np.ascontiguousarray(codes).view(np.uint32).reshape(-1, width).astype(np.float32)


def _by_key(codes: Labels, key: NDArray[np.intp], size: int) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    seen = np.full(size, -1, dtype=np.intp)
    seen[key] = np.arange(key.size)
    present = np.flatnonzero(seen >= 0)
    names = codes[seen[present]]
    seen[present] = np.arange(present.size)
    return tuple(names.tolist()), seen[key]


def outside(
    assignment: Assignment, dbh_cm: ArrayLike | None, height_m: ArrayLike | None
) -> NDArray[np.bool_]:
    """Return which trees lie outside the range of their equation.

    A measurement that the equation does not ask for decides nothing; one that is not known is outside.
    """
    size = len(assignment.species)
    limits = {name: np.tile([-np.inf, np.inf], (size, 1)) for name in ("dbh_cm", "height_m")}
    used = {name: np.zeros(size, dtype=bool) for name in limits}
    for position, choice in enumerate(assignment.choices):
        asked = needs(choice.equation) if choice else ()
        for name, range_of in (("dbh_cm", range_cm), ("height_m", range_m)):
            if choice and name in asked:
                limits[name][position], used[name][position] = range_of(choice.equation), True
    beyond = np.zeros(assignment.index.shape, dtype=bool)
    for name, values in (("dbh_cm", dbh_cm), ("height_m", height_m)):
        column: Floats = np.asarray(np.nan if values is None else values, dtype=np.float64)
        low, high = limits[name][assignment.index].T
        beyond |= used[name][assignment.index] & ~((column >= low) & (column <= high))
    return beyond


def regions_of(equation: Equation) -> frozenset[str]:
    """Return the regions an equation is said to hold in, in small letters."""
    parts = equation.region.replace(";", ",").split(",")
    return frozenset(part.strip().casefold() for part in parts if part.strip())


def _candidates(library: Library, response: Response, preference: str) -> list[tuple[Equation, ...]]:
    """Return the equations of a response, one part for each step of the preference."""
    fitting = tuple(equation for equation in library.values() if equation.response == response)
    if not preference:
        return [fitting]
    if preference not in PREFERENCES:
        raise EquationError("equation-preference", preference=preference, known=", ".join(PREFERENCES))
    return [tuple(e for e in fitting if e.form in forms) for forms in PREFERENCES[preference]]


def _choose(
    parts: list[tuple[Equation, ...]], code: str, response: Response, region: str, first: frozenset[str]
) -> Choice:
    row = species_table().get(code)
    names = {code, row.scientific} - {""} if row else {code}
    genera = {name.partition(" ")[0] for name in names if " " in name}
    group = row.group if row else ""
    tests: dict[str, Callable[[Equation], bool]] = {
        "species": lambda e: not names.isdisjoint(e.species),
        "group": lambda e: group in e.groups or not genera.isdisjoint(e.species),
    }
    named = row.volume_equation if row else ""
    for part in parts:
        for level, fits in tests.items():
            found = [equation for equation in part if fits(equation) and is_usable(equation)]
            if found:
                return _best(found, level, named, region, first)
    for part in parts:
        found = [equation for equation in part if ANY in equation.groups and is_usable(equation)]
        if found:
            return _best(found, "fallback", named, region, first)
    raise ParameterMissing("equation-none", species=code, response=response)


def _best(found: list[Equation], level: str, named: str, region: str, first: frozenset[str]) -> Choice:
    place = region.casefold()
    here = [e for e in found if e.id in first or (place and place in regions_of(e))]
    if level == "species" and here:
        level, found = "species_region", here
    best = min(
        found,
        key=lambda e: (
            e.id not in first,
            e.id != named,
            e.status != "verified",
            bool(here) and e not in here,
            -np.nan_to_num(e.dbh_range_cm[1] - e.dbh_range_cm[0]),
            e.id,
        ),
    )
    return Choice(best, level)
