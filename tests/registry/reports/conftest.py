"""A report of a whole run, with made-up figures that stand for nothing real."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
import shapely

from mrv.findings import Finding
from registry.reports.label import Label
from registry.reports.map import ParcelMap
from registry.reports.model import (
    AdjustedArea,
    ClassArea,
    DisturbanceRow,
    DutyRow,
    EstimateRow,
    IssuedBlock,
    ListingRow,
    ManifestFile,
    PledgeRow,
    PricePoint,
    Provenance,
    RegistrySeal,
    Remark,
    ReportData,
    RetirementCertificate,
    StageStatus,
    StatementRow,
    TradeRow,
    Transition,
    UnitTotals,
    ValuationRow,
    VerificationRow,
    WaterfallLine,
)

CLASSES = {
    "1": (Label("耕地", "cropland"), 41200.0, False),
    "2": (Label("森林", "forest"), 38650.0, True),
    "3": (Label("灌木", "shrub"), 210.0, False),
    "4": (Label("草地", "grassland"), 95.0, False),
    "5": (Label("水体", "water"), 22410.0, False),
    "8": (Label("不透水面", "impervious"), 9120.0, False),
}
STRATA = {
    "stratum:310": (Label("杉木", "Chinese fir"), 41.2, 3.9, 96),
    "stratum:pine": (Label("松类", "pines"), 33.5, 2.8, 120),
    "stratum:broadleaf": (Label("阔叶", "broadleaves"), 52.1, 5.6, 88),
    "stratum:530": (Label("杨树", "poplar"), 36.9, 6.1, 34),
    "stratum:660": (Label("毛竹", "moso bamboo"), 28.4, 4.4, 42),
}
COUNTY = Label("示范县（湘阴形）", "demonstration county (shaped on Xiangyin)")
SHA = "9f2c4e" + "0123456789abcdef" * 4


def class_areas() -> tuple[ClassArea, ...]:
    years = range(2020, 2026)
    return tuple(
        ClassArea("county", COUNTY, code, label, year, area, area / 0.09, "exact", forest)
        for year in years
        for code, (label, start, forest) in CLASSES.items()
        if (area := start + (year - 2020) * {"1": -96.0, "2": 61.5, "8": 34.5}.get(code, 0.0))
    )


def estimates() -> tuple[EstimateRow, ...]:
    rows = []
    for year, factor in ((2020, 0.87), (2025, 1.0)):
        for domain, (label, mean, half, count) in STRATA.items():
            mean_now, se = mean * factor, half / 1.66
            rows.append(
                EstimateRow(
                    "account",
                    domain,
                    label,
                    "carbon_stock_per_ha",
                    "t C/ha",
                    mean_now,
                    se,
                    mean_now - half,
                    mean_now + half,
                    0.9,
                    count,
                    year,
                )
            )
        value = 1_512_340.0 * factor
        rows.append(
            EstimateRow(
                "account",
                "county",
                COUNTY,
                "carbon_stock",
                "t C",
                value,
                41_200.0,
                value - 67_800.0,
                value + 67_800.0,
                0.9,
                380,
                year,
                is_total=True,
            )
        )
    rows.append(
        EstimateRow(
            "account",
            "county",
            COUNTY,
            "forest_area",
            "ha",
            38_820.0,
            240.0,
            38_425.0,
            39_215.0,
            0.9,
            380,
            2025,
            is_total=True,
        )
    )
    rows.append(
        EstimateRow(
            "account",
            "county",
            COUNTY,
            "net_change",
            "t CO2e",
            721_300.0,
            61_000.0,
            620_900.0,
            821_700.0,
            0.9,
            380,
            None,
            (2020, 2025),
            is_total=True,
        )
    )
    rows.append(
        EstimateRow(
            "account",
            "parcel:43062401",
            Label("小班 43062401"),
            "growing_stock",
            "m3",
            812.4,
            year=2025,
            model_based=True,
        )
    )
    return tuple(rows)


def findings() -> tuple[Finding, ...]:
    return (
        Finding("unheard-of-rule", "info", "landcover_2023.tif", params={"pixels": 3}),
        Finding(
            "dbh-range",
            "warning",
            "plots_2020_2025.xlsx[样木]",
            1204,
            "胸径(cm)",
            "480",
            {"species": "杉木", "low": 5, "high": 120},
        ),
        Finding(
            "parcel-overlap",
            "error",
            "xiaoban_2025.shp",
            88,
            "XIAO_BAN",
            "4306240010020030040000<5>",
            {"other": "43062400100200300400006", "area_m2": 412.5},
        ),
    )


def market() -> dict[str, object]:
    start = date(2025, 1, 6)
    return {
        "statements": (
            StatementRow(
                "county_stock", SHA[:64], date(2020, 1, 1), date(2025, 12, 31), 0, "submitted", "演练核算员"
            ),
            StatementRow(
                "project_removals",
                SHA[6:] + "ab" * 3,
                date(2021, 3, 1),
                date(2025, 12, 31),
                20_654,
                "verified",
                "演练核算员 / rehearsal accountant",
            ),
        ),
        "verifications": (
            VerificationRow(
                SHA[6:] + "ab" * 3,
                "演练核查机构 / rehearsal verifier",
                "verified",
                20_654,
                date(2026, 3, 20),
                "数据与样地记录一致",
            ),
        ),
        "issued_blocks": tuple(
            IssuedBlock(
                year,
                tonnes,
                f"TH-430624-P001-{year}-{low:09d}",
                f"TH-430624-P001-{year}-{low + tonnes - 1:09d}",
                date(2026, 4, 8),
            )
            for year, tonnes, low in (
                (2021, 3461, 1),
                (2022, 4129, 3462),
                (2023, 4129, 7591),
                (2024, 4140, 11720),
                (2025, 4795, 15860),
            )
        ),
        "units": UnitTotals(20_654, 13_554, 2_000, 5_000, 2_100),
        "listings": (
            ListingRow(
                "L-20260415-01",
                "示范项目业主 / demonstration owner",
                4_000,
                6_850,
                date(2026, 4, 15),
                "partly_filled",
            ),
        ),
        "trades": (
            TradeRow(
                "T-20260416-01",
                "示范项目业主 / demonstration owner",
                "演练交易商 / rehearsal trader",
                2_100,
                6_850,
                14_385_000,
                date(2026, 4, 16),
                date(2026, 4, 17),
            ),
        ),
        "retirements": (
            RetirementCertificate(
                "C-2026-0001",
                "演练交易商 / rehearsal trader",
                "示范大型活动 / demonstration event",
                Label("大型活动碳中和", "event neutrality"),
                2_100,
                ("TH-430624-P001-2021-000000001–000002100",),
                date(2026, 4, 20),
            ),
        ),
        "pledges": (
            PledgeRow(
                "G-2026-0001",
                "示范项目业主 / demonstration owner",
                "演练银行 / rehearsal bank",
                5_000,
                date(2026, 5, 6),
                "active",
                20_000_000,
                date(2027, 5, 5),
            ),
        ),
        "valuations": (
            ValuationRow(
                "units", Label("已签发单位", "issued units"), 95_000_000, 127_000_000, 152_000_000, 18_554
            ),
            ValuationRow(
                "county_stock",
                Label("全县存量（仅供参考）", "county stock (indicative)"),
                27_700_000_000,
                36_900_000_000,
                44_400_000_000,
                5_545_247.0,
                hypothetical=True,
            ),
        ),
        "prices": tuple(
            PricePoint(
                start + timedelta(days=14 * step),
                6_000 + 37 * step + (step * 7919) % 400,
                "示范交易场所 / demonstration venue",
            )
            for step in range(34)
        ),
    }


def report_data() -> ReportData:
    stages = tuple(StageStatus(stage, "done") for stage in ("monitor", "account", "trade", "finance"))
    return ReportData(
        county_code="430624",
        county_name=COUNTY,
        as_of=date(2026, 6, 30),
        simulated=True,
        provenance=Provenance("county-stock-v1", "1.0.0", SHA[:64], "0.1.0", SHA[:64], SHA[:64], SHA[:64], 7),
        stages=(
            *stages,
            StageStatus("supervise", "awaiting", Remark("awaiting-supervisor", {"role": "监管人"})),
        ),
        demonstration_programme=Label("示范碳票", "demonstration carbon ticket"),
        manifest=(
            ManifestFile("parcels", "xiaoban_2025.shp", 4_812_345, SHA[:64]),
            ManifestFile("plots", "plots_2020_2025.xlsx", 1_204_988, SHA[:64]),
        ),
        class_areas=class_areas(),
        adjusted_areas=(
            AdjustedArea(
                "forest_loss",
                Label("森林减少", "forest loss"),
                640.0,
                702.0,
                61.0,
                (585.0, 824.0),
                0.95,
                60,
                0.86,
                0.79,
            ),
            AdjustedArea(
                "stable_forest",
                Label("稳定森林", "stable forest"),
                38_010.0,
                37_650.0,
                260.0,
                (37_140.0, 38_160.0),
                0.95,
                180,
                0.96,
                0.97,
            ),
        ),
        overall_accuracy_frac=0.946,
        transition_years=(2020, 2025),
        transitions=tuple(
            Transition(one, CLASSES[one][0], two, CLASSES[two][0], area)
            for one, two, area in (
                ("1", "1", 40_650.0),
                ("1", "2", 412.0),
                ("1", "8", 138.0),
                ("2", "2", 38_010.0),
                ("2", "1", 70.5),
                ("2", "8", 34.5),
                ("2", "5", 3.2),
                ("8", "8", 9_120.0),
                ("5", "5", 22_406.8),
            )
        ),
        disturbances=(
            DisturbanceRow(2022, Label("采伐", "clearing"), 14, 212.6),
            DisturbanceRow(2024, Label("火灾", "fire"), 3, 88.1),
        ),
        estimates=estimates(),
        project_name=Label("示范造林项目", "demonstration afforestation project"),
        project_lines=(
            WaterfallLine("project_change", Label("项目碳储量变化", "project stock change"), 23_417.8),
            WaterfallLine("baseline", Label("基准线", "baseline"), -468.4),
            WaterfallLine("leakage", Label("泄漏", "leakage"), 0.0),
            WaterfallLine("risk_deduction", Label("风险扣减", "risk deduction"), -2_294.9),
            WaterfallLine("claim", Label("申报量", "claim"), 20_654.0, is_total=True),
        ),
        findings=findings(),
        duties=(
            DutyRow(
                "D-01",
                Label("年度监测报告", "yearly monitoring report"),
                Label("县林业局", "county forestry bureau"),
                date(2026, 3, 31),
                "late",
            ),
            DutyRow(
                "D-02",
                Label("核查", "verification"),
                Label("核查机构", "verification body"),
                date(2026, 4, 30),
                "done",
                date(2026, 3, 20),
            ),
            DutyRow(
                "D-03",
                Label("权利台账更新", "update of rights"),
                Label("县林业局", "county forestry bureau"),
                date(2026, 12, 31),
                "due",
            ),
        ),
        unverified_parameters=("species.440.wood_density", "risk.k_frac"),
        notes=(Remark("a-note-of-the-run", {"plots": 380}),),
        seal=RegistrySeal(SHA[:64], 42, "ed25519:" + SHA[:32], True),
        **market(),  # type: ignore[arg-type]
    )


@pytest.fixture
def sample_report_data() -> ReportData:
    return report_data()


@pytest.fixture
def bare_report_data(sample_report_data: ReportData) -> ReportData:
    """Return a report of a real area with one inventory: no change, no project, no unit."""
    data = sample_report_data
    reason = Remark("one-inventory-no-removals", {})
    stages = (
        StageStatus("monitor", "done"),
        StageStatus("account", "done"),
        StageStatus("trade", "not_applicable", reason),
    )
    bare = ReportData(
        county_code="US-WY-BIGHORN",
        county_name=Label("比格霍恩国家森林", "Bighorn National Forest"),
        as_of=data.as_of,
        simulated=False,
        provenance=replace(data.provenance, seed=None, statement_sha256=""),
        stages=stages,
        identities_asserted=False,
    )
    areas = tuple(
        ClassArea("forest", bare.county_name, code, label, None, pixels * 6.25, pixels, "centre", code == "1")
        for code, label, pixels in (
            ("1", Label("森林", "forest"), 52_289.0),
            ("2", Label("非森林", "non-forest"), 19_731.0),
        )
    )
    return replace(bare, class_areas=areas)


def sample_map() -> ParcelMap:
    """Return 120 square parcels of five strata, one with a hole, some disturbed, some of a project."""
    rng = np.random.default_rng(7)
    corners = [(x * 500.0, y * 500.0) for x in range(12) for y in range(10)]
    shapes = [shapely.box(x, y, x + 490, y + 480) for x, y in corners]
    shapes[5] = shapes[5].difference(shapely.box(150.0, 2650.0, 300.0, 2800.0))
    names = [*STRATA, ""]
    stratum = tuple(names[int(place)] for place in rng.integers(0, len(names), len(shapes)))
    density = np.where([bool(name) for name in stratum], rng.uniform(10, 70, len(shapes)), np.nan)
    numbers = np.arange(len(shapes))
    return ParcelMap(
        np.array(shapes, dtype=object),
        stratum,
        density,
        numbers % 17 == 0,
        (numbers > 60) & (numbers < 66),
        {name: label for name, (label, *_) in STRATA.items()},
    )


@pytest.fixture
def parcel_map() -> ParcelMap:
    return sample_map()
