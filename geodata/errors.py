"""What `geodata` refuses, as one tree.

::

    GeodataError
      TableError           a sheet, CSV or database table cannot be read as its mapping says
      CrsError             a coordinate system is missing, wrong, or cannot be reached exactly
      VectorError          a layer of parcels cannot be used
      RasterError          a raster cannot be used
      DatasetError         a stored dataset is missing or is not what its digest says

Each error carries a catalogue key (``rule``) and parameters; the sentences people read are in
``registry/messages/geodata.toml``.
"""

from __future__ import annotations


class GeodataError(Exception):
    """Base of all errors of this package.

    Parameters
    ----------
    rule
        Key of the message catalogue.
    **params
        Values named by the message.

    Examples
    --------
    >>> str(CrsError("crs-missing", file="a.shp"))
    'crs-missing: file=a.shp'
    """

    def __init__(self, rule: str, **params: object) -> None:
        self.rule = rule
        self.params = params
        detail = "; ".join(f"{name}={value}" for name, value in params.items())
        super().__init__(f"{rule}: {detail}" if detail else rule)


class TableError(GeodataError):
    """A table cannot be read as its mapping says."""


class CrsError(GeodataError):
    """A coordinate system is missing, wrong, or cannot be reached exactly."""


class VectorError(GeodataError):
    """A layer of parcels cannot be used."""


class RasterError(GeodataError):
    """A raster cannot be used."""


class DatasetError(GeodataError):
    """A stored dataset is missing or is not what its digest says."""
