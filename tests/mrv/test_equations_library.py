from __future__ import annotations

from dataclasses import replace

import pytest

from mrv.equations.examine import examine
from mrv.equations.library import (
    find_equation,
    library_from_text,
    library_to_csv,
    library_to_toml,
    make_library,
    packaged_library,
    with_own,
)
from mrv.equations.records import record_of_equation
from mrv.errors import EquationError

LIBRARY = packaged_library()


def test_every_packaged_equation_holds_and_has_a_source() -> None:
    failing = {
        name: [f.rule for f in examine(e).findings] for name, e in LIBRARY.items() if not examine(e).usable
    }
    assert failing == {}
    assert all(equation.source and equation.origin for equation in LIBRARY.values())


def test_only_what_was_checked_is_called_verified() -> None:
    verified = {name for name, equation in LIBRARY.items() if equation.status == "verified"}
    # the coefficients of chave-2014 are proven by the trees of Nouragues, its range and error are not
    assert verified == {"fir-ly208"}


def test_a_value_that_is_not_known_makes_no_equation() -> None:
    """The root:shoot ratio and the expansion of bamboo are empty fields."""
    assert "root-shoot-660" not in LIBRARY
    assert "expansion-660" not in LIBRARY
    assert LIBRARY["carbon-660"].coefficients == {"r": 0.5042}


def test_a_set_without_the_name_of_its_species_serves_none() -> None:
    for name in ("segmented-volume", "segmented-bcf", "segmented-rsr", "segmented-biomass"):
        assert (LIBRARY[name].species, LIBRARY[name].groups, LIBRARY[name].status) == ((), (), "unverified")


@pytest.mark.parametrize("name", ["lib.toml", "lib.csv"])
def test_a_library_is_written_and_read_back(name: str) -> None:
    write = library_to_toml if name.endswith(".toml") else library_to_csv
    text = write(LIBRARY)
    again = library_from_text(text, name)
    assert list(again) == list(LIBRARY)
    assert [record_of_equation(e) for e in again.values()] == [
        record_of_equation(e) for e in LIBRARY.values()
    ]
    assert write(again) == text
    assert again["fir-ly208"].origin.startswith(f"{name}:")


def test_a_quote_or_a_backslash_survives() -> None:
    record = record_of_equation(LIBRARY["fir-ly208"]) | {"source": 'the "green" book\\n p. 3\u0007'}
    text = "[[equation]]\n" + library_to_toml(make_library([LIBRARY["fir-ly208"]])).split("\n", 1)[1].replace(
        'source = "LY', 'source = "\\"LY'
    )
    assert library_from_text(text, "a.toml")["fir-ly208"].source.startswith('"LY')
    from mrv.equations.records import equation_of_record  # noqa: PLC0415

    odd = make_library([equation_of_record(record)])
    assert library_from_text(library_to_toml(odd), "a.toml")["fir-ly208"].source == record["source"]


@pytest.mark.parametrize(
    ("text", "name", "rule"),
    [
        ("a = [", "a.toml", "equation-library-unreadable"),
        ("a = 1\n", "a.toml", "equation-library-unreadable"),
        ("equation = 1\n", "a.toml", "equation-library-unreadable"),
        ("equation = [1]\n", "a.toml", "equation-library-unreadable"),
        ("", "a.csv", "equation-library-unreadable"),
        ("name,form\nx,power\n", "a.csv", "equation-library-unreadable"),
        ("id,form\nx\n", "a.csv", "equation-library-unreadable"),
        ("id,form\nx,power,kg\n", "a.csv", "equation-library-unreadable"),
        ("id,form\nx,power\n", "a.csv", "equation-record"),
    ],
)
def test_what_is_no_library_is_refused(text: str, name: str, rule: str) -> None:
    with pytest.raises(EquationError, match=rule):
        library_from_text(text, name)


def test_an_identifier_stands_once_and_an_unknown_one_is_refused() -> None:
    with pytest.raises(EquationError, match="equation-twice: equation=fir-ly208"):
        make_library([LIBRARY["fir-ly208"]] * 2)
    with pytest.raises(EquationError, match="equation-unknown: equation=oak"):
        find_equation(LIBRARY, "oak")
    assert find_equation(LIBRARY, "oak-ly208").id == "oak-ly208"


def test_an_own_equation_stands_in_for_the_packaged_one_of_its_name() -> None:
    assert with_own(None) is with_own({}) is LIBRARY
    other = replace(LIBRARY["fir-ly208"], correction=1.1)
    both = with_own(make_library([other]))
    assert (len(both), both["fir-ly208"].correction, next(iter(both))) == (len(LIBRARY), 1.1, "fir-ly208")
