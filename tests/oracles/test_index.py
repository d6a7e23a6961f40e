"""Where each worked number of the specification is a test: forty names, each with the test that holds it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

M, EQ, POOLS = "oracles/test_methodology.py", "oracles/test_equations.py", "oracles/test_pools.py"
PROJECT, ESTIMATORS = "oracles/test_project_accounting.py", "oracles/test_estimators.py"
HELD_BY = {
    "vol_fir": (EQ, "test_volume"),
    "vol_masson": (EQ, "test_volume"),
    "vbef_fir_tree_kgCO2": (M, "test_fir_tree_of_20_cm"),
    "vbef_fir_100m3": (M, "test_stand_carbon_from_growing_stock"),
    "stand_aVb_fir": (EQ, "test_stand_biomass"),
    "allometry_schima": (EQ, "test_biomass_equations"),
    "allometry_other_broadleaf": (EQ, "test_biomass_equations"),
    "moso_culm": (EQ, "test_bamboo_culms_and_the_pantropical_fall_back"),
    "chave2014": (EQ, "test_bamboo_culms_and_the_pantropical_fall_back"),
    "root_shoot_T14_20": (M, "test_root_shoot_ratio"),
    "root_shoot_T14_50": (M, "test_root_shoot_ratio"),
    "root_shoot_T14_100": (M, "test_root_shoot_ratio"),
    "root_shoot_T14_150": (M, "test_root_shoot_ratio"),
    "stratified_S1": (M, "test_stratified_sample"),
    "discount_T14": (PROJECT, "test_discount_of_ar_tool14"),
    "dr_arcm001": (PROJECT, "test_adjustment_of_ar_cm_001"),
    "change_independent": (PROJECT, "test_change_between_independent_occasions"),
    "shrub_T14": (POOLS, "test_shrubs"),
    "soc_T16": (POOLS, "test_soil_rates"),
    "fire_T08": (POOLS, "test_fire"),
    "cdr": (PROJECT, "test_cdr_of_ccer"),
    "e2e_cdr": (PROJECT, "test_end_to_end_of_ccer"),
    "vintage_split": (PROJECT, "test_vintages_by_days"),
    "working_days": ("registry/test_working_days.py", "test_real_notice_of_twenty_working_days"),
    "n_plots": (ESTIMATORS, "test_number_of_plots"),
    "slope_area": ("mrv/test_plot_design.py", "test_slope_correction_of_the_published_circle"),
    "poststrat_ratio": (M, "test_post_stratified_total_and_ratio"),
    "ratio_to_size": (M, "test_ratio_to_size"),
    "greg": (ESTIMATORS, "test_greg"),
    "olofsson2014": (M, "test_area_of_a_map_2014"),
    "mc_delta_rel_sd": ("oracles/test_montecarlo.py", "test_delta_method_of_the_chain"),
    "richards": ("oracles/test_growth.py", "test_richards"),
    "trees_unc": (PROJECT, "test_discount_of_art_trees"),
    "gs_precision": (PROJECT, "test_precision_rule_of_the_gold_standard"),
    "vm0047": (PROJECT, "test_vm0047"),
    "price_band": ("registry/test_prices.py", "test_price_band"),
    "npv": ("registry/test_valuation.py", "test_npv_of_the_worked_example"),
    "annuity": ("registry/test_lending.py", "test_annuity_and_interest_of_the_worked_example"),
    "index_insurance": ("registry/test_lending.py", "test_index_insurance_of_the_worked_example"),
    "crs_4547": ("geodata/test_crs.py", "test_the_point_of_the_specification_in_4547"),
}


def test_there_are_forty() -> None:
    assert len(HELD_BY) == 40


@pytest.mark.parametrize("name", sorted(HELD_BY))
def test_each_is_held_by_a_test_that_asserts(project_root: Path, name: str) -> None:
    path, function = HELD_BY[name]
    tree = ast.parse((project_root / "tests" / path).read_text("utf-8"))
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function]
    assert len(found) == 1, f"{path} has no test {function}"
    assert any(isinstance(node, ast.Assert) for node in ast.walk(found[0]))
