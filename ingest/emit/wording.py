"""What a form and its columns are said to be, in words of one language.

In: a contract, a column, a language. Out: texts for people: templates and docs pages say the same thing.
"""

from __future__ import annotations

from datetime import date, time

from ingest.schema.forms.codelist import Code, codelist
from ingest.schema.forms.contract import Contract, FormField, Language
from ingest.schema.texts.words import Words
from ingest.schema.values.moment import Moment, moment_words, read_moment
from ingest.schema.values.period import Period

say = Words("template").say


def both_labels(field: FormField, language: Language) -> tuple[str, str | None]:
    """A column's label in the language asked, and in the other of Kazakh and Russian where it differs."""
    first = field.labels.in_language(language)
    second = field.labels.kk if language == "ru" else field.labels.ru
    return first, second if second.casefold() != first.casefold() else None


def type_words(field: FormField, language: Language) -> str:
    """What kind of value a column holds, with its unit."""
    kind = field.type if field.format == "default" else field.format
    said = say("type_list" if field.constraints.codelist else f"type_{kind}", language)
    return f"{said}, {say('unit', language, unit=field.unit.in_language(language))}" if field.unit else said


def codes_of(field: FormField, on: date | None = None) -> list[Code]:
    """The entries a column offers: those valid on a day, or without one those that have not ended."""
    name = "yes_no" if field.type == "boolean" else field.constraints.codelist
    return [entry for entry in codelist(name).codes if _holds(entry, on)] if name else []


def _holds(entry: Code, on: date | None) -> bool:
    if on is None:
        return entry.valid_to is None
    return (entry.valid_from or on) <= on <= (entry.valid_to or on)


def allowed_words(field: FormField, language: Language, *, lists: bool = True) -> str:
    """What a column's values may be, empty where anything goes; with `lists` the labels of its codes."""
    limits = field.constraints
    said: list[str] = []
    if lists:
        said += ["; ".join(entry.labels.in_language(language) for entry in codes_of(field))]
    said.append(_span(limits.minimum, limits.maximum, language))
    said.append(_lengths(limits.min_length, limits.max_length, language))
    if limits.pattern and field.example:
        said.append(say("by_pattern", language, example=example_of(field, language)))
    if limits.unique:
        said.append(say("is_unique", language))
    return ", ".join(part for part in said if part)


def _span(least: float | Moment | None, most: float | Moment | None, language: Language) -> str:
    facts = {"least": _plain(least), "most": _plain(most)}
    is_date = isinstance(least, date | time) or isinstance(most, date | time)
    if least is not None and most is not None:
        return say("between", language, **facts)
    if least is not None:
        return say("not_before" if is_date else "at_least", language, **facts)
    if most is not None:
        return say("not_after" if is_date else "at_most", language, **facts)
    return ""


def _lengths(least: int | None, most: int | None, language: Language) -> str:
    if least is not None and least == most:
        return say("length_exactly", language, length=least)
    if least is not None and most is not None:
        return say("length_between", language, least=least, most=most)
    if least is not None:
        return say("length_at_least", language, least=least)
    return say("length_at_most", language, most=most) if most is not None else ""


def _plain(bound: float | Moment | None) -> str:
    if isinstance(bound, date | time):
        return moment_words(bound)
    return str(bound).replace(".", ",")


def day_words(day: date) -> str:
    """A day as it is written in the country."""
    return f"{day:%d.%m.%Y}"


def span_words(period: Period) -> str:
    """A period as submitters write it, with its days."""
    if period.start == period.end:
        return day_words(period.start)
    return f"{period.text} ({day_words(period.start)}–{day_words(period.end)})"


def example_of(field: FormField, language: Language) -> str:
    """The column's example as a person of that language would write it; empty where it has none."""
    example = field.example or ""
    if field.type in ("date", "time", "datetime") and (moment := read_moment(example)):
        return moment_words(moment)
    if field.type == "number":
        return example.replace(".", ",")
    known = {entry.code: entry.labels.in_language(language) for entry in codes_of(field)}
    return known.get(example, example)


def privacy_words(field: FormField, language: Language) -> str:
    """What becomes of a column that says something about a person."""
    return say(f"privacy_{field.lands_as or field.privacy}", language)


def node_kind_words(kinds: tuple[str, ...], language: Language) -> str:
    """Who submits or approves, as kinds of reporting nodes."""
    known = codelist("node_kind").by_code
    return ", ".join(known[kind].labels.in_language(language) for kind in kinds)


def period_words(contract: Contract, language: Language) -> str:
    """What kind of period a report is on."""
    return codelist("period_kind").by_code[contract.period].labels.in_language(language)


def due_words(contract: Contract, language: Language, period: Period | None = None) -> str:
    """By when a report is due: as a rule, or for one period as a date."""
    if contract.due is None:
        return say("due_on_change" if contract.period == "as_of" else "due_once", language)
    if period:
        return say("due_on", language, date=day_words(contract.due.date_of(period)))
    days = contract.due.days
    if days < 0:
        return say(f"due_before_{contract.due.after}", language, days=-days)
    if days == 0 and contract.due.after == "end":
        return say("due_last_day", language)
    return say(f"due_after_{contract.due.after}", language, days=days, number=days + 1)
