"""How a figure is spread over the organisations of a place, in bins of the width the definition says."""

from __future__ import annotations

from statistics import median

from dashboards.reports.content import Both, Cell, Row, Section, Table
from dashboards.reports.reading import within
from dashboards.reports.sections.frame import Made, column, plain
from dashboards.reports.words import words
from dashboards.reports.writing import Amount, fill, number, percent

_HALF = plain(
    "Ұйымдардың жартысының көрсеткіші {value} мәнінен төмен болған жоқ",
    "Половина организаций имеет показатель не ниже {value}",
)
_NOBODY = plain(
    "Ешбір ұйымның көрсеткіші белгілі болған жоқ", "Ни у одной организации показатель не известен"
)
_COLUMNS = plain(
    "Бағанды диаграмма: {many}. {heading}.",
    "Гистограмма: {many}. {heading}.",
)
_BIN = plain("{low}–{high} %", "{low}–{high} %")
_WITHOUT = plain(
    "Көрсеткіші жоқ ұйымдар: есеп тапсырмағаны — {absent}, адам саны тым аз болғандықтан көрсетілмегені — {withheld}.",
    "Организации без показателя: не отчитались — {absent}, не показаны из-за малого числа людей — {withheld}.",
)
_FAR = plain(
    "Өзіне ұқсас ұйымдардан әлдеқайда төмені — {below}, әлдеқайда жоғарысы — {above}.",
    "Намного ниже похожих организаций — {below}, намного выше — {above}.",
)


def distribution(made: Made) -> Section:
    """How many organisations have a value in which bin; bins without any are there too."""
    inside, span = within(made.measures.place), made.measures.span_of(made.asked.figure)
    found = made.measures.file.rows(
        "select organisation_code as code, any_value(figure_value) as value, any_value(standing) as standing "
        "from rpt_distribution where basis = ? and structure = 'as_was' and level = 'organisation' and figure = ? and "
        f"period = ? and {inside.condition} group by organisation_code",
        (made.measures.basis, made.asked.figure, span.period if span else "", *inside.values),
    )
    values = [float(row["value"]) for row in found if row["value"] is not None]
    rows = [
        Row(code=number(low, 0), name=_bin(low, low + width), cells=(Cell(value=count),))
        for low, width, count in _bins(values, made.asked.bin * 100)
    ]
    standings = [row["standing"] for row in found]
    heading = fill(_HALF, value=percent(median(values) / 100, made.figure.digits)) if values else _NOBODY
    many = fill(words().parts["district"].many, n=Amount(len(values)))
    table = Table(
        named=words().columns["values"], columns=(column("organisations", "count"),), rows=tuple(rows)
    )
    section = made.section(
        "distribution", heading, fill(_COLUMNS, many=many, heading=heading), table, "organisations"
    )
    notes = [
        fill(
            _WITHOUT,
            absent=Amount(standings.count("not_reported")),
            withheld=Amount(standings.count("withheld")),
        ),
        fill(_FAR, below=Amount(standings.count("far_below")), above=Amount(standings.count("far_above"))),
    ]
    return section.model_copy(update={"notes": (*section.notes, *notes)})


def _bins(values: list[float], width: float) -> list[tuple[float, float, int]]:
    """Bins from the lowest to the highest that has any; the whole of a share is the end of its last bin."""
    if not values:
        return []
    last = int(-(-100 // width)) - 1
    places = [min(int(value // width), last) for value in values]
    return [(place * width, width, places.count(place)) for place in range(min(places), max(places) + 1)]


def _bin(low: float, high: float) -> Both:
    return fill(_BIN, low=number(low, 0), high=number(high, 0))
