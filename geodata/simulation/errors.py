"""What the generator of the simulated county refuses.

::

    GeodataError
      SimulationError      a parameter is out of range, or the folder is not empty

The sentences people read are in ``registry/messages/simulation.toml``.
"""

from __future__ import annotations

from geodata.errors import GeodataError


class SimulationError(GeodataError):
    """A parameter of the generator is out of range, or its folder cannot be used."""
