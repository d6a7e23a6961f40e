"""Strata of parcels and of plots held against each other, before anything is accounted.

A forest parcel whose code belongs to no stratum drops out of the estimate; a plot whose stratum has no
parcels, and a stratum without plots, make one impossible. All three are told before anything is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.attributes import limit_findings
from geodata.errors import VectorError
from geodata.findings import Finding
from geodata.tables import Table
from geodata.vector import ParcelLayer

LEAST_PLOTS: Final = 2
"""Plots of a stratum and campaign without which there is no variance."""


def strata_codes(layer: ParcelLayer, field: str) -> NDArray[Any]:
    """Return the codes by which parcels are put into strata.

    Raises
    ------
    VectorError
        The layer has no such field.
    """
    if field not in layer.columns:
        raise VectorError(
            "layer-field-missing", file=layer.source, field=field, fields=", ".join(layer.columns)
        )
    return layer.columns[field]


def check_parcel_strata(layer: ParcelLayer, field: str, strata: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Return a finding for each parcel whose code nobody knows, and for each code that is in no stratum.

    Parameters
    ----------
    layer
        The parcels.
    field
        Field of the codes.
    strata
        Stratum -> its codes.
    """
    listed = {code for codes in strata.values() for code in codes}
    described = layer.schema.fields.get(field)
    table = layer.schema.codes.get(described.codes or "", {}) if described else {}
    rows: dict[str, list[int]] = {}
    for code, row in zip(strata_codes(layer, field), layer.rows.tolist(), strict=True):
        if code and str(code) not in listed:
            rows.setdefault(str(code), []).append(row)
    unknown = [
        Finding("stratum-code-unknown", "error", layer.source, row, field, code, {"table": layer.schema.id})
        for code, places in rows.items()
        if table and code not in table
        for row in places
    ]
    left_out = [
        Finding(
            "stratum-code-unlisted", "warning", layer.source, places[0], field, code, {"count": len(places)}
        )
        for code, places in rows.items()
        if not table or code in table
    ]
    return [*limit_findings(unknown, layer.source), *left_out]


def check_plot_strata(plots: Table, strata: Sequence[str]) -> list[Finding]:
    """Return a finding for each stratum that only plots have, or that has too few of them in a campaign.

    Parameters
    ----------
    plots
        plot_id, campaign_year and stratum.
    strata
        Stratum of each parcel; empty where it has none.
    """
    of_parcels = {str(name) for name in strata if name}
    of_plots = plots["stratum"].astype(str)
    field = plots.headings.get("stratum", "stratum")
    found = []
    for name in np.unique(of_plots):
        rows = plots.rows[of_plots == name]
        if name and name not in of_parcels:
            params = {"count": len(rows)}
            found.append(
                Finding("plot-stratum-unknown", "error", plots.source, int(rows[0]), field, str(name), params)
            )
    for year in np.unique(plots["campaign_year"]):
        here = of_plots[plots["campaign_year"] == year]
        for name in sorted(of_parcels):
            count = int((here == name).sum())
            if count < LEAST_PLOTS:
                params = {"count": count, "year": int(year), "least": LEAST_PLOTS}
                found.append(
                    Finding("stratum-plots-too-few", "error", plots.source, None, field, name, params)
                )
    return found
