"""Draw all pictures of a report that its data allow."""

from __future__ import annotations

from registry.reports.charts.budget import draw_budget
from registry.reports.charts.carbon import draw_estimates, draw_waterfall
from registry.reports.charts.landcover import draw_land_cover, draw_transitions
from registry.reports.charts.market import draw_prices, draw_units, draw_valuation
from registry.reports.charts.parcels import draw_parcel_years
from registry.reports.charts.style import Pen
from registry.reports.label import Edition
from registry.reports.model import ReportData


def draw_plots(data: ReportData, edition: Edition = "both", font: str | None = None) -> dict[str, bytes]:
    """Return PNG pictures by name; a picture without data is left out.

    Parameters
    ----------
    data
        What the report says.
    edition
        Language of the report.
    font
        Chinese font of this machine, see `registry.reports.fonts.find_cjk_font`; without one the
        pictures are in English.

    Returns
    -------
    dict
        Some of land-cover, transitions, estimates, parcel-years, budget-county,
        budget-project, waterfall, units, valuation, prices.
    """
    pen = Pen(edition, font, data.simulated)
    drawn = {
        "land-cover": draw_land_cover(data.class_areas, pen),
        "transitions": draw_transitions(data.transitions, pen),
        "estimates": draw_estimates(data.estimates, pen),
        "parcel-years": draw_parcel_years(data.parcels, pen),
        "budget-county": draw_budget(data.budget, "county_stock", pen),
        "budget-project": draw_budget(data.budget, "project_removals", pen),
        "waterfall": draw_waterfall(data.project_lines, pen),
        "units": draw_units(data.units, pen),
        "valuation": draw_valuation(data.valuations, pen),
        "prices": draw_prices(data.prices, pen),
    }
    return {name: picture for name, picture in drawn.items() if picture is not None}
