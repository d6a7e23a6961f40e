"""Areas of change that people are told: from the reference sample, never from counted cells alone."""

from __future__ import annotations

from flows.county import County
from geodata.dataset import MonitoringDataset
from mrv.area import AreaAccuracy, estimate_area
from mrv.statement_items import DomainEstimate


def change_accuracy(dataset: MonitoringDataset) -> AreaAccuracy | None:
    """Return areas and accuracies of the change map, where there is a reference sample."""
    points, mapped = dataset.tables.get("reference"), dataset.tables.get("change_map")
    if points is None or mapped is None:
        return None
    classes = [str(name) for name in mapped["change_class"]]
    return estimate_area(points["map_class"], points["reference_class"], classes, mapped["area_ha"])


def area_estimates(county: County, dataset: MonitoringDataset) -> tuple[DomainEstimate, ...]:
    """Return the adjusted area of each change class [ha]."""
    accuracy, reference = change_accuracy(dataset), county.reference
    if accuracy is None or reference is None:
        return ()
    return tuple(
        DomainEstimate(
            "monitor",
            f"class:{name}",
            "class_area",
            area,
            period=(reference.first_year, reference.last_year),
        )
        for name, area in zip(accuracy.classes, accuracy.area, strict=True)
    )
