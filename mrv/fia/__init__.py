"""The engine of FIADB estimation: rows placed in a population, conditions in words, quantities, groups.

`mrv.fiadb` and `mrv.fia_population` are its public face for a county run; `tanhui estimate` uses it directly.
"""
