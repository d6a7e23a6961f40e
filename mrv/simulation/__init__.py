"""The stands and trees of the simulated county, and their truth; the land itself is made in ``geodata``."""
