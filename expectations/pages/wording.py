"""What placeholders of a rule's message say that the rule itself cannot know: labels of columns and codes.

In: the contract and a rule. Out: placeholder → text or trilingual `Labels`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from expectations.rules.rule import Rule
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.contract import LANGUAGES, Contract, Labels, Language
from ingest.schema.texts.words import Words
from ingest.schema.values.moment import moment_words, read_moment


def wording(contract: Contract, rule: Rule) -> dict[str, Any]:
    """Everything that is the same in every finding of the rule."""
    words: dict[str, Any] = {"column": contract.field(rule.column).labels}
    if other := getattr(rule, "other", None):
        words["other"] = contract.field(other).labels
    if keys := getattr(rule, "keys", None):
        words["keys"] = _joined([contract.field(key).labels for key in keys])
    if columns := getattr(rule, "columns", None):
        words["columns"] = _joined([contract.field(name).labels for name in columns])
    for name, values in (rule.when or {}).items():
        words["condition_column"] = contract.field(name).labels
        words["condition"] = (
            _compared(contract, name, values) if isinstance(values, dict) else _values(contract, name, values)
        )
    if must := getattr(rule, "must", None):
        words["requirement"] = _compared(contract, rule.column, must)
    return words | rule.params()


def labels_of(listed: str, codes: Sequence[object]) -> Labels:
    """Codes of a codelist as a submitter knows them, parted by commas."""
    known = codelist(listed).by_code
    return _joined([known[str(code)].labels for code in codes if str(code) in known])


def row_named(row: int, sheet: str | None, own: str | None) -> Labels | int:
    """Another row as messages name it: `5`; with its sheet where that is not the finding's `own`."""
    if sheet is None or sheet == own:
        return row
    return _ROWS.filled("row_of_sheet", row=str(row), sheet=sheet)


_ROWS = Words("other_row")
_PAGE = Words("rules_page")
_SIGNS = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠", "in": "∈", "not in": "∉"}


def _compared(contract: Contract, name: str, signs: Mapping[str, Any]) -> Labels:
    """Comparisons in signs every language reads: `≥ «Built in»`, `∈ standard, adapted`."""

    def operand(given: Any) -> Labels:
        if isinstance(given, dict):
            labels = contract.field(given["column"]).labels
            return _each(lambda language: f"«{labels.in_language(language)}»")
        return _values(contract, name, given if isinstance(given, list | tuple) else [given])

    said = [
        (None, _PAGE.labels(str(given))) if sign == "is" else (_SIGNS.get(sign, sign), operand(given))
        for sign, given in signs.items()
    ]
    return _each(
        lambda language: ", ".join(
            f"{sign} {each.in_language(language)}" if sign else each.in_language(language)
            for sign, each in said
        )
    )


def _values(contract: Contract, name: str, values: Sequence[object]) -> Labels:
    """The values a column may have, as a submitter knows them: labels of codes, numbers as a span."""
    listed = contract.field(name).constraints.codelist
    if listed:
        return labels_of(listed, values)
    if len(values) > 2 and all(isinstance(value, int) for value in values):
        return _same(f"{values[0]}–{values[-1]}")
    return _same(", ".join(_written(value) for value in values))


def _written(value: object) -> str:
    """A value as it is written in the country, where it is a day or a time."""
    moment = read_moment(value) if isinstance(value, str) else None
    return moment_words(moment) if moment else str(value)


def _same(text: str) -> Labels:
    return _each(lambda _: text)


def _joined(labels: Sequence[Labels]) -> Labels:
    return _each(lambda language: ", ".join(label.in_language(language) for label in labels))


def _each(say: Callable[[Language], str]) -> Labels:
    kk, ru, en = (say(language) for language in LANGUAGES)
    return Labels(kk=kk, ru=ru, en=en)
