"""Places beside each other: ranked, on the map, and how far those who did not report could move each."""

from __future__ import annotations

from dashboards.reports.content import Both, Cell, Column, Row, Section, Table
from dashboards.reports.points import Measured, Part
from dashboards.reports.reading import NOTHING, Point
from dashboards.reports.sections.frame import (
    Made,
    column,
    compared_cells,
    compared_columns,
    counted,
    figure_column,
    own_row,
    plain,
    value_of,
)
from dashboards.reports.words import words
from dashboards.reports.writing import Amount, fill, percent, told

_BEST = plain(
    "{name}: ең жоғары көрсеткішті {best} көрсетті ({high}), ең төменін — {worst} ({low})",
    "{name}: наибольшее значение имеет {best} ({high}), наименьшее — {worst} ({low})",
)
_ALIKE = plain(
    "{name}: көрсеткіші белгілі жерлердің бәрінде бірдей — {high}",
    "{name}: всюду, где показатель известен, он одинаков — {high}",
)
_ONE = plain(
    "{name}: көрсеткішті тек {best} көрсетті ({high})",
    "{name}: показатель известен только по одной строке, это {best} ({high})",
)
_RANKED = plain(
    "Жолақты диаграмма, көрсеткіштің кемуі бойынша: {many}. {heading}.",
    "Столбчатая диаграмма по убыванию показателя: {many}. {heading}.",
)
_TILES = plain(
    "Елдің тақташалардан құралған картасы: {many}, түсі неғұрлым қою болса, көрсеткіш соғұрлым жоғары. {heading}.",
    "Карта страны из плиток: {many}, чем темнее плитка, тем выше показатель. {heading}.",
)
_ABOVE = plain(
    "Көрсеткіш {above} ел бойынша көрсеткіштен жоғары, {below} одан төмен болды",
    "Показатель выше республиканского {above}, ниже — {below}",
)
_WIDEST = plain(
    "Есеп тапсырмағандар ескерілсе, {name} көрсеткіші {low} бен {high} аралығында болар еді",
    "С учётом неотчитавшихся показатель «{name}» был бы от {low} до {high}",
)
_ALL_REPORTED = plain(
    "Есеп тапсыруға тиіс ұйымдардың бәрі есеп тапсырды", "Отчитались все организации, обязанные это сделать"
)
_UNSAID = plain(
    "Есеп тапсырмағандар көрсеткішті қаншалықты өзгертетінін айту мүмкін болмады",
    "Насколько неотчитавшиеся могли бы изменить показатель, сказать нельзя",
)
_BOUNDS = plain(
    "Кесінділер: әр жолда көрсеткіштің ең төмен және ең жоғары ықтимал мәні. {heading}.",
    "Отрезки: в каждой строке наименьшее и наибольшее возможное значение показателя. {heading}.",
)


def ranking(made: Made) -> Section:
    """The parts of the place by the figure, with what it was before, and on how much it rests."""
    found = made.parts()
    columns = (figure_column(made.asked.figure), *_beside(made), *compared_columns(made.figure), *_rest(made))
    own = made.measures.measured(made.asked.figure) or Measured(NOTHING, NOTHING, NOTHING)
    rows = [own_row(made.measures, _cells(made, "", own))]
    rows += [Row(code=part.code, name=part.name, cells=_cells(made, part.code, each)) for part, each in found]
    heading = _finding(made, found)
    alt = fill(_RANKED, many=_many(made, len(found)), heading=heading)
    return made.section("ranking", heading, alt, _table(made, columns, rows), made.asked.figure)


def tiles(made: Made) -> Section:
    """The regions on a map of tiles."""
    found = made.parts()
    own = made.measures.measured(made.asked.figure)
    rows = [own_row(made.measures, [own.now.cell if own else NOTHING.cell])]
    rows += [Row(code=part.code, name=part.name, cells=(each.now.cell,)) for part, each in found]
    is_rate = made.figure.unit == "share"
    heading = _against_own(made, found, own.now if own else NOTHING) if is_rate else _finding(made, found)
    alt = fill(_TILES, many=_many(made, len(found)), heading=heading)
    return made.section(
        "tiles", heading, alt, _table(made, (figure_column(made.asked.figure),), rows), made.asked.figure
    )


def bounds(made: Made) -> Section:
    """How far those who did not report could move the figure of each part, widest first."""
    name, figure = made.asked.figure, made.figure
    own = made.measures.measured(name) or Measured(NOTHING, NOTHING, NOTHING)
    missing = made.bounds.missing(name)

    def cells(code: str, point: Point) -> tuple[Cell, ...]:
        low, high = made.bounds.of_part(name, code, point) if code else made.bounds.of_place(name)
        absent = [each for each in missing if not code or each.part == code]
        if not absent:
            low = high = point.value
        unsaid = Cell(symbol="c" if point.symbol == "c" else "x")
        return (
            point.cell,
            Cell(value=low) if low is not None else unsaid,
            Cell(value=high) if high is not None else unsaid,
            Cell(value=len(absent)),
            counted(point.due),
            *((_coverage(made, code),) if name == "attendance" else ()),
        )

    rows = [
        Row(code=part.code, name=part.name, cells=cells(part.code, each.now)) for part, each in made.parts()
    ]
    rows.sort(key=lambda row: (-_width(row), row.name.kk))
    columns = (
        figure_column(name), column("low", "share", figure.digits), column("high", "share", figure.digits),
        column("missing", "count"), column("due", "count"),
        *((column("coverage", "share", 1),) if name == "attendance" else ()),
    )  # fmt: skip
    total = own_row(made.measures, cells("", own.now))
    heading = _widest(made, total)
    return made.section(
        "bounds", heading, fill(_BOUNDS, heading=heading), _table(made, columns, [total, *rows]), name,
        low="low", high="high",
    )  # fmt: skip


def _width(row: Row) -> float:
    low, high = row.cells[1].value, row.cells[2].value
    return high - low if low is not None and high is not None else -1.0


def _widest(made: Made, total: Row) -> Both:
    low, high = total.cells[1].value, total.cells[2].value
    if not total.cells[3].value:
        return _ALL_REPORTED
    if low is None or high is None:
        return _UNSAID
    digits = made.figure.digits
    name = told(lambda each: made.figure.name.of(each)[:1].lower() + made.figure.name.of(each)[1:])
    shown = Both(kk=name.kk, ru=made.figure.name.ru)
    return fill(_WIDEST, name=shown, low=percent(low, digits), high=percent(high, digits))


def _table(made: Made, columns: tuple[Column, ...], rows: list[Row]) -> Table:
    return Table(named=words().parts[made.measures.place.level].name, columns=columns, rows=tuple(rows))


def _beside(made: Made) -> tuple[Column, ...]:
    return tuple(figure_column(name) for name in made.asked.beside)


def _rest(made: Made) -> tuple[Column, ...]:
    """On how much a row rests."""
    based_on = told(lambda each: f"{words().columns['based_on'].of(each)}: {made.figure.of.of(each)}")
    columns = () if made.figure.unit == "count" else (Column(code="based_on", label=based_on, unit="count"),)
    reported = (*columns, column("reported", "count"))
    if not made.figure.is_asked:
        return reported
    return (*reported, column("due", "count")) + (
        (column("coverage", "share", 1),) if made.asked.figure == "attendance" else ()
    )


def _cells(made: Made, code: str, found: Measured) -> tuple[Cell, ...]:
    cells = [found.now.cell]
    for name in made.asked.beside:
        of = made.measures.of_parts(name).get(code) if code else None
        own = made.measures.measured(name) if not code else None
        point = of[1].now if of else own.now if own else NOTHING
        cells.append(point.cell)
    cells += compared_cells(made, found)
    if made.figure.unit == "share":
        cells.append(
            Cell(value=found.now.persons)
            if found.now.persons is not None
            else Cell(symbol=found.now.symbol or "x")
        )
    cells.append(counted(found.now.reported))
    if made.figure.is_asked:
        cells.append(counted(found.now.due))
        if made.asked.figure == "attendance":
            cells.append(_coverage(made, code))
    return tuple(cells)


def _coverage(made: Made, code: str) -> Cell:
    found = made.bounds.coverage.get(code)
    share = found.share if found else None
    return Cell(value=share) if share is not None else Cell(symbol="x")


def _many(made: Made, rows: int) -> Both:
    return fill(words().parts[made.measures.place.level].many, n=Amount(rows))


def _finding(made: Made, found: list[tuple[Part, Measured]]) -> Both:
    """Who has the highest value and who the lowest: of those with enough behind it, bundles of small groups apart."""
    ranked = [(part, each.now) for part, each in found if each.now.is_ranked and each.now.value is not None]
    if not ranked:
        return words().parts[made.measures.place.level].none
    (best, high), (worst, low) = ranked[0], ranked[-1]
    pattern = _ONE if len(ranked) == 1 else _ALIKE if high.value == low.value else _BEST
    return fill(
        pattern, name=made.figure.name, best=best.name, worst=worst.name,
        high=value_of(made.figure, high), low=value_of(made.figure, low),
    )  # fmt: skip


def _against_own(made: Made, found: list[tuple[Part, Measured]], own: Point) -> Both:
    values = [each.now.value for _, each in found if each.now.value is not None]
    if own.value is None or not values:
        return words().parts[made.measures.place.level].none
    places = words().parts[made.measures.place.level].counted_in
    return fill(
        _ABOVE,
        above=fill(places, n=Amount(sum(each > own.value for each in values))),
        below=fill(places, n=Amount(sum(each < own.value for each in values))),
    )
