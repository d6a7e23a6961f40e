"""Measurement, reporting and verification: plots and trees in, estimates and statements out.

Pure functions over arrays; no files (but for the packaged profiles and tables), no clock, no
randomness. Every quantity carries its unit, every estimate its variance.
"""
