"""A figure of a place by groups: learners by grade or language, employees by category, marks by subject."""

from __future__ import annotations

from collections.abc import Callable

from dashboards.reports.content import Both, Cell, Column, Row, Section, Table
from dashboards.reports.measures import country_code
from dashboards.reports.points import Measured
from dashboards.reports.reading import NOTHING, STRUCTURE, Point, itself
from dashboards.reports.reading import Row as Found
from dashboards.reports.sections.frame import (
    TABLES_OF_GROUPS,
    Made,
    column,
    compared_cells,
    compared_columns,
    figure_column,
    plain,
    value_of,
)
from dashboards.reports.words import words
from dashboards.reports.writing import fill, of_hundred

_LARGEST = plain(
    "Ең үлкен топ «{group}» болды: барлығының {value} пайызы",
    "Самой большой оказалась группа «{group}»: {value} % всех",
)
_NOTHING = plain("Топтар бойынша дерек түскен жоқ", "Данных по группам не поступило")
_BARS = plain("Жолақты диаграмма топтар бойынша. {heading}.", "Столбчатая диаграмма по группам. {heading}.")
_SUBJECTS = plain(
    "«{best}» пәні ең жоғары көрсеткішті көрсетті ({high}), «{worst}» пәні — ең төменін ({low})",
    "Наибольшее значение имеет предмет «{best}» ({high}), наименьшее — «{worst}» ({low})",
)
_COUNTED = {"contingent": "learners", "staff": "employees"}


def groups(made: Made) -> Section:
    """How many there are of each group of a breakdown, now and a year ago; a group of too few is withheld."""
    measures, figure = made.measures, made.figure
    table, counted = TABLES_OF_GROUPS[made.asked.figure], _COUNTED[made.asked.figure]
    span, own = measures.span_of(made.asked.figure), itself(measures.place)
    times = (span.period, span.before or "", span.year_ago or "") if span else ("", "", "")
    found = measures.file.rows(
        f"select period, group_code as code, group_kk as name_kk, group_ru as name_ru, group_place, {counted} as part, "
        f"is_withheld, organisations_reported as reported from {table} where basis = ? and {STRUCTURE} and "
        f"{own.condition} and breakdown = ? and period in (?, ?, ?) order by group_place, group_code",
        (measures.basis, *own.values, made.asked.breakdown, *times),
    )
    whole = measures.own(made.asked.figure, times[0])
    points = _by_code(found, _count)
    names = {row["code"]: Both(kk=row["name_kk"], ru=row["name_ru"]) for row in found}

    def cells(each: dict[str, Point]) -> tuple[Cell, ...]:
        now, before, ago = (each.get(time, NOTHING) for time in times)
        is_known = now.part is not None and whole.part
        of_all = Cell(value=now.part / whole.part) if is_known else Cell(symbol=now.symbol or "x")  # type: ignore[operator]
        return now.cell, of_all, *compared_cells(made, Measured(now, before, ago))

    total = {time: measures.own(made.asked.figure, time) for time in times}
    rows = [
        Row(code=country_code(measures.place), name=measures.place.name, cells=cells(total), is_total=True)
    ]
    rows += [Row(code=code, name=names[code], cells=cells(each)) for code, each in points.items()]
    columns = (figure_column(made.asked.figure), column("share", "share", 1), *compared_columns(figure))
    heading = _largest(points, times[0], names, whole)
    asked = Table(named=words().columns["group"], columns=columns, rows=tuple(rows))
    return made.section("ranking", heading, fill(_BARS, heading=heading), asked, made.asked.figure)


def _by_code(rows: list[Found], point: Callable[[Found], Point]) -> dict[str, dict[str, Point]]:
    found: dict[str, dict[str, Point]] = {}
    for row in rows:
        found.setdefault(row["code"], {})[row["period"]] = point(row)
    return found


def _count(row: Found) -> Point:
    return Point(
        part=row["part"], is_share=False, reported=row["reported"] or 0, is_withheld=row["is_withheld"] == 1
    )


def _largest(points: dict[str, dict[str, Point]], period: str, names: dict[str, Both], whole: Point) -> Both:
    counts = {code: part for code, each in points.items() if (part := each.get(period, NOTHING).part)}
    if not counts or not whole.part:
        return _NOTHING
    code = max(counts, key=lambda each: (counts[each], each))
    return fill(_LARGEST, group=names[code], value=of_hundred(counts[code] / whole.part))


def subjects(made: Made) -> Section:
    """Quality and achievement of each subject by marks, all grades together, now and a year ago."""
    measures, figure = made.measures, made.figure
    span, own = measures.span_of(made.asked.figure), itself(measures.place)
    times = (span.period, span.before or "", span.year_ago or "") if span else ("", "", "")
    found = measures.file.rows(
        "select period, subject_code as code, any_value(subject_kk) as name_kk, any_value(subject_ru) as name_ru, "
        "sum(marks_good)::bigint as good, sum(marks_passing)::bigint as passing, sum(marks_given)::bigint as given, "
        "max(is_withheld) as is_withheld, max(organisations_counted) as reported from rpt_achievement_by_subject "
        f"where basis = ? and {STRUCTURE} and {own.condition} and period in (?, ?, ?) group by period, subject_code",
        (measures.basis, *own.values, *times),
    )
    good = _by_code(found, lambda row: _share(row, "good"))
    passing = _by_code(found, lambda row: _share(row, "passing"))
    names = {row["code"]: Both(kk=row["name_kk"], ru=row["name_ru"]) for row in found}
    rows = []
    for code, each in good.items():
        now, before, ago = (each.get(time, NOTHING) for time in times)
        pass_rate = passing[code].get(times[0], NOTHING)
        marks = Cell(value=now.whole) if now.whole is not None else Cell(symbol=now.symbol or "x")
        cells = (now.cell, pass_rate.cell, *compared_cells(made, Measured(now, before, ago)), marks)
        rows.append((now, Row(code=code, name=names[code], cells=cells)))
    rows.sort(key=lambda each: (each[0].value is None, -(each[0].value or 0), each[1].code))
    columns: tuple[Column, ...] = (
        figure_column(made.asked.figure), figure_column("achievement_by_marks"), *compared_columns(figure),
        column("marks", "count"),
    )  # fmt: skip
    known = [(now, row) for now, row in rows if now.value is not None]
    heading = _NOTHING
    if known:
        (high, best), (low, worst) = known[0], known[-1]
        heading = fill(
            _SUBJECTS,
            best=best.name,
            worst=worst.name,
            high=value_of(figure, high),
            low=value_of(figure, low),
        )
    asked = Table(named=words().columns["subject"], columns=columns, rows=tuple(row for _, row in rows))
    return made.section("ranking", heading, fill(_BARS, heading=heading), asked, made.asked.figure)


def _share(row: Found, part: str) -> Point:
    return Point(
        part=row[part], whole=row["given"], reported=row["reported"] or 0, is_withheld=row["is_withheld"] == 1
    )
