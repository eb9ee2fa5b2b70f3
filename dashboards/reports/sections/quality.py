"""What the figures are made of: reports accepted at once or not, questions about them, and how punctual they were."""

from __future__ import annotations

from dashboards.reports.content import Both, Cell, Row, Section, Table
from dashboards.reports.measures import country_code
from dashboards.reports.reading import CHILDREN, STRUCTURE, within
from dashboards.reports.reading import Row as Found
from dashboards.reports.sections.frame import Made, column, plain
from dashboards.reports.words import words
from dashboards.reports.writing import fill, of_hundred

_FIRST = plain(
    "Есептердің {value} пайызы бірінші тапсырғанда-ақ қабылданды", "С первого раза принято {value} % отчётов"
)
_NO_REPORTS = plain(
    "Бұл кезең үшін бірде-бір есеп тексерілген жоқ", "За этот период не проверен ни один отчёт"
)
_TABLE = plain("Кесте. {heading}.", "Таблица. {heading}.")
_MOST = plain("«{cause}» ескертуі ең жиі кездесті", "Чаще всего встречалось замечание «{cause}»")
_NO_CAUSES = plain("Есептер бойынша ескерту болған жоқ", "Замечаний к отчётам не было")
_ON_TIME = plain("Есептердің {value} пайызы мерзімінде тапсырылды", "В срок сдано {value} % отчётов")
_NOTHING_DUE = plain(
    "Бұл кезеңде тапсырылуға тиіс есеп болған жоқ", "За этот период сдавать отчёты было не нужно"
)
_COUNTED = ("reports", "first", "files_rejected", "awaiting", "queries", "queries_open")


def quality(made: Made) -> Section:
    """Of each part's reports: how many were accepted at once, and what is still open."""
    measures, level = made.measures, CHILDREN[made.measures.place.level]
    place = "node" if level == "organisation" else level
    inside = within(measures.place)
    found = measures.file.rows(
        f"select {place}_code as code, any_value({place}_name_kk) as name_kk, any_value({place}_name_ru) as name_ru, "
        "sum(reports)::bigint as reports, sum(is_accepted_first)::bigint as first, "
        "sum(files_rejected)::bigint as files_rejected, sum(is_awaiting_correction)::bigint as awaiting, "
        "sum(queries)::bigint as queries, sum(queries_open)::bigint as queries_open from rpt_data_quality "
        f"where basis = ? and {STRUCTURE} and form = ? and period = ? and node_kind = 'organisation' and "
        f"{inside.condition} group by {place}_code order by sum(is_awaiting_correction) desc, sum(queries_open) desc, "
        f"sum(files_rejected) desc, {place}_code",
        (measures.basis, _form(made), measures.span.period, *inside.values),
    )
    whole: Found = {key: sum(row[key] for row in found) for key in _COUNTED}
    total = Row(
        code=country_code(measures.place), name=measures.place.name, cells=_counts(whole), is_total=True
    )
    rows = [
        Row(code=row["code"], name=Both(kk=row["name_kk"], ru=row["name_ru"]), cells=_counts(row))
        for row in found
    ]
    columns = (
        column("reports", "count"), column("accepted_first", "share", 1), column("files_rejected", "count"),
        column("awaiting", "count"), column("queries", "count"), column("queries_open", "count"),
    )  # fmt: skip
    heading = _NO_REPORTS if not whole["reports"] else _share(_FIRST, whole["first"], whole["reports"])
    table = Table(named=words().parts[measures.place.level].name, columns=columns, rows=(total, *rows))
    return made.section("table", heading, fill(_TABLE, heading=heading), table)


def _counts(row: Found) -> tuple[Cell, ...]:
    first = Cell(value=row["first"] / row["reports"]) if row["reports"] else Cell(symbol="z")
    return (Cell(value=row["reports"]), first, *(Cell(value=row[key]) for key in _COUNTED[2:]))


def causes(made: Made) -> Section:
    """What was found in the reports most often."""
    measures, inside = made.measures, within(made.measures.place)
    found = measures.file.rows(
        "select cause_code || ' ' || severity_code as code, any_value(cause_name_kk) as name_kk, "
        "any_value(cause_name_ru) as name_ru, any_value(severity_name_kk) as severity_kk, "
        "any_value(severity_name_ru) as severity_ru, sum(reports)::bigint as reports, "
        "sum(findings)::bigint as findings from rpt_data_quality_by_cause where basis = ? and "
        f"{STRUCTURE} and form = ? and period = ? and node_kind = 'organisation' and {inside.condition} "
        "group by cause_code, severity_code order by sum(reports) desc, sum(findings) desc, code",
        (measures.basis, _form(made), measures.span.period, *inside.values),
    )
    rows = [
        Row(
            code=row["code"],
            name=Both(kk=row["name_kk"], ru=row["name_ru"]),
            cells=(
                Cell(text=Both(kk=row["severity_kk"], ru=row["severity_ru"])),
                Cell(value=row["reports"]),
                Cell(value=row["findings"]),
            ),
        )
        for row in found
    ]
    heading = fill(_MOST, cause=rows[0].name) if rows else _NO_CAUSES
    columns = (column("severity", "text"), column("reports", "count"), column("findings", "count"))
    table = Table(named=words().columns["cause"], columns=columns, rows=tuple(rows))
    return made.section("table", heading, fill(_TABLE, heading=heading), table)


def discipline(made: Made) -> Section:
    """How punctual the reports of all forms were whose period began in that of the summary."""
    measures, inside = made.measures, within(made.measures.place)
    found = measures.file.rows(
        "select form as code, any_value(form_name_kk) as name_kk, any_value(form_name_ru) as name_ru, "
        "sum(is_due)::bigint as due, sum(is_on_time)::bigint as on_time, sum(is_late)::bigint as late, "
        "sum(is_due - is_reported)::bigint as missing from rpt_reporting_discipline where basis = ? and "
        f"{STRUCTURE} and node_kind = 'organisation' and is_due = 1 and period_start_date between ? and ? and "
        f"{inside.condition} group by form order by sum(is_on_time) / sum(is_due), form",
        (measures.basis, measures.span.start, measures.last_day, *inside.values),
    )
    rows = [
        Row(
            code=row["code"],
            name=Both(kk=row["name_kk"], ru=row["name_ru"]),
            cells=(
                Cell(value=row["due"]),
                Cell(value=row["on_time"] / row["due"]),
                Cell(value=row["late"]),
                Cell(value=row["missing"]),
            ),
        )
        for row in found
    ]
    due, on_time = (sum(row[key] for row in found) for key in ("due", "on_time"))
    heading = _share(_ON_TIME, on_time, due) if due else _NOTHING_DUE
    columns = (
        column("reports_due", "count"), column("on_time", "share", 1), column("late", "count"),
        column("not_handed_in", "count"),
    )  # fmt: skip
    table = Table(named=words().columns["form"], columns=columns, rows=tuple(rows))
    return made.section("table", heading, fill(_TABLE, heading=heading), table)


def _form(made: Made) -> str:
    return made.asked.form or made.measures.of.form


def _share(pattern: Both, part: int, whole: int) -> Both:
    return fill(pattern, value=of_hundred(part / whole))
