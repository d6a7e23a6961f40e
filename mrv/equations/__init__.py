"""The equation library: volume, biomass and height equations as data, examined before they are used."""
