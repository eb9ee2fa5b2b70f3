"""The whole way of a file: what went into the drop folder against what stands in the publication."""

import duckdb
import pytest

from ingest import ledger
from ingest.demo.play.summary import summarise
from ingest.home import Home

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def home(demo_country):
    home = Home(demo_country.home)
    ledger.setup(home)
    return home


@pytest.fixture(scope="module")
def published(home):
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        yield lambda sql: con.execute(sql).fetchall()


def test_every_file_ended_and_every_finding_stands_where_planned(home, demo_country):
    summary = summarise(home, demo_country.plan)
    assert not summary.surprises
    assert summary.rejected and summary.duplicates and summary.nil_returns == 1
    assert summary.returned and summary.missing and summary.late


def test_five_kinds_of_defects_were_planted(demo_country):
    planted = {finding.code for planned in demo_country.plan.submissions for finding in planned.findings}
    assert len(planted) >= 5


def test_published_attendance_is_what_the_accepted_files_hold(home, published, demo_country):
    from ingest.ledger.decisions.manifest import counting

    weeks = counting("attendance")
    operational = sum(entry.rows_accepted for entry in weeks if entry.is_operational)
    official = sum(entry.rows_accepted for entry in weeks if entry.is_official)
    assert official < operational
    rows = (
        "select basis, sum(learner_days), count(learner_days) from rpt_attendance "
        "where level = 'organisation' and structure <> 'as_is' group by basis"
    )
    shown = {basis: (days, cells) for basis, days, cells in published(rows)}
    for basis, days in (("operational", operational), ("official", official)):
        # Each cell is rounded to a multiple of ten, up or down by chance; a district's small groups may be left out.
        assert abs(shown[basis][0] - days) <= 10 * shown[basis][1]
        assert shown[basis][0] == pytest.approx(days, rel=0.02)


def test_a_correction_after_approval_waits_for_approval_of_its_own(published):
    replaced = published(
        """
        select count(*) from dim_submission as later join dim_submission as earlier
        on later.form = earlier.form and later.node_code = earlier.node_code
            and later.period = earlier.period and later.part = earlier.part
        where later.is_operational and not later.is_official
            and earlier.is_official and not earlier.is_operational
        """
    )
    assert replaced[0][0] >= 1


def test_no_rate_exceeds_one_hundred(published):
    assert published(
        "select count(*) from rpt_attendance where lessons_missed > lessons_scheduled"
        " or lessons_missed_valid > lessons_missed or learner_days_absent > learner_days"
    ) == [(0,)]
    assert published(
        "select count(*) from rpt_reporting_discipline where is_reported > is_due or is_on_time > is_reported"
    ) == [(0,)]


def test_the_publication_says_which_it_is(home, published):
    from ingest.ledger.publications import current

    shown = current()
    assert published("select distinct publication_number from rpt_publication") == [(shown.number,)]


@pytest.mark.real_input
def test_the_real_classifier_is_the_tree_everything_hangs_on(published, demo_country):
    if not demo_country.has_classifier:
        pytest.skip("../shared/data/kato.csv is not beside the project")
    levels = dict(
        published("select level, count(*) from dim_territory where territory_key > 0 group by level")
    )
    assert {level: levels[level] for level in ("oblast", "district", "sub_district", "settlement")} == {
        "oblast": 20,
        "district": 209,
        "sub_district": 2379,
        "settlement": 12986,
    }
    unplaced = (
        "select count(*) from rpt_attendance_by_territory where oblast_code is null or district_code is null"
    )
    assert published(unplaced) == [(0,)]


def test_nobody_else_on_the_machine_reads_anything_of_it(home):
    open_to_others = [
        str(path.relative_to(home.root))
        for path in [home.root, *home.root.rglob("*")]
        if not path.is_symlink() and path.lstat().st_mode & 0o077
    ]
    assert open_to_others == []


def test_nothing_of_airflow_is_to_be_reached_from_other_machines(demo_country) -> None:
    assert demo_country.listening == {"127.0.0.1"}


def test_the_last_week_is_told_to_the_ministry_an_oblast_and_a_district(home, published):
    from ingest.demo.play.ministry_summaries import write_ministry_summaries
    from ingest.ledger.records import Edition
    from warehouse.services.summaries import archive

    files = write_ministry_summaries(home)
    assert len(files) == 3 * 4
    assert {file.suffix for file in files} == {".pdf", ".xlsx"}
    oblasts = {code for (code,) in published("select distinct oblast_code from dim_territory")} - {
        None,
        "all",
    }
    levels = []
    for edition in Edition.objects.filter(state=Edition.State.MADE).select_related("node"):
        content = archive.content_of(home, edition)
        levels.append(content.place.level)
        [figure] = [each for each in content.headlines if each.code == "attendance"]
        place = {"republic": "level = 'republic'"}.get(
            content.place.level,
            f"level = '{content.place.level}' and {content.place.level}_code = '{edition.node.code}'",
        )
        [(part, whole)] = published(
            "select part, whole from rpt_key_figure where figure = 'attendance' and basis = 'operational' "
            f"and structure in ('both', 'as_was') and period = '{edition.period}' and {place}"
        )
        assert figure.value.value == part / whole
        if content.place.level != "republic":
            others = oblasts - {content.place.oblast_code}
            assert not others & _codes(content)
    assert sorted(levels) == ["district", "oblast", "republic"]


def _codes(content):
    """Of which places it says anything."""
    return {row.code for section in content.sections for row in section.table.rows} | {
        call.code for call in content.regions
    }
