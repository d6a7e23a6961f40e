"""The land, the papers and the files of the simulated county (mrv.simulation grows its trees)."""
