"""Who has not reported: each organisation, how late it is and how often in a row."""

from __future__ import annotations

from dashboards.reports import discipline
from dashboards.reports.content import Both, Cell, Column, Row, Section, Table
from dashboards.reports.reading import text
from dashboards.reports.sections.frame import Made, column, counted, plain
from dashboards.reports.words import words
from dashboards.reports.writing import Amount, fill

_MISSING = plain(
    "{due} ұйымнан {missing} ұйым есеп тапсырған жоқ",
    "{missing:Не отчиталась|Не отчитались|Не отчитались} {missing} {missing:организация|организации|организаций} "
    "из {due}",
)
_NONE = plain(
    "Есеп тапсыруға тиіс ұйымдардың бәрі есеп тапсырды", "Отчитались все организации, обязанные это сделать"
)
_LIST = plain(
    "Есеп тапсырмаған ұйымдардың тізімі, мерзімі ең ұзақ өткендері бірінші. {heading}.",
    "Список неотчитавшихся организаций, первыми стоят просрочившие дольше всех. {heading}.",
)


def missing(made: Made) -> Section:
    """Organisations whose report of the period is missing, those late for longest first."""
    form = made.asked.form or made.measures.of.form
    rows = [
        Row(
            code=row["node_code"],
            name=text(row, "node_name") or words().columns["organisation"],
            cells=(
                Cell(text=text(row, "oblast_name")),
                Cell(text=text(row, "district_name")),
                counted(row["learners"]),
                counted(row["in_a_row"]),
                counted(row["days_late"]),
                Cell(text=text(row, "status")),
            ),
        )
        for row in discipline.not_reported(made.measures, form)
    ]
    heading = _heading(made, form, len(rows))
    columns: tuple[Column, ...] = (
        column("oblast", "text"), column("district", "text"), column("enrolled", "count"),
        column("in_a_row", "count"), column("days_late", "count"), column("status", "text"),
    )  # fmt: skip
    table = Table(named=words().columns["organisation"], columns=columns, rows=tuple(rows))
    return made.section("table", heading, fill(_LIST, heading=heading), table)


def _heading(made: Made, form: str, missing: int) -> Both:
    found = made.measures.measured(made.measures.of.main)
    unasked = discipline.without_deadline(made.measures, form, found.now.reported if found else 0)
    if unasked:
        return unasked
    due = discipline.due(made.measures, form)
    return fill(_MISSING, missing=Amount(missing), due=Amount(due)) if missing else _NONE
