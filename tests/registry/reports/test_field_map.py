"""The map of a plan is a picture, the same for the same plan, and differs where the plan does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from registry.reports.field_map import PlanMap, render_plan_map

PLAN = PlanMap(
    np.array([shapely.box(0, 0, 900, 500), shapely.box(900, 0, 1500, 500)]),
    ["fir", ""],
    np.array([100.0, 500.0, 700.0]),
    np.array([100.0, 300.0, 100.0]),
    ["existing", "new", "reserve"],
    [1, 1, 0],
)


def test_it_is_a_png_and_the_same_twice() -> None:
    one, two = (render_plan_map(PLAN, simulated=True, edition="en") for _ in range(2))
    assert one.startswith(b"\x89PNG")
    assert one == two
    moved = replace(PLAN, x_m=PLAN.x_m + 50)
    assert render_plan_map(moved, simulated=True, edition="en") != one
