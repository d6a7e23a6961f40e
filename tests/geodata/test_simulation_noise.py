"""Smooth fields: one stream per purpose, unit variance, the same landscape for the same seed."""

from __future__ import annotations

import numpy as np

from geodata.simulation.noise import noise_field, stream


def test_a_stream_depends_on_seed_and_purpose_only() -> None:
    first = stream(7, "cells").random(3)
    assert np.array_equal(first, stream(7, "cells").random(3))
    assert not np.array_equal(first, stream(7, "edges").random(3))
    assert not np.array_equal(first, stream(8, "cells").random(3))


def test_a_field_has_about_unit_variance_and_is_smooth() -> None:
    field = noise_field(stream(1, "test"), (1_000.0, 400.0))
    rng = np.random.default_rng(0)
    x_m, y_m = rng.uniform(0.0, 200_000.0, (2, 20_000))
    values = field.at(x_m, y_m)
    assert abs(float(values.mean())) < 0.1
    assert 0.8 < float(values.std()) < 1.2
    steps = field.at(x_m + 1.0, y_m) - values
    assert float(np.abs(steps).max()) < 0.05
