"""Texts and rows of a plan's files."""

from __future__ import annotations

import numpy as np

from flows.planning_files import field_texts, species_rows, workbook_rows
from geodata.field_outputs import field_plots
from geodata.mapping import load_mapping
from geodata.sampling_points import PlotPlaces


def test_every_column_of_the_workbook_has_a_sentence_in_both_languages() -> None:
    texts = field_texts()
    columns = {column.name for table in load_mapping("nfi_workbook").values() for column in table.columns}
    assert columns - set(texts.prompts) == set()
    assert all(len(said.splitlines()) == 2 for said in texts.prompts.values())
    # what a spreadsheet program shows beside a cell
    assert max(len(said) for said in texts.prompts.values()) <= 255
    assert len(texts.help_lines) >= 5


def test_species_come_with_their_ranges() -> None:
    rows = species_rows()
    fir = next(row for row in rows if row.code == "310")
    assert (fir.zh, fir.dbh_cm[0] < fir.dbh_cm[1]) == ("杉木", True)
    assert [row.code for row in rows] == sorted(row.code for row in rows)


def test_reserve_plots_wait_outside_the_workbook() -> None:
    places = PlotPlaces(
        plot_id=np.array(["P1", "N1"], object),
        stratum=np.array(["fir", "fir"], object),
        parcel_id=np.array(["1", "2"], object),
        x_m=np.array([400_000.123, 400_100.0]),
        y_m=np.array([3_170_000.0, 3_170_100.0]),
        role=np.array(["new", "reserve"], object),
        order=np.arange(1, 3),
    )
    content = {"campaign_year": 2026, "plot": {"area_m2": 666.67}}
    rows = workbook_rows(content, field_plots(places, "EPSG:4547"))
    assert [(row["plot_id"], row["x_m"], row["team"]) for row in rows] == [("P1", 400_000.12, "1")]
