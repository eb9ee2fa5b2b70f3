"""What waiting submissions are judged against: the latest data in effect of the forms they depend on.

In: the ledger's winners, the lake, the restricted lists of persons. Out: a `Reference`, holding of the lists
only what concerns the organisations of the batch.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from expectations.reference import Reference, earlier_columns
from ingest.databases import ARROW_ROWS, one_database, question
from ingest.digests import require_whole
from ingest.home import Home
from ingest.ledger.decisions import winners
from ingest.ledger.records import Submission
from ingest.schema.forms.contract import Contract
from ingest.schema.values.period import Period
from ingest.sql import literal

# An organisation's file is compared with its own lists of learners and staff alone, and with its own passport.
_OWN_LISTS, _OWN_STAFF, _OWN_PASSPORT = "learner_roster", "staff_roster", "organisation_passport"
_OWN_MARKS = "current_marks"
_OWN = frozenset({_OWN_LISTS, _OWN_STAFF, _OWN_PASSPORT, _OWN_MARKS})
# Lists of others are looked through as far back as the long break reaches.
_MONTHS_BACK = 4
# Made of no list: pyarrow looks through a list with pandas, and loads it for that.
_NOTHING = pa.table({"bin": pa.nulls(0, pa.string()), "node_code": pa.nulls(0, pa.string())})
# An event of an organisation follows those reported before.
JUDGED_AGAINST_ITSELF = "organisation_register"
# One row per organisation: its latest opening, the closure or merger that followed it if any, and what was said of
# it last.
_ORGANISATIONS = """
SELECT bin, arg_max(kind, event_date) FILTER (event = 'opened') AS kind,
    max(coalesce(opened_date, event_date)) FILTER (event = 'opened') AS opened_date,
    CASE WHEN arg_max(event, event_date) FILTER (event IN ('opened', 'closed', 'merged')) <> 'opened'
        THEN max(event_date) FILTER (event IN ('closed', 'merged')) END AS closed_date,
    arg_max(node_code, event_date) AS district_code,
    arg_max(kato, event_date) FILTER (kato IS NOT NULL) AS kato,
    arg_max(design_capacity, event_date) FILTER (design_capacity IS NOT NULL) AS design_capacity,
    arg_max(shifts, event_date) FILTER (shifts IS NOT NULL) AS shifts,
    arg_max(is_boarding, event_date) FILTER (is_boarding IS NOT NULL) AS is_boarding
FROM landed JOIN submitter USING (submission_id)
GROUP BY bin HAVING count(*) FILTER (event = 'opened') > 0
"""
_STAFF = "SELECT DISTINCT node_code, iin, period_start FROM landed JOIN submitter USING (submission_id)"
_MARKS = """
SELECT node_code, period, iin, grade, letter, subject, date, kind, points, points_max
FROM landed JOIN submitter USING (submission_id) JOIN person USING (person_key)
"""
_PASSPORTS = "SELECT bin, arg_max(study_days, period) AS study_days FROM landed GROUP BY bin"


@dataclass(frozen=True)
class Surroundings:
    """The reference of one batch and, form by form, the submissions it comes from."""

    reference: Reference
    standing: Mapping[str, Sequence[Submission]]
    own: frozenset[str] = _OWN
    """Forms of which a file is compared with those of its own node alone."""

    @property
    def common(self) -> dict[str, list[int]]:
        """Form → ids of the submissions that every file was compared with."""
        return {
            form: [each.pk for each in found] for form, found in self.standing.items() if form not in self.own
        }

    def versions_for(self, node_code: str) -> dict[str, list[int]]:
        """Both."""
        return {**self.common, **self.own_of(node_code)}

    def own_of(self, node_code: str) -> dict[str, list[int]]:
        """Form → ids of the submissions of that node that a file of it was compared with."""
        return {
            form: [each.pk for each in found if each.scope.node.code == node_code]
            for form, found in self.standing.items()
            if form in self.own
        }


@one_database()
def surroundings_of(
    home: Home,
    contract: Contract,
    organisations: Collection[str],
    replaced: Collection[int] = (),
    periods: Collection[Period] = (),
) -> Surroundings:
    """What files of that form are judged against.

    `organisations`: codes of the nodes whose files they are. `replaced`: keys of the scopes they are for: a
    correction is not held against the submission it corrects. `periods`: what they report on; without them
    nothing is known of reports before and of lists elsewhere.
    """
    sources: dict[str, pa.Table | None] = {}
    standing = {form: _standing(form, organisations, periods) for form in contract.depends_on}
    if contract.form == JUDGED_AGAINST_ITSELF:
        earlier = winners.reported(contract.form)  # an event follows what was reported, approved or not
        standing[contract.form] = [each for each in earlier if each.scope_id not in replaced]
    for form, found in standing.items():
        if form == "territory_register":
            sources["territory"] = landed(home, found, "SELECT kato, level FROM landed")
        elif form == "school_calendar":
            sources["calendar"] = landed(home, found, "SELECT * FROM landed")
        elif form == JUDGED_AGAINST_ITSELF:
            sources["organisation"] = landed(home, found, _ORGANISATIONS)
        elif form == _OWN_LISTS:
            sources["learner"] = _persons(home, form, found)
        elif form == _OWN_MARKS and periods:
            sources["marks"] = _marks(home, found, standing.get(_OWN_LISTS, ()))
        elif form == _OWN_STAFF:
            sources["staff"] = _kept(home, found, _STAFF)
        elif form == _OWN_PASSPORT:
            passports = landed(home, found, _PASSPORTS)
            sources["passport"] = passports if passports is not None else _NOTHING
    own = set(_OWN)
    if periods and contract.form != JUDGED_AGAINST_ITSELF:
        before = _before(contract.form, organisations, periods)
        sources |= _earlier(home, contract, before, organisations, periods)
        if before:
            standing[contract.form] = before
            own.add(contract.form)
    versions = {form: [each.pk for each in found] for form, found in standing.items()}
    return Surroundings(Reference(versions=versions, **sources), standing, frozenset(own))


def _before(form: str, nodes: Collection[str], periods: Collection[Period]) -> list[Submission]:
    """What these nodes reported last before each of these periods."""
    reported = winners.operational(form, nodes=nodes)
    chosen: dict[int, Submission] = {}
    for period in periods:
        latest: dict[str, list[Submission]] = {}
        for each in reported:
            if each.scope.period_start < period.start and not each.is_nil_return:
                known = latest.setdefault(each.scope.node.code, [])
                if known and known[0].scope.period_start < each.scope.period_start:
                    known.clear()
                if not known or known[0].scope.period_start == each.scope.period_start:
                    known.append(each)
        chosen |= {each.pk: each for found in latest.values() for each in found}
    return [chosen[key] for key in sorted(chosen)]


def _earlier(
    home: Home,
    contract: Contract,
    before: Sequence[Submission],
    organisations: Collection[str],
    periods: Collection[Period],
) -> dict[str, pa.Table]:
    """The rows reported before and, for lists of persons, whom others list: empty tables where there are none."""
    names = ", ".join(name for name in earlier_columns(contract) if name not in ("node_code", "period_start"))
    rows = landed(
        home,
        before,
        f"SELECT node_code, period_start, {names} FROM landed JOIN submitter USING (submission_id)",
    )
    found = {"earlier": rows if rows is not None else _NOTHING}
    if contract.form == _OWN_LISTS:
        others = _lists_around(periods)
        if len(organisations) == 1:
            others = [each for each in others if each.scope.node.code not in organisations]
        listed = _persons(home, _OWN_LISTS, others)
        own = _persons(home, _OWN_LISTS, before)
        found["elsewhere"] = listed if listed is not None else _NOTHING
        found["learner"] = own if own is not None else _NOTHING
    return found


def _lists_around(periods: Collection[Period]) -> list[Submission]:
    """The lists of these months, and of each the latest month before it of which there are any."""
    chosen = {period.text for period in periods}
    found = {
        each: each.scope.period
        for each in winners.operational(_OWN_LISTS, periods=chosen | _before_months(periods))
    }
    for period in periods:
        earlier = {
            month for month in found.values() if month < period.text and month in _months_before(period)
        }
        chosen |= {max(earlier)} if earlier else set()
    return [each for each, month in found.items() if month in chosen]


def _before_months(periods: Collection[Period]) -> set[str]:
    return {month for period in periods for month in _months_before(period)}


def _months_before(period: Period) -> set[str]:
    year, month = period.start.year, period.start.month
    return {
        f"{year - (1 if month <= back else 0)}-{(month - back - 1) % 12 + 1:02}"
        for back in range(1, _MONTHS_BACK + 1)
    }


def landed(home: Home, submissions: Sequence[Submission], query: str, **beside: pa.Table) -> pa.Table | None:
    """Rows of these submissions as the query asks of `landed` and `submitter(submission_id, node_code, period_start)`.

    `beside`: further tables the query may read. None where there are no submissions with rows.
    """
    return _query(files_of(home.lake, submissions), submissions, query, **beside)


def rows_of(home: Home, submission: Submission, batch_id: str, query: str) -> pa.Table:
    """Landed rows of one submission whose verdict is not recorded yet. Raises IOException where none landed."""
    scope = submission.scope
    file = home.lake / scope.form / f"period={scope.period}" / f"{batch_id}.parquet"
    found = _query([str(file)], [submission], query)
    assert found is not None
    return found


def learners_of(home: Home, node_code: str, first_day: date, last_day: date) -> pa.Table | None:
    """Who is on the latest accepted list of an organisation up to a day: iin, grade, letter; by class and number.

    Without those who had left before `first_day`.

    Restricted data. None where no list was accepted.
    """
    lists = [
        each
        for each in winners.operational(_OWN_LISTS, nodes={node_code})
        if each.scope.period_start <= last_day
    ]
    latest = max((each.scope.period_start for each in lists), default=None)
    found = [each for each in lists if each.scope.period_start == latest]
    # Lists that landed before there was a day of leaving do not have the column.
    query = f"""
        SELECT DISTINCT iin, grade, letter
        FROM (SELECT * FROM landed UNION ALL BY NAME SELECT CAST(NULL AS DATE) AS left_date WHERE FALSE)
        WHERE left_date IS NULL OR left_date >= DATE '{first_day.isoformat()}'
        ORDER BY grade, letter NULLS FIRST, iin
    """
    return _query(files_of(home.reference, found), found, query)


def files_of(root: Path, submissions: Sequence[Submission]) -> list[str]:
    """The files that hold the rows of accepted submissions, as their verdicts name them. Whoever reads them asks first
    whether they are whole."""
    files = {
        root / found.scope.form / f"period={found.scope.period}" / f"{found.verdict.batch_id}.parquet"
        for found in submissions
        if found.rows_standing
    }
    return [str(file) for file in sorted(files)]


def _standing(form: str, organisations: Collection[str], periods: Collection[Period]) -> list[Submission]:
    if form == _OWN_MARKS:
        return _marks_of(organisations, periods)
    if form in _OWN:
        return winners.operational(form, nodes=organisations)
    found = winners.operational(form)
    return winners.latest(found) if form in winners.LATEST_ALONE else found


def _marks_of(organisations: Collection[str], periods: Collection[Period]) -> list[Submission]:
    """What these nodes reported of the marks of each month of these periods and of the one before: a term may begin in
    its last days."""
    months: set[str] = set()
    for period in periods:
        month = Period.containing("month", period.start - timedelta(days=1))
        while month.start <= period.end:
            months.add(month.text)
            month = month.next()
    return winners.operational(_OWN_MARKS, nodes=organisations, periods=months) if months else []


def _marks(home: Home, marks: Sequence[Submission], lists: Sequence[Submission]) -> pa.Table:
    """Current marks with the numbers of the learners, who are known by the lists of their organisation alone: the lake
    holds keys. Of a learner on none of them nothing is known."""
    persons = _query(files_of(home.reference, lists), lists, "SELECT DISTINCT iin, person_key FROM landed")
    if persons is None:
        return _NOTHING
    found = landed(home, marks, _MARKS, person=persons)
    return _NOTHING if found is None else found


def _persons(home: Home, form: str, submissions: Sequence[Submission]) -> pa.Table | None:
    files = files_of(home.reference, submissions)
    # Lists that landed before there was a column do not have it.
    wanted = (
        "COLUMNS(name -> name IN ('bin', 'iin', 'period', 'grade', 'letter', 'enrolled_date', 'left_date'))"
    )
    return _query(files, submissions, f"SELECT {wanted} FROM landed")


def _kept(home: Home, submissions: Sequence[Submission], query: str) -> pa.Table | None:
    """What is asked of the lists of these submissions; one handed in before its form was a reference has none."""
    files = [file for file in files_of(home.reference, submissions) if Path(file).exists()]
    return _query(files, submissions, query)


def _query(
    files: list[str], submissions: Sequence[Submission], query: str, **beside: pa.Table
) -> pa.Table | None:
    if not files:
        return None
    for file in files:
        require_whole(Path(file))
    submitters = pa.table(
        {
            "submission_id": pa.array([found.pk for found in submissions], pa.int64()),
            "node_code": pa.array([found.scope.node.code for found in submissions], pa.string()),
            "period_start": pa.array([found.scope.period_start for found in submissions], pa.date32()),
        }
    )
    with question() as con:
        for name, table in {"submitter": submitters, **beside}.items():
            con.register(name, table)
        con.execute(
            "CREATE TEMP VIEW every_row AS SELECT * FROM read_parquet(["
            + ", ".join(map(literal, files))
            + "],"
            " hive_partitioning = true, hive_types_autocast = false, union_by_name = true)"
        )
        return con.execute(
            "WITH landed AS (SELECT * FROM every_row SEMI JOIN submitter USING (submission_id)) " + query
        ).to_arrow_table(ARROW_ROWS)
