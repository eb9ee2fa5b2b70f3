"""Everything that is generated from the contracts, from every room: what `bbaj generate` writes and checks.

In: the contracts of a project's root. Out: its generated files, or what drifted. Stands above the rooms whose
emitters it puts together: those of the contract alone, and what needs the judging room, which knows the checks
of a form: the suites, the documentation pages and those of the rules.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from ingest.authored import AuthorError
from ingest.emit.contract_page import CONTRACT_PAGE
from ingest.emit.emitter import Emitter, GeneratedFile
from ingest.emit.form_page import form_page
from ingest.emit.generate import EMITTERS, Drift
from ingest.emit.generate import generate as generate_with
from ingest.emit.template import SUBMITTERS_LANGUAGES
from ingest.schema.forms.codelist import codelist, codelists
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.correction import corrections
from ingest.schema.forms.layout import require_layouts
from ingest.schema.forms.load import contracts
from ingest.schema.texts.catalogue import catalogue

ROOT = Path(__file__).parent.parent


def _suites(contracts: Mapping[str, Contract]) -> Iterator[GeneratedFile]:
    # Great Expectations takes seconds to import: only who generates pays for it.
    from expectations.suite import emit_suite

    for contract in contracts.values():
        path = PurePosixPath(f"expectations/suites/{contract.form}.json")
        yield GeneratedFile(path, emit_suite(contract).encode())


def _pages(contracts: Mapping[str, Contract]) -> Iterator[GeneratedFile]:
    from expectations.suite import checks_of

    for contract in contracts.values():
        checks = checks_of(contract)
        for language in SUBMITTERS_LANGUAGES:
            path = PurePosixPath(f"docs/forms/{contract.form}.{language}.md")
            yield GeneratedFile(path, form_page(contract, language, checks, contracts).encode())


def _rules_pages(contracts: Mapping[str, Contract]) -> Iterator[GeneratedFile]:
    from expectations.pages.rules_page import rules_pages
    from expectations.pages.rules_reference import rules_reference

    yield from rules_pages(contracts)
    yield rules_reference(contracts)


def _term_marks(_: Mapping[str, Contract]) -> Iterator[GeneratedFile]:
    from expectations.term.macros import term_macros

    yield GeneratedFile(PurePosixPath(TERM_MACROS), term_macros().encode())


TERM_MACROS = "dbt_project/macros/term_marks.sql"
TERM_MARKS = Emitter("term_marks", (TERM_MACROS,), _term_marks)
FORM_PAGES = Emitter("form_page", ("docs/forms/*.kk.md", "docs/forms/*.ru.md"), _pages)
SUITES = Emitter("suite", ("expectations/suites/*.json",), _suites)
RULES_PAGES = Emitter("rules", ("docs/rules.*.md",), _rules_pages)


def require_sources(root: Path = ROOT) -> None:
    """Everything that authors write can be followed: contracts, codelists, layouts, corrections, the catalogue of
    findings, the changelog of the rules, and the rules of every form on its columns. Raises AuthorError."""
    from expectations.dry_run import require_runnable
    from expectations.pages.rules_page import require_history

    folder = root / "ingest" / "contracts"
    for name in codelists():
        codelist(name)
    catalogue()
    require_history()
    forms = contracts(folder, anew=True).values()
    # What is read is told before what must be run to be known, which takes a hundred times as long.
    for contract in forms:
        require_layouts(contract, folder)
        corrections(contract, folder)
    for contract in forms:
        require_runnable(contract)


def generate(root: Path = ROOT, *, check: bool = False) -> list[Drift]:
    """Bring every generated file under `root` up to date, or with `check` only compare.

    Returns what was not up to date. Raises AuthorError.
    """
    require_sources(root)
    return generate_with(
        root, (*EMITTERS, FORM_PAGES, SUITES, RULES_PAGES, TERM_MARKS, CONTRACT_PAGE), check=check
    )


def main() -> int:
    """`python -m ingest.generate [--check]`: 1 when something drifted and was not to be written."""
    options = argparse.ArgumentParser(description=generate.__doc__)
    options.add_argument("--check", action="store_true", help="change nothing, fail on drift")
    check = options.parse_args().check
    try:
        drifted = generate(check=check)
    except AuthorError as error:
        print(error, file=sys.stderr)
        return 64
    for drift in drifted:
        print(f"{drift.kind:10} {drift.path}")
    return int(check and bool(drifted))


if __name__ == "__main__":
    raise SystemExit(main())
