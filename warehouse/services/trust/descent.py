"""What each table of the model descends from, read from the model itself: a new table is known without new code.

In: `dbt_project`. Out: `tables()`, each with what it is made of, its grain and its references; the columns a figure is
computed from. Statements are not parsed but searched: what stands between two commas before `as figure` names what the
figure is made of. What decides only which row of a dictionary or dimension is joined is not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml

from ingest.schema.forms.load import contracts
from warehouse.storage.builds.engines.dbt_process import DBT_PROJECT

SUBMISSIONS = "dim_submission"
_PERSON = "person_key"
_REF = re.compile(r"""\bref\(\s*['"](\w+)['"]\s*\)""")
_SOURCE = re.compile(r"""\bsource\(\s*['"](\w+)['"]\s*,\s*['"](\w+)['"]\s*\)""")
_MACRO = re.compile(r"{%-? ?macro (\w+)\(")
_LINE_COMMENT = re.compile(r"--[^\n]*")
_WORD = re.compile(r"\b[a-z_][a-z0-9_]*\b(?![.(])")
_CAST = re.compile(r"\bas\s+\w+(?:\s*\([\d\s,]*\))?\s*\)")
_OF_SQL = frozenset(
    {
        "select",
        "distinct",
        "from",
        "where",
        "group",
        "order",
        "partition",
        "by",
        "over",
        "and",
        "or",
        "not",
        "is",
    }
    | {
        "null",
        "in",
        "as",
        "case",
        "when",
        "then",
        "else",
        "end",
        "on",
        "between",
        "true",
        "false",
        "asc",
        "desc",
    }
    | {"left", "inner", "join", "cross", "union", "all"}
)
"""Words of the language, which stand between the names of columns."""
_OPENS, _CLOSES = ")]}", "([{"  # read from behind
_BEGINS = re.compile(r"\b(select|distinct|union|all)\s*$")


@dataclass(frozen=True)
class Reference:
    """A column that holds the key of another table."""

    column: str
    to: str
    key: str


@dataclass(frozen=True)
class Table:
    """One table of the model.

    `made_of`: other tables and dictionaries; `forms`: those whose landed rows it reads itself; `extracts`: of the
    ledger. `units`: what its rounded figures are multiples of, in numbers of the fewest persons shown; None where
    nothing of it is rounded; `aside`: its figures that are exact all the same. `named`: forms that its statement names.
    """

    name: str
    text: str
    made_of: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    extracts: frozenset[str] = frozenset()
    grain: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    columns: tuple[str, ...] = ()
    is_about_persons: bool = False
    units: Mapping[str, int] | None = None
    aside: tuple[str, ...] = field(default=())
    named: frozenset[str] = frozenset()

    def unit_of(self, column: str) -> int:
        """How many times the fewest persons shown a figure is a multiple of; 0 where it is exact."""
        if self.units is None or column in self.aside:
            return 0
        return self.units.get(column, 1)


@cache
def tables() -> Mapping[str, Table]:
    """Every table of the model by its name."""
    described: dict[str, Any] = {}
    for file in sorted((DBT_PROJECT / "models").rglob("*.yml")):
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        described |= {each["name"]: each for each in content.get("models", ())}
    macros = _macros()
    found = {}
    for file in sorted((DBT_PROJECT / "models").rglob("*.sql")):
        text = _without_comments(file.read_text(encoding="utf-8"))
        whole = text + "".join(_macros_in(text, macros))
        about = described.get(file.stem, {})
        found[file.stem] = _table(file.stem, text, whole, about, "persons" in file.parts)
    return found


def forms_behind(name: str) -> set[str]:
    """The forms whose landed rows a table is made of, not through its dimensions; through those where it is made of
    nothing else."""
    found = {form for each in _behind(name, "dim_") for form in each.forms}
    if found or dictionaries_behind(name) or extracts_behind(name):
        return found
    return {form for each in _behind(name, None) for form in each.forms}


def forms_told_of(table: Table) -> set[str]:
    """The forms whose reports alone a table tells of: those its statement names, and those of the facts it reads
    itself; none where it names none, and tells of whatever it is made of."""
    if not table.named:
        return set()
    facts = [each for each in carriers_of(table.name) if each in table.made_of]
    return set(table.named).union(*(forms_behind(each) for each in facts))


def dictionaries_behind(name: str) -> set[str]:
    """The dictionaries that a table is made of, not through its dimensions."""
    known = tables()
    return {made for each in _behind(name, "dim_") for made in each.made_of if made not in known}


def extracts_behind(name: str) -> set[str]:
    """The extracts of the ledger that a table is made of, not through its dimensions."""
    return {extract for each in _behind(name, "dim_") for extract in each.extracts}


def carriers_of(name: str) -> list[str]:
    """The nearest tables behind a table whose rows name their submission; itself, where its own do."""
    known = tables()
    found: list[str] = []
    waiting, seen = [name], set[str]()
    while waiting:
        each = waiting.pop(0)
        if each in seen or each not in known:
            continue
        seen.add(each)
        is_dimension = each.startswith(("dim_", "brg_")) and each not in (name, SUBMISSIONS)
        if submission_columns(known[each]) and not is_dimension:
            found.append(each)
        elif not is_dimension:
            waiting += sorted(known[each].made_of)
    return found


def submission_columns(table: Table) -> list[str]:
    """The columns of a published table that hold the number of a submission."""
    if not table.name.startswith(("fct_", "dim_", "rpt_", "brg_")):
        return []
    named = [each.column for each in table.references if each.to == SUBMISSIONS]
    own = [column for column in table.columns if column == "submission_key"]
    return list(dict.fromkeys([*named, *own]))


def names_behind(table: Table, column: str) -> list[str]:
    """What a column of a table is computed from inside its own statement, itself first: words, not all of them
    columns."""
    return list(_names_behind(table.text, column))


@cache
def _names_behind(text: str, column: str) -> tuple[str, ...]:
    found = {column: True}
    waiting = [column]
    while waiting:
        for word in _words_of(text, waiting.pop(0)):
            if word not in found:
                found[word] = True
                waiting.append(word)
    return tuple(found)


def fields_behind(name: str, column: str, form: str, landed: Iterable[str]) -> set[str]:
    """Which of the columns landed of a form a figure of a table is computed from; none where only rows are counted."""
    known, wanted = tables(), set(landed)
    found: set[str] = set()
    waiting, seen = [(name, column)], set[tuple[str, str]]()
    while waiting:
        each, part = waiting.pop()
        if (each, part) in seen or each not in known:
            continue
        seen.add((each, part))
        table = known[each]
        words = names_behind(table, part)
        if form in table.forms:
            found |= wanted & set(words)
            continue
        for other in table.made_of:
            if other in known and not other.startswith("dim_"):
                mentioned = known[other].columns or words
                waiting += [(other, word) for word in words if word in mentioned]
    # Whether a group is large enough to be shown asks who is in it, beside what the figure itself is made of.
    return found - {_PERSON} or found


def _words_of(text: str, name: str) -> Iterator[str]:
    """The words of every expression that is called so."""
    # What a bracket follows or closes is a statement of its own, or the type of a cast.
    for ends in re.finditer(rf"\bas\s+{re.escape(name)}\b(?!\s*[()])", text):
        depth, place = 0, ends.start()
        while place > 0:
            place -= 1
            sign = text[place]
            if sign in _OPENS:
                depth += 1
            elif sign in _CLOSES:
                depth -= 1
            if depth < 0 or (depth == 0 and (sign == "," or _BEGINS.search(text, max(place - 10, 0), place))):
                break
        for word in _WORD.findall(_CAST.sub(")", text[place : ends.start()])):
            if word not in _OF_SQL:
                yield str(word)


def _behind(name: str, but: str | None) -> Iterator[Table]:
    known = tables()
    waiting, seen = [name], set[str]()
    while waiting:
        each = waiting.pop()
        if each in seen or each not in known:
            continue
        seen.add(each)
        yield known[each]
        waiting += [made for made in known[each].made_of if but is None or not made.startswith(but)]


def _table(name: str, text: str, whole: str, about: Mapping[str, Any], is_about_persons: bool) -> Table:
    sources = _SOURCE.findall(whole)
    tests = _tests(about)
    guard = tests.get("few_are_not_shown")
    return Table(
        name,
        text,
        frozenset(_REF.findall(whole)) - {name},
        frozenset(table for kind, table in sources if kind == "lake"),
        frozenset(table for kind, table in sources if kind == "ledger"),
        _grain(about, tests),
        tuple(_references(tests.get("relationships", {}))),
        tuple(each["name"] for each in about.get("columns", ())),
        is_about_persons,
        None if guard is None else guard.get("units", {}),
        tuple(guard.get("aside", ())) if guard else (),
        frozenset(form for form in contracts() if f"'{form}'" in text),
    )


def _tests(about: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Name of a test of a table → its arguments."""
    given = [each for each in about.get("data_tests", ()) if isinstance(each, dict)]
    return {name: told.get("arguments", told) for each in given for name, told in each.items()}


def _grain(about: Mapping[str, Any], tests: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    if stated := tests.get("unique_grain"):
        return tuple(stated["columns"])
    if stated := tests.get("primary_keys"):
        return tuple(stated["columns"][:1])
    keys = [each["name"] for each in about.get("columns", ()) if "primary_key" in each.get("data_tests", ())]
    return tuple(keys[:1])


def _references(told: Mapping[str, Any]) -> Iterator[Reference]:
    for each in told.get("references", ()):
        if to := _REF.search(each["to"]):
            yield Reference(each["column"], to[1], each["field"])


def _macros() -> dict[str, str]:
    texts = (file.read_text(encoding="utf-8") for file in sorted((DBT_PROJECT / "macros").rglob("*.sql")))
    return dict(macro for text in texts for macro in _macros_of(_without_comments(text)))


def _macros_of(text: str) -> Iterator[tuple[str, str]]:
    """Name and text of each macro of a file."""
    heads = list(_MACRO.finditer(text))
    starts = [*(each.start() for each in heads), len(text)]
    for head, after in zip(heads, starts[1:], strict=True):
        yield head[1], text[head.start() : after].partition("endmacro")[0]


def _without_comments(text: str) -> str:
    first, *others = text.split("{#")
    return _LINE_COMMENT.sub(" ", " ".join([first, *(each.partition("#}")[2] for each in others)]))


def _macros_in(text: str, macros: Mapping[str, str]) -> Iterator[str]:
    """The texts of the macros that a statement calls, those that they call among them."""
    waiting, seen = [text], set[str]()
    while waiting:
        for name in set(re.findall(r"\b(\w+)\s*\(", waiting.pop())) - seen:
            seen.add(name)
            if name in macros:
                yield macros[name]
                waiting.append(macros[name])
