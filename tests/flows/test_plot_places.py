"""Places of plots held against the parcels of a layer, land classes against the last campaign."""

from __future__ import annotations

import numpy as np
import shapely

from flows.steps.plot_places import place_findings
from mrv.inventory import Columns, build_tree_inventory


def test_land_classes_are_held_against_the_last_campaign() -> None:
    size = 4
    plots = Columns(
        "w.xlsx[样地]",
        {
            "plot_id": np.array(["A", "B", "A", "B"], object),
            "campaign_year": np.array([2020, 2020, 2025, 2025]),
            "x_m": np.array([5.0, 15.0, 5.0, 99.0]),
            "y_m": np.full(size, 5.0),
            "area_m2": np.full(size, 600.0),
            "parcel_id": np.array(["1", "1", "1", "2"], object),
            "stratum": np.full(size, "fir", object),
        },
        np.arange(2, 6),
    )
    trees = Columns(
        "w.xlsx[样木]",
        {
            "plot_id": np.array(["A", "A"], object),
            "campaign_year": np.array([2020, 2025]),
            "tree_id": np.array(["1", "1"], object),
            "species_code": np.array(["310", "310"], object),
            "dbh_cm": np.array([10.0, 12.0]),
            "height_m": np.array([9.0, 10.0]),
            "status": np.array(["live", "live"], object),
        },
        np.arange(2, 4),
    )
    inventory, _ = build_tree_inventory(plots, trees)
    boxes = np.array([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)])
    names = np.array(["1", "2"], object)
    found = place_findings(inventory, names, boxes, np.array(["010000", "030100"], object))
    assert {(f.rule, f.row) for f in found} == {
        ("plot-in-other-parcel", 3),
        ("plot-outside-parcels", 5),
        ("plot-land-class", 4),  # not row 2: the layer is of today
    }
    assert not any(f.rule == "plot-land-class" for f in place_findings(inventory, names, boxes, None))
