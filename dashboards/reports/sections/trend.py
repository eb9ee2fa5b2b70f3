"""What became of a figure: week by week of this school year beside the last, or period by period."""

from __future__ import annotations

from datetime import date, timedelta

from dashboards.reports.content import Both, Cell, Column, Row, Section, Table
from dashboards.reports.points import Span
from dashboards.reports.sections.frame import Made, column, figure_column, plain
from dashboards.reports.sentences import counted_by
from dashboards.reports.words import Figure, words
from dashboards.reports.writing import fill, of_hundred

_CHANGED = plain("{name} {since} {change} {verb}", "{name} {since} {verb} на {change}")
_STILL = plain("{name} {since} {verb}", "{name} {since} {verb}")
_SINCE = plain("алдыңғы кезеңнен бері", "с предыдущего периода")
_IN_A_YEAR = plain("бір жыл ішінде", "за год")
_FIRST = plain(
    "«{name}» көрсеткішін салыстыратын алдыңғы кезең болған жоқ",
    "Показатель «{name}» сравнить с предыдущим периодом не удалось",
)
_POINTS = plain("{value} пайыздық тармаққа", "{value} процентного пункта")
_LINES = plain(
    "Сызықтық диаграмма: осы оқу жылы және алдыңғы оқу жылы, дерек жоқ апталарда сызық үзіледі. {heading}.",
    "Линейный график: этот и прошлый учебный год, в неделях без данных линия прервана. {heading}.",
)
_LINE = plain(
    "Сызықтық диаграмма, кезеңдер бойынша, ескісінен жаңасына қарай. {heading}.",
    "Линейный график по периодам, от старых к новым. {heading}.",
)
_WEEK = plain("{number}-апта ({days})", "{number}-я неделя ({days})")
_WEEKS_AGO = timedelta(weeks=52)


def trend(made: Made) -> Section:
    """The figure of the place over time, its gaps shown as gaps."""
    name, figure = made.asked.figure, made.figure
    rows = _weeks(made) if figure.rhythm == "week" else _periods(made)
    columns: tuple[Column, ...]
    if figure.rhythm == "week":
        columns = tuple(column(code, figure.unit, figure.digits) for code in ("now", "year_ago"))
    else:
        columns = (figure_column(name),)
    heading = changed(made)
    table = Table(named=words().rhythms[figure.rhythm].name, columns=columns, rows=tuple(rows))
    alt = fill(_LINES if figure.rhythm == "week" else _LINE, heading=heading)
    return made.section("trend", heading, alt, table, columns[0].code)


def changed(made: Made) -> Both:
    """Whether the figure rose or fell since the period before, and by how much."""
    figure, found = made.figure, made.measures.measured(made.asked.figure)
    if found is None or found.now.value is None:
        return fill(_FIRST, name=figure.said)
    then = found.before if found.before.value is not None else found.year_ago
    if then.value is None:
        return fill(_FIRST, name=figure.said)
    change, since = found.now.value - then.value, _SINCE if then is found.before else _IN_A_YEAR
    if abs(change) < figure.still:
        return fill(_STILL, name=figure.said, since=since, verb=words().verbs["still"].of(figure.gender))
    verb = words().verbs["rose" if change > 0 else "fell"].of(figure.gender)
    return fill(_CHANGED, name=figure.said, since=since, change=_amount(figure, abs(change)), verb=verb)


def _amount(figure: Figure, change: float) -> Both:
    if figure.unit == "share":
        return fill(_POINTS, value=of_hundred(change, figure.digits))
    return counted_by(figure, round(change))


def _weeks(made: Made) -> list[Row]:
    """Every week from the first of the school year, or of the last one a year later, to the newest of both."""
    key = made.figure.follows or made.asked.figure
    spans = {span.start: span for span in made.measures.spans.get(key, {}).values()}
    last = made.measures.span_of(made.asked.figure)
    if last is None:
        return []
    begun = _school_year(last.start)
    this = [start for start in spans if begun <= start <= last.start]
    ago = [start + _WEEKS_AGO for start in spans if _school_year(last.start - _WEEKS_AGO) <= start < begun]
    first, end = min([*this, *ago]), max([*this, *ago])
    rows, monday = [], first
    while monday <= end:
        known_ago = min(ago) <= monday <= max(ago) if ago else False
        cells = (
            _cell(made, spans.get(monday) if monday <= last.start else None, is_known=True),
            _cell(made, spans.get(monday - _WEEKS_AGO), is_known=known_ago),
        )
        rows.append(Row(code=_iso(monday), name=_label(spans.get(monday), monday), cells=cells))
        monday += timedelta(weeks=1)
    return rows


def _cell(made: Made, span: Span | None, *, is_known: bool) -> Cell:
    """A week without lessons, or yet to come, has no figure; of a week before all that is known nothing is known."""
    if span is None:
        return Cell(symbol="z" if is_known else "x")
    return made.measures.own(made.asked.figure, span.period).cell


def _school_year(day: date) -> date:
    """The first Monday a school year may have a week from, of the year the day lies in."""
    year = day.year if day >= date(day.year, 8, 25) else day.year - 1
    return date(year, 8, 25)


def _iso(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"


def _label(span: Span | None, monday: date) -> Both:
    if span:
        return span.label
    sunday = monday + timedelta(days=6)
    return fill(_WEEK, number=str(monday.isocalendar()[1]), days=f"{monday:%d.%m}–{sunday:%d.%m.%Y}")


def _periods(made: Made) -> list[Row]:
    """All periods known until that of the summary, oldest first."""
    key = made.figure.follows or made.asked.figure
    spans = sorted(made.measures.spans.get(key, {}).values(), key=lambda span: span.start)
    return [
        Row(
            code=span.period,
            name=span.label,
            cells=(made.measures.own(made.asked.figure, span.period).cell,),
        )
        for span in spans
        if span.start <= made.measures.last_day
    ]
