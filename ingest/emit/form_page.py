"""Contract → the documentation page of a form, in Kazakh or Russian.

In: a contract, a language and the checks its files go through (the judging room knows them). Out: Markdown: what
the form is for, who submits it and by when, its columns, its checks with what they say, an example.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from ingest.emit.emitter import contract_path, notice
from ingest.emit.template_guide import facts_of
from ingest.emit.wording import allowed_words, both_labels, example_of, privacy_words, say, type_words
from ingest.schema.forms.contract import Contract, Demand, FormField, Labels, Language, Severity
from ingest.schema.forms.layout import rearranged, registers
from ingest.schema.texts.catalogue import catalogue

_COLUMNS = (
    "number_head",
    "column_head",
    "name_head",
    "type_head",
    "required_head",
    "allowed_head",
    "meaning_head",
    "privacy_head",
)
_CHECKS = ("check_head", "severity_head", "columns_heading", "message_head")
_KINDS = ("identifier", "date", "time", "datetime", "integer", "number", "list", "alphabet")
_WORST_FIRST: tuple[Severity, ...] = ("error", "query", "note")


@dataclass(frozen=True)
class FormCheck:
    """One check of a form: its code, severity, the column it speaks of, and what its message can say already."""

    code: str
    severity: Severity
    column: Labels
    words: Mapping[str, object]


def form_page(
    contract: Contract, language: Language, checks: Iterable[FormCheck], forms: Mapping[str, Contract]
) -> str:
    """The page as Markdown. `forms`: the other contracts, for the names of those it is compared with."""
    lines = [
        f"<!-- {notice(contract_path(contract))} -->",
        "",
        f"# {contract.labels.in_language(language)}",
        "",
        *(f"- **{label}:** {text}" for label, text in _facts(contract, language, forms)),
        "",
        f"## {say('columns_heading', language)}",
        "",
        *_table(
            _heads(_COLUMNS, language),
            [_column(n, f, contract.demand(f), language) for n, f in _numbered(contract)],
        ),
        "",
        f"## {say('reading_heading', language)}",
        "",
        say("reading_intro", language),
        "",
        *(f"- {say(name, language)}" for name in _kinds(contract)),
        "",
        f"## {say('checks_heading', language)}",
        "",
        say("checks_intro", language),
        "",
        *_table(_heads(_CHECKS, language), _check_rows(checks, language)),
        "",
        f"## {say('example_heading', language)}",
        "",
        say("example_intro", language),
        "",
        "```csv",
        *_example(contract, language),
        "```",
        "",
    ]
    return "\n".join(lines)


def _facts(contract: Contract, language: Language, forms: Mapping[str, Contract]) -> list[tuple[str, str]]:
    labels = [field.labels.in_language(language) for field in map(contract.field, contract.primary_key)]
    empty = ", ".join(f"`{value}`" for value in contract.missing_values if value)
    facts = [
        (say("name_head", language), f"`{contract.form}`"),
        *facts_of(contract, language),
        (say("key", language), ", ".join(labels)),
    ]
    if contract.depends_on:
        others = [
            f"[{forms[form].labels.in_language(language)}]({form}.{language}.md)"
            for form in contract.depends_on
        ]
        facts.append((say("depends_on", language), ", ".join(others)))
    facts += _sheets(contract, language)
    sources = [layout.source.in_language(language) for layout in rearranged(contract)]
    sources += [layout.source.in_language(language) for layout in registers(contract)]
    if sources:
        facts.append((say("layouts", language), "; ".join(sources)))
    return [*facts, (say("missing_values", language), empty)] if empty else facts


def _sheets(contract: Contract, language: Language) -> list[tuple[str, str]]:
    """Which sheets are read, and which columns may stand beside the table or go by their numbers."""
    layout = contract.layout
    facts = []
    if layout.sheets:
        shown = [f"`{choice.pattern}`" if choice.pattern else choice.shown for choice in layout.sheets]
        facts.append((say("sheets_read", language), ", ".join(shown)))
    if layout.sheet_name:
        names = [name for key, name in layout.named_columns() if key == "layout.sheet_name"]
        facts.append((say("from_sheet_name", language), _labels(contract, names, language)))
    if layout.beside:
        said = [
            f"«{entry.labels[0]}: …» — {_labels(contract, entry.fields, language)}" for entry in layout.beside
        ]
        facts.append((say("from_beside", language), "; ".join(said)))
    if layout.numbered:
        said = [
            f"{number} — {_labels(contract, [name], language)}" for name, number in layout.numbered.items()
        ]
        facts.append((say("by_number", language), "; ".join(said)))
    return facts


def _labels(contract: Contract, names: Iterable[str], language: Language) -> str:
    return ", ".join(contract.field(name).labels.in_language(language) for name in names)


def _heads(names: Sequence[str], language: Language) -> list[str]:
    return [say(name, language) for name in names]


def _numbered(contract: Contract) -> Iterable[tuple[int, FormField]]:
    return enumerate(contract.fields, start=1)


def _column(number: int, field: FormField, demand: Demand, language: Language) -> list[str]:
    first, second = both_labels(field, language)
    return [
        str(number),
        f"**{first}**" + (f"<br>{second}" if second else ""),
        f"`{field.name}`",
        type_words(field, language),
        say(f"is_{demand}", language),
        allowed_words(field, language) or "—",
        (field.description or field.labels).in_language(language),
        privacy_words(field, language),
    ]


def _kinds(contract: Contract) -> list[str]:
    """The texts on how cells are read, those of the kinds of column the form has."""
    kinds = {_kind(field) for field in contract.fields}
    return [f"reading_{kind}" for kind in _KINDS if kind in kinds]


def _kind(field: FormField) -> str:
    if field.format != "default" or field.alphabet:
        return "alphabet" if field.alphabet else "identifier"
    return "list" if field.constraints.codelist or field.type == "boolean" else field.type


def _check_rows(checks: Iterable[FormCheck], language: Language) -> list[list[str]]:
    """One row per code and severity, worst first: what is checked of many columns alike is said once."""
    alike: dict[tuple[str, Severity], list[FormCheck]] = {}
    for check in checks:
        alike.setdefault((check.code, check.severity), []).append(check)
    ordered = sorted(alike.items(), key=lambda entry: _WORST_FIRST.index(entry[0][1]))
    return [
        [
            f"{catalogue()[code].titled(severity).in_language(language)}<br>`{code}`",
            say(severity, language),
            ", ".join(dict.fromkeys(check.column.in_language(language) for check in same)),
            _message(same, language),
        ]
        for (code, severity), same in ordered
    ]


def _message(same: Sequence[FormCheck], language: Language) -> str:
    """What the check says, with the words that all of these columns share."""
    kind = catalogue()[same[0].code]
    shared = {
        name: word
        for name, word in same[0].words.items()
        if all(other.words.get(name) == word for other in same)
    }
    severity = same[0].severity
    return f"{kind.said(language, severity, shared)} {kind.advice(language, severity, shared)}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [heads, ["---"] * len(heads), *rows]
    return ["| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _example(contract: Contract, language: Language) -> list[str]:
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(field.labels.in_language(language) for field in contract.fields)
    rows.writerow(example_of(field, language) for field in contract.fields)
    return text.getvalue().splitlines()
