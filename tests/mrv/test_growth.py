"""The public names of growth."""

from __future__ import annotations

import mrv.growth


def test_every_public_name_is_there() -> None:
    assert all(hasattr(mrv.growth, name) for name in mrv.growth.__all__)
    assert list(mrv.growth.__all__) == sorted(
        mrv.growth.__all__, key=lambda n: (not n.isupper(), n[0].islower(), n)
    )
