from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mrv.montecarlo.factors import parameter_identity, shared_draws
from mrv.montecarlo.inventory import TreeErrors
from mrv.montecarlo.own_errors import HEIGHT_MODEL, Parameters
from mrv.montecarlo.terms import packaged_terms

TERMS = {term.name: term for term in packaged_terms()}
N_DRAWS = 20_000


def trees() -> TreeErrors:
    """Return one tree each of two broadleaves with one volume equation, and a bamboo."""
    nothing = np.zeros((1, 3, 1))
    return TreeErrors(
        stratum=np.array(["a"] * 3),
        species=np.array(["480", "490", "660"]),
        weighted=nothing + 1,
        own={},
        reading={},
        plot=np.zeros(3, dtype=np.intp),
        root_share={"480": 0.2, "490": 0.25, "660": 0.0},
        curve_sd={"480": 0.02, "490": 0.0, "660": 0.0},
        parameters={
            "480": Parameters("hard", "vbef-480", density=True),
            "490": Parameters("hard", "vbef-490", density=True),
            "660": Parameters("", "moso-culm", density=False),
        },
    )


def factor(code: str, *active: str, one_fraction: bool = False, seed: int = 1) -> np.ndarray:
    shared = shared_draws(
        trees(), TERMS, frozenset(active), n_draws=N_DRAWS, seed=seed, one_fraction=one_fraction
    )
    return shared[code].factors[:, 0]


def test_species_with_one_volume_equation_share_its_error() -> None:
    assert np.array_equal(factor("480", "volume_equation"), factor("490", "volume_equation"))
    assert not np.array_equal(factor("480", "bef"), factor("490", "bef"))


def test_bamboo_has_a_biomass_equation_of_its_own_and_no_density() -> None:
    assert np.unique(factor("660", "volume_equation", "wood_density", "bef")).tolist() == [1.0]
    assert factor("660", "biomass_equation").std() == pytest.approx(0.10, rel=0.03)
    assert np.unique(factor("480", "biomass_equation")).tolist() == [1.0]


def test_one_carbon_fraction_for_all_is_one_error_for_all() -> None:
    assert not np.array_equal(factor("480", "carbon_fraction"), factor("660", "carbon_fraction"))
    together = factor("480", "carbon_fraction", one_fraction=True)
    assert np.array_equal(together, factor("660", "carbon_fraction", one_fraction=True))


def test_the_root_ratio_acts_on_the_roots_only() -> None:
    assert factor("480", "root_ratio").std() == pytest.approx(0.20 * 0.2, rel=0.03)
    assert np.unique(factor("660", "root_ratio")).tolist() == [1.0]


def test_a_terms_draws_do_not_depend_on_which_others_are_active() -> None:
    both = factor("480", "bef", "wood_density")
    assert both == pytest.approx(factor("480", "bef") * factor("480", "wood_density"), rel=1e-12)


def test_the_height_curve_and_the_seed() -> None:
    assert factor("480", HEIGHT_MODEL).std() == pytest.approx(0.02, rel=0.03)
    assert np.unique(factor("490", HEIGHT_MODEL)).tolist() == [1.0]
    assert not np.array_equal(factor("480", "bef"), factor("480", "bef", seed=2))


def test_a_global_term_is_one_for_every_species() -> None:
    everywhere = {"bef": replace(TERMS["bef"], scope="global")}
    shared = shared_draws(trees(), everywhere, frozenset({"bef"}), n_draws=100, seed=1, one_fraction=False)
    assert np.array_equal(shared["480"].factors, shared["490"].factors)


def test_identities_are_those_of_the_parameters() -> None:
    bamboo = trees().parameters["660"]
    assert parameter_identity("biomass_equation", "660", bamboo, False) == "moso-culm"
    assert parameter_identity("wood_density", "660", bamboo, False) == ""
    assert parameter_identity("root_ratio", "660", bamboo, False) == "660"
