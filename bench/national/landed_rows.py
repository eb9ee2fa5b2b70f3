"""Rows of the lake of a made-up country, as SQL: what each form's reports would have landed.

In: a contract, a period, a batch; tables `district`, `organisation` and `report` of `bench.national.country`. Out: a
query. The same numbers give the same rows; a report with a number beyond `CORRECTED` says other things of its days.
"""

from __future__ import annotations

from ingest.schema.forms.contract import Contract
from ingest.schema.values.period import Period
from ingest.sql import literal
from warehouse.storage.keys.vault import LOWEST_KEY

FACTOR, SHIFT, BITS = 6364136223846793005, 1442695040888963407, 61
"""How the place of a learner becomes a key: each another, in no order."""
CORRECTED = 1_000_000


def _key_of(place: str) -> str:
    mixed = f"(({place})::HUGEINT * {FACTOR} + {SHIFT}) % {1 << BITS}"
    return f"({mixed} + {LOWEST_KEY})::BIGINT"


def rows_landed(contract: Contract, period: Period, batch: str) -> str:
    """The rows of the reports in table `report`, with all columns of the lake, those nobody fills empty."""
    said, source = _ROWS[contract.form]
    values = dict(
        part.split(" = ", 1) for part in said.format(start=period.start, key=_key_of("place")).split("; ")
    )
    columns = [
        f"CAST({values.get(field.lake_name, 'NULL')} AS {field.lake_type}) AS {field.lake_name}"
        for field in contract.landed_fields
    ]
    name = literal(batch)
    columns += [
        "submission_id",
        f"CAST({name} AS ENUM({name})) AS batch_id",
        "CAST(source_row AS INTEGER) AS source_row",
    ]
    return f"SELECT {', '.join(columns)} FROM ({source.format(start=period.start)})"


_LEARNERS_OF = """
    SELECT r.submission_id, o.code, o.first_person + n.range AS place, n.range AS learner,
        (n.range % 11 + 1) AS grade, ['А', 'Ә', 'Б'][(n.range // 11) % 3 + 1] AS letter
    FROM report AS r JOIN organisation AS o ON o.number = r.node, range(o.learners) AS n
"""
_ROWS = {
    "territory_register": (
        "kato = kato; level = level; type_code = type; name_ru = 'Место ' || kato; name_kk = 'Жер ' || kato",
        """
        SELECT *, (SELECT submission_id FROM report) AS submission_id, row_number() OVER (ORDER BY kato) AS source_row
        FROM (
            SELECT DISTINCT oblast AS kato, 'oblast' AS level, '0' AS type FROM district
            UNION ALL SELECT code, 'district', '4' FROM district
            UNION ALL SELECT settlement, 'settlement', '1' FROM district
        )
        """,
    ),
    "school_calendar": (
        "segment = segment; segment_no = no; name_kk = no || ' тоқсан'; name_ru = no || ' четверть'; "
        "start_date = begins; end_date = ends",
        """
        SELECT *, (SELECT submission_id FROM report) AS submission_id, row_number() OVER (ORDER BY begins) AS source_row
        FROM (VALUES
            ('term', 1, DATE '2026-09-01', DATE '2026-10-25'), ('break', 1, DATE '2026-10-26', DATE '2026-11-01'),
            ('term', 2, DATE '2026-11-02', DATE '2026-12-27'), ('break', 2, DATE '2026-12-28', DATE '2027-01-10'),
            ('term', 3, DATE '2027-01-11', DATE '2027-03-18'), ('break', 3, DATE '2027-03-19', DATE '2027-03-28'),
            ('term', 4, DATE '2027-03-29', DATE '2027-05-25')
        ) AS t(segment, no, begins, ends)
        """,
    ),
    "organisation_register": (
        "bin = code; event = 'opened'; event_date = DATE '2000-09-01'; name_kk = number || ' мектеп'; "
        "name_ru = 'Школа ' || number; kind = 'general_school'; ownership = '11'; "
        "locality = CASE number % 2 WHEN 0 THEN 'urban' ELSE 'rural' END; kato = settlement; "
        "design_capacity = learners; shifts = 2; is_small = learners < 180; is_boarding = false; "
        "opened_date = DATE '2000-09-01'",
        """
        SELECT o.number, o.code, o.learners, d.settlement, r.submission_id,
            row_number() OVER (PARTITION BY r.submission_id ORDER BY o.number) AS source_row
        FROM report AS r JOIN district AS d ON d.number = r.node JOIN organisation AS o ON o.district = d.number
        """,
    ),
    "learner_roster": (
        "bin = code; person_key = {key}; age = grade + 6; sex = CASE place % 2 WHEN 0 THEN 'm' ELSE 'f' END; "
        "grade = grade; letter = letter; language = 'kk'; shift = place % 2 + 1; "
        "study_form = 'full_time'; is_boarder = false; "
        "is_transported = place % 20 = 0; has_free_meals = place % 4 = 0; enrolled_date = DATE '2025-09-01'; "
        "citizenship = 'KZ'",
        f"SELECT *, learner + 2 AS source_row FROM ({_LEARNERS_OF})",
    ),
    "attendance": (
        "bin = code; person_key = {key}; date = day; grade = grade; letter = letter; "
        "lessons_scheduled = 5 + grade % 3; "
        "lessons_missed = CASE WHEN luck < 40 THEN 5 + grade % 3 WHEN luck < 70 THEN 1 ELSE 0 END; "
        "lessons_missed_valid = CASE WHEN luck < 30 THEN 5 + grade % 3 ELSE 0 END; is_late = luck between 100 and 110; "
        "absence_reason = CASE WHEN luck < 30 THEN 'ILL' WHEN luck < 70 THEN 'INV' END",
        f"""
        SELECT l.*, DATE '{{start}}' + d.range::INTEGER AS day, l.learner * 5 + d.range + 2 AS source_row,
            hash(l.place, d.range, '{{start}}', l.submission_id > {CORRECTED}) % 1000 AS luck
        FROM ({_LEARNERS_OF}) AS l, range(5) AS d
        """,
    ),
}
