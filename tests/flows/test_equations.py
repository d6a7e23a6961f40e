from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.cli import main
from flows.equations import formula_of, import_file, matching, open_library, write_library
from mrv.equations.library import packaged_library
from mrv.errors import EquationError

Run = Callable[..., tuple[int, str, str]]
TABLE = """\
equation_id,equation_allometry,dependent_variable,independent_variable,equation_taxa,geographic_area,\
dbh_min_cm,dbh_max_cm,dbh_units_original,dbh_unit_CF,output_units_original,output_units_CF,ref_id
e1,0.0858*(dbh^2.2992),Total aboveground biomass,DBH,Cunninghamia lanceolata,"Hunan, China",\
8.3,24.5,cm,1,kg,1,somebody
e2,30.1*(1-exp(-0.0273*dbh^1.018)),Height,DBH,Arbutus,,1.4,92.6,cm,1,m,1,somebody
e3,36.56038-(10.62749*dbh)+(0.93837*dbh^2)-(0.01032*dbh^3),Total aboveground biomass,DBH,Picea,,\
5,35,cm,1,kg,1,somebody
e4,__import__('os').system('true'),Total aboveground biomass,DBH,Abies,45°N,5,35,cm,1,kg,1,somebody
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "equations.csv"
    path.write_text(TABLE, "latin-1")
    return path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call


def test_import_writes_a_library_and_says_where_every_row_went(run: Run, table: Path, tmp_path: Path) -> None:
    code, out, _ = run("equations", "import", str(table), "--out", str(tmp_path / "lib.toml"), "--lang", "en")
    assert code == 0
    assert "4 rows: 1 usable, 1 of height, 2 refused" in out
    assert "equation e3: falls as dbh_cm" in out
    assert "row 5 equation_allometry: the formula __import__('os')" in out
    code, out, _ = run("equations", "import", str(table), "--json")
    answer = json.loads(out)
    assert {key: answer[key] for key in ("rows", "usable", "heights", "refused")} == {
        "rows": 4, "usable": 1, "heights": 1, "refused": 2,
    }  # fmt: skip
    assert answer["reasons"] == {"equation-formula-unreadable": 1, "equation-not-rising": 1}
    assert answer["refused_equations"]["e4"][0]["row"] == 5


def test_a_library_that_holds_a_failing_equation_fails_its_check(
    run: Run, table: Path, tmp_path: Path
) -> None:
    whole, narrowed = tmp_path / "lib.csv", tmp_path / "narrow.toml"
    import_file(table, "equation_table", whole, narrowed=False)
    code, out, err = run("equations", "check", "--library", str(whole), "--lang", "zh-CN")
    assert code == 1
    assert "3 个方程：2 个可用，1 个拒用" in out
    assert "e3" in err
    import_file(table, "equation_table", narrowed, narrowed=True)
    code, out, _ = run("equations", "check", "--library", str(narrowed), "--json")
    assert code == 0
    ranges = {item["id"]: item["range_cm"] for item in json.loads(out)}
    assert ranges["e3"] == [pytest.approx(6.377, abs=1e-3), pytest.approx(35.0)]


def test_the_packaged_library_passes_its_check(run: Run) -> None:
    code, out, _ = run("equations", "check", "--lang", "en")
    assert code == 0
    assert "0 refused" in out


def test_list_finds_by_species_and_response(run: Run, table: Path, tmp_path: Path) -> None:
    library = tmp_path / "lib.toml"
    import_file(table, "equation_table", library, narrowed=False)
    code, out, _ = run("equations", "list", "--library", str(library), "--species", "cunninghamia")
    assert (code, len(out.splitlines())) == (0, 1)
    assert "0.0858*(dbh^2.2992)" in out
    assert "8.3" in out
    code, out, _ = run("equations", "list", "--species", "310", "--response", "stem_volume", "--json")
    assert {item["id"] for item in json.loads(out)} == {"fir-ly208", "fir-db35", "fir-guizhou"}
    code, out, _ = run("equations", "list", "--species", "baobab", "--lang", "en")
    assert (code, out.strip()) == (0, "no equation fits")


def test_show_gives_formula_range_source_and_a_picture(run: Run, tmp_path: Path) -> None:
    picture = tmp_path / "out" / "fir.png"
    code, out, _ = run("equations", "show", "fir-ly208", "--plot", str(picture), "--lang", "en")
    assert code == 0
    for part in ("a D^b H^c", "a = 5.8777042e-05", "2–80 cm", "LY 208-77", "verified", "not known"):
        assert part in out
    assert picture.read_bytes().startswith(b"\x89PNG")
    code, out, _ = run("equations", "show", "fir-ly208", "--json")
    answer = json.loads(out)
    assert (answer["usable"], answer["formula"], answer["holds_cm"][0]) == (True, "a D^b H^c", 2.0)


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_bad_input_has_its_sentence_and_its_code(run: Run, tmp_path: Path, lang: str) -> None:
    broken = tmp_path / "lib.toml"
    broken.write_text("nothing = 1", "utf-8")
    for words in (
        ("show", "no-such-equation"),
        ("show", "root-shoot-310", "--plot", str(tmp_path / "a.png")),
        ("check", "--library", str(broken)),
        ("check", "--library", str(tmp_path / "missing.csv")),
        ("check", "--library", str(tmp_path / "lib.xlsx")),
        ("import", str(tmp_path / "missing.csv")),
    ):
        code, _, err = run("equations", *words, "--lang", lang)
        assert code == 2, words
        assert "→" in err, words
        assert "Traceback" not in err


def test_a_library_is_written_by_its_ending(tmp_path: Path) -> None:
    with pytest.raises(EquationError, match=r"equation-extension: file=lib\.json"):
        write_library(packaged_library(), tmp_path / "lib.json")
    write_library(packaged_library(), tmp_path / "deep" / "lib.csv")
    assert list(open_library(tmp_path / "deep" / "lib.csv")) == list(packaged_library())
    assert open_library(None) is packaged_library()


def test_no_word_matches_all() -> None:
    assert len(matching(packaged_library(), "", "")) == len(packaged_library())
    assert formula_of(packaged_library()["chave-2014"]) == "a (WD H D^2)^b"
