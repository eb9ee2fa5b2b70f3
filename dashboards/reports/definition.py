"""What a summary is made of: one file a summary, in `definitions/`.

In: the file. Out: a frozen `Definition`, or a DefinitionError that names file and key. What is a decision, such as from
which change on a place is worth a call, stands in the file.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from dashboards.authored import DefinitionError, meant, read_mapping
from dashboards.definition import ASSETS
from dashboards.reports.content import Both, Level, Term
from dashboards.reports.words import Authored, Rhythm, checked, words
from dashboards.reports.writing import Amount, fill

FOLDER = Path(__file__).with_name("definitions")
Kind = Literal[
    "ranking", "tiles", "trend", "distribution", "bounds", "missing", "quality", "causes", "groups", "subjects"
    , "discipline",
]  # fmt: skip


class Section(Authored):
    """A section. `figure`: what it shows first; `beside`: figures in further columns; `levels`: of places that have
    it; `first`: so many rows are drawn; `bin`: width of a bin of a distribution, in shares."""

    code: str
    kind: Kind
    figure: str = ""
    beside: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ("republic", "oblast", "district")
    first: int | None = None
    bin: float = 0.05
    breakdown: str = ""
    form: str = ""
    notes: tuple[Both, ...] = ()


class Rule(Authored):
    """Why a place or an organisation is worth a call. `at_least`: of how much of it, in shares or in times; `persons`:
    the fewest people whose figure is looked at."""

    kind: Literal["fall", "below", "above", "missed"]
    figure: str = ""
    at_least: float
    persons: int = 0
    why: Both


class Calls(Authored):
    """How many are named, and by which rules. Those with the most reasons come first, then those that exceed what the
    rules ask for by the most times, all reasons together (each by `most_times` at most), then by code."""

    regions: int = 3
    organisations: int = 10
    most_times: float = 5
    rules_of_regions: tuple[Rule, ...]
    rules_of_organisations: tuple[Rule, ...]


class Plausible(Authored):
    """Between which values of those like it an organisation that did not report is thought to lie: columns of
    rpt_distribution."""

    low: str = "low_fence"
    high: str = "high_fence"


class Definition(Authored):
    """A summary. `main`: the figure it is about, whose periods it follows; `metrics`: terms of the glossary that the
    dashboards have, as dataset.metric; `terms`: its own."""

    name: str
    title: Both
    rhythm: Rhythm
    form: str
    main: str
    headlines: tuple[str, ...]
    sections: tuple[Section, ...]
    calls: Calls
    plausible: Plausible = Plausible()
    method: tuple[Both, ...]
    metrics: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()


def names() -> tuple[str, ...]:
    """The summaries there are."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.yaml")))


@cache
def definition(name: str) -> Definition:
    """A summary by its name. Raises DefinitionError."""
    if name not in names():
        raise DefinitionError(FOLDER, name, "there is no such summary", meant(name, names()))
    return load(FOLDER / f"{name}.yaml")


def load(file: Path) -> Definition:
    """The summary a file describes. Raises DefinitionError."""
    found = checked(Definition, file)
    if found.name != file.stem:
        raise DefinitionError(file, "name", f"is not that of the file ({found.name})", f"Write {file.stem}.")
    of_sections = [name for each in found.sections for name in (each.figure, *each.beside) if name]
    for name in (found.main, *found.headlines, *of_sections):
        if name not in words().figures:
            raise DefinitionError(file, "figures", f"unknown figure {name}", meant(name, words().figures))
    for rule in (*found.calls.rules_of_regions, *found.calls.rules_of_organisations):
        _check_pattern(rule, file)
    codes = [each.code for each in found.sections]
    if len({*codes}) < len(codes):
        raise DefinitionError(file, "sections", "two have the same code", "Give each its own.")
    return found


TOLD = ("value", "points", "held", "missing", "due", "times")
"""What the reason of a call may tell."""


def _check_pattern(rule: Rule, file: Path) -> None:
    """A reason is filled only once a place has it: what is wrong with it is said before."""
    if rule.figure and rule.figure not in words().figures:
        raise DefinitionError(
            file, "calls", f"unknown figure {rule.figure}", meant(rule.figure, words().figures)
        )
    if not rule.figure and rule.kind != "missed":
        raise DefinitionError(file, "calls", f"a rule {rule.kind} has no figure", "Name one.")
    if rule.at_least <= 0:
        raise DefinitionError(file, "calls", "at_least is not above nought", "Say how much is worth a call.")
    counts: dict[str, Amount | str] = {name: Amount(1) for name in ("missing", "due", "times")}
    try:
        fill(rule.why, {name: counts.get(name, "1") for name in TOLD})
    except (KeyError, IndexError, ValueError, TypeError) as error:
        remedy = f"It may tell {', '.join(TOLD)}; a Russian form is {{n:one|few|many}}."
        raise DefinitionError(
            file, "why", f"{rule.why.ru!r:.60} cannot be filled ({error})", remedy
        ) from None


@cache
def glossary(of: Definition) -> tuple[Term, ...]:
    """The words a reader may look up, as the dashboards have them, then the summary's own."""
    return (*(_metric(name) for name in of.metrics), *of.terms)


def _metric(name: str) -> Term:
    dataset, _, metric = name.partition(".")
    file = ASSETS / "datasets" / f"{dataset}.yaml"
    found = read_mapping(file)["metrics"].get(metric)
    if found is None or "meaning" not in found:
        raise DefinitionError(file, metric, "the glossary of a summary needs its meaning", "Write it.")
    return Term(
        word=Both(**{k: found["label"][k] for k in ("kk", "ru")}),
        meaning=Both(**{k: found["meaning"][k] for k in ("kk", "ru")}),
    )
