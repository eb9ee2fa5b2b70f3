"""Three sentences of the first page, made of the numbers: how high the main figure is and what became of it, on how
many parts it rose and fell, and who reported."""

from __future__ import annotations

from collections.abc import Iterable

from dashboards.reports.bounds import Bounds
from dashboards.reports.content import Both
from dashboards.reports.discipline import without_deadline
from dashboards.reports.measures import Measures
from dashboards.reports.points import Measured
from dashboards.reports.reading import NOTHING, Point
from dashboards.reports.sections.frame import value_of
from dashboards.reports.words import Against, Figure, words
from dashboards.reports.writing import Amount, fill, joined, of_hundred, percent, same

_VALUE = Both(kk="{name} {value} {verb}", ru="{name} {verb} {value}")
_UNKNOWN = Both(
    kk="«{name}» көрсеткіші белгісіз: есептер түскен жоқ.",
    ru="Показатель «{name}» неизвестен: отчёты не поступили.",
)
_WITHHELD = Both(
    kk="«{name}» көрсеткіші көрсетілмейді: ол тым аз адамға негізделген.",
    ru="Показатель «{name}» не приводится: он основан на слишком малом числе людей.",
)
_NOTHING = Both(
    kk="«{name}» көрсеткішін есептеу мүмкін болмады: есептерде ештеңе болған жоқ.",
    ru="Показатель «{name}» рассчитать нельзя: отчёты сданы нулевые.",
)
_HIGHER = Both(kk="{than} {change} жоғары", ru="на {change} выше, {than}")
_LOWER = Both(kk="{than} {change} төмен", ru="на {change} ниже, {than}")
_MORE = Both(kk="{than} {change} көп", ru="на {change} больше, {than}")
_FEWER = Both(kk="{than} {change} аз", ru="на {change} меньше, {than}")
_AND = Both(kk=", ", ru=", и ")
_POINTS = Both(kk="{value} пайыздық тармаққа", ru="{value} процентного пункта")
_FELL = Both(kk="{where} төмендеді", ru="снизился {where}")
_ROSE = Both(kk="{where} өсті", ru="вырос {where}")
_STILL = Both(kk="{where} өзгерген жоқ", ru="не изменился {where}")
_MOVED = Both(kk="Көрсеткіш {moved}.", ru="Показатель {moved}.")
_MOVED_IN_A_YEAR = Both(
    kk="Бір жыл бұрынғымен салыстырғанда көрсеткіш {moved}.",
    ru="По сравнению с прошлым годом показатель {moved}.",
)
_NOT_COMPARED = Both(
    kk="Көрсеткішті алдыңғы кезеңмен салыстыруға болатын жер болған жоқ.",
    ru="Сравнить показатель с предыдущим периодом было негде.",
)
_REPORTED = Both(
    kk="Есеп тапсыруға тиіс {due} ұйымнан {reported} ұйым есеп тапсырды",
    ru="{reported:Отчиталась|Отчитались|Отчитались} {reported} {reported:организация|организации|организаций} из {due}",
)
_NOBODY = Both(
    kk="Есеп тапсыруға тиіс ұйымдардың бірде-бірі есеп тапсырған жоқ (барлығы {due})",
    ru="Не отчиталась ни одна из организаций, обязанных это сделать (всего {due})",
)
_ALL = Both(
    kk="Есеп тапсыруға тиіс ұйымдардың бәрі есеп тапсырды (барлығы {due})",
    ru="Отчитались все организации, обязанные это сделать (всего {due})",
)
_UP_TO = Both(
    kk="қалғандары ескерілсе, көрсеткіш {low} бен {high} аралығында болар еді",
    ru="с учётом остальных показатель был бы от {low} до {high}",
)


def sentences(measures: Measures, bounds: Bounds) -> tuple[Both, ...]:
    """The three, of the main figure."""
    found = measures.measured(measures.of.main) or Measured(NOTHING, NOTHING, NOTHING)
    return (_said(measures, found), _moved(measures), _reported(measures, bounds, found.now))


def _said(measures: Measures, found: Measured) -> Both:
    figure = words().figures[measures.of.main]
    if found.now.value is None:
        pattern = {"c": _WITHHELD, "z": _NOTHING}.get(found.now.symbol, _UNKNOWN)
        return fill(pattern, name=figure.said)
    verb = words().verbs["was"].of(figure.gender)
    said = fill(_VALUE, name=figure.said, value=same(value_of(figure, found.now)), verb=verb)
    held = [
        _held(figure, found.now, then, against)
        for then, against in (
            (found.before, words().rhythms[figure.rhythm]),
            (found.year_ago, words().year_ago),
        )
        if then.value is not None
    ]
    if not held:
        return fill(Both(kk="{said}.", ru="{said}."), said=said)
    return fill(Both(kk="{said}: {held}.", ru="{said}: {held}."), said=said, held=joined(held, ", ", _AND))


def _held(figure: Figure, now: Point, then: Point, against: Against) -> Both:
    change = (now.value or 0) - (then.value or 0)
    if abs(change) < figure.still:
        return against.alike
    if figure.unit == "share":
        amount = fill(_POINTS, value=of_hundred(abs(change), figure.digits))
        return fill(_HIGHER if change > 0 else _LOWER, than=against.than, change=amount)
    amount = counted_by(figure, abs(round(change)))
    return fill(_MORE if change > 0 else _FEWER, than=against.than, change=amount)


def counted_by(figure: Figure, count: int) -> Both:
    """By how many people a count changed."""
    counted = figure.counted or same("")
    forms = counted.ru.split("|")
    pattern = Both(kk="{n} " + counted.kk, ru="{n} {n:" + "|".join(forms) + "}" if len(forms) == 3 else "{n}")
    return fill(pattern, n=Amount(count))


def _moved(measures: Measures) -> Both:
    figure = words().figures[measures.of.main]
    found = [each for _, each in measures.of_parts(measures.of.main).values()]
    pattern, changes = _MOVED, _changes((each.now, each.before) for each in found)
    if not changes:
        pattern, changes = _MOVED_IN_A_YEAR, _changes((each.now, each.year_ago) for each in found)
    if not changes:
        return _NOT_COMPARED
    fell = sum(change <= -figure.still for change in changes)
    rose = sum(change >= figure.still for change in changes)
    of = ((fell, _FELL), (rose, _ROSE), (len(changes) - fell - rose, _STILL))
    where = words().parts[measures.place.level].counted_in
    told_of = [fill(verb, where=fill(where, n=Amount(count))) for count, verb in of if count]
    return fill(pattern, moved=joined(told_of))


def _changes(pairs: Iterable[tuple[Point, Point]]) -> list[float]:
    return [now.value - then.value for now, then in pairs if now.value is not None and then.value is not None]


def _reported(measures: Measures, bounds: Bounds, now: Point) -> Both:
    unasked = without_deadline(measures, measures.of.form, now.reported)
    if unasked:
        return fill(Both(kk="{said}.", ru="{said}."), said=unasked)
    due = now.due or 0
    pattern = _NOBODY if not now.reported else _ALL if now.reported >= due else _REPORTED
    said = fill(pattern, due=Amount(due), reported=Amount(now.reported))
    low, high = bounds.of_place(measures.of.main)
    if low is None or high is None:
        return fill(Both(kk="{said}.", ru="{said}."), said=said)
    digits = words().figures[measures.of.main].digits
    up_to = fill(_UP_TO, low=percent(low, digits), high=percent(high, digits))
    return fill(Both(kk="{said}; {up_to}.", ru="{said}; {up_to}."), said=said, up_to=up_to)
