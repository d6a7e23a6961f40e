"""The FIA database as the Forest Service publishes it: a folder of CSV or Parquet files, or an SQLite file.

Only the columns asked for are read, and only the rows of one evaluation: a national file is no different from
a state's. Which evaluation is meant is never guessed.
"""

from geodata.fiadb.columns import Rows
from geodata.fiadb.evaluations import Evaluation, choose_evaluation, read_evaluations
from geodata.fiadb.reading import read_population, read_rows
from geodata.fiadb.source import Fiadb, open_fiadb

__all__ = [
    "Evaluation",
    "Fiadb",
    "Rows",
    "choose_evaluation",
    "open_fiadb",
    "read_evaluations",
    "read_population",
    "read_rows",
]
