"""Rasters, vectors, tables and what they measure: land, never carbon."""
