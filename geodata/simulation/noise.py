"""Smooth random fields of the plane, evaluated at any point.

A field is a sum of plane waves with random directions and phases (a spectral, stationary Gaussian-like
field), so that it needs no grid: seeds of parcels, pixels and centroids all read the same landscape.
Not a terrain model: it only has to look like low hills.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the random stream of one purpose, independent of the order in which streams are used.

    Parameters
    ----------
    seed
        The seed of the whole county.
    name
        The purpose, for example ``"cells"``; another name gives another stream.
    """
    return np.random.default_rng([seed, *name.encode("utf-8")])


@dataclass(frozen=True, slots=True)
class NoiseField:
    """A sum of plane waves with unit variance."""

    wave_x: FloatArray
    """Wave numbers along x [rad/m]."""
    wave_y: FloatArray
    """Wave numbers along y [rad/m]."""
    phase: FloatArray
    """Phases [rad]."""
    amplitude: FloatArray
    """Amplitude of each wave; half their sum of squares is 1."""

    def at(self, x_m: FloatArray, y_m: FloatArray) -> FloatArray:
        """Return the field at points of projected coordinates [m], in order of the points."""
        total = np.zeros(np.shape(x_m), dtype=np.float64)
        waves = zip(self.wave_x, self.wave_y, self.phase, self.amplitude, strict=True)
        for wave_x, wave_y, phase, amplitude in waves:
            total += amplitude * np.cos(wave_x * x_m + wave_y * y_m + phase)
        return total


def noise_field(
    rng: np.random.Generator, wavelengths_m: tuple[float, ...], *, waves: int = 7, persistence: float = 0.6
) -> NoiseField:
    """Draw a field whose octaves have the given wavelengths.

    Parameters
    ----------
    rng
        Source of the directions and phases.
    wavelengths_m
        One wavelength for each octave, the strongest first [m].
    waves
        Plane waves in each octave.
    persistence
        Amplitude of an octave relative to the one before it.
    """
    octave = np.repeat(np.arange(len(wavelengths_m)), waves)
    length_m = np.repeat(np.asarray(wavelengths_m, dtype=np.float64), waves)
    length_m = length_m * rng.uniform(0.7, 1.4, octave.size)
    angle = rng.uniform(0.0, 2.0 * np.pi, octave.size)
    amplitude = persistence ** octave.astype(np.float64)
    amplitude *= np.sqrt(2.0 / np.sum(amplitude**2))
    number = 2.0 * np.pi / length_m
    phase = rng.uniform(0.0, 2.0 * np.pi, octave.size)
    return NoiseField(number * np.cos(angle), number * np.sin(angle), phase, amplitude)
