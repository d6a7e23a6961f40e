"""Estimates for anyone with an inventory: read it, ask it, show figures with their errors. No registry."""

from flows.estimating.fiadb import FiadbQuestion, estimate_fiadb
from flows.estimating.own_tables import TableFiles, TableQuestion, estimate_own_tables
from flows.estimating.report import EstimateReport, Presentation, ReportRow, write_csv

__all__ = [
    "EstimateReport",
    "FiadbQuestion",
    "Presentation",
    "ReportRow",
    "TableFiles",
    "TableQuestion",
    "estimate_fiadb",
    "estimate_own_tables",
    "write_csv",
]
