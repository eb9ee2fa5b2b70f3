"""The folders of tests/cases as objects: a file with one defect, its scope and the finding it must bring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import yaml

from expectations.judging.judge import JudgeFile, Scope, judge
from expectations.reference import Reference
from expectations.verdict import Verdict
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts
from ingest.schema.values.period import Period

CASES = Path(__file__).parent.parent / "cases"


@dataclass(frozen=True)
class Case:
    """`rule` is the folder's name, and the code of the finding where `code` says no other: a rule may have a folder for
    each form that uses it in a way of its own. `cells`: where there are further ones of the same cause.

    `received`: the day of its receipt, where the rule asks for it. `kind`: the level of the node, where it is not the
    first that submits the form. `near`, `edge`: changes to the file, see
    `near_misses`.
    """

    rule: str
    form: str
    node: str
    period: str
    cell: str
    value: str | None
    suggestion: str | None = None
    cells: tuple[str, ...] = ()
    received: date | None = None
    kind: str = ""
    code: str = ""
    near: tuple[Mapping[str, Any], ...] = ()
    edge: tuple[Mapping[str, Any], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", self.code or self.rule)

    @property
    def surroundings(self) -> str | None:
        """The rule, where its folder holds a reference of its own."""
        return self.rule if (CASES / self.rule / "reference").exists() else None

    @property
    def contract(self) -> Contract:
        """The form's contract; one that only shows what a contract can say lies beside the cases."""
        return (contracts() | contracts(CASES / "contracts"))[self.form]

    def file(self, number: int) -> JudgeFile:
        contract = self.contract
        path = CASES / self.rule / "file.csv"
        period = Period.parse(contract.period, self.period)
        scope = Scope(self.node, self.kind or contract.submitted_by[0], period, received_on=self.received)
        return JudgeFile(number, path, path.name, scope)


@cache
def cases() -> list[Case]:
    return [
        Case(rule=folder.parent.name, **yaml.safe_load(folder.read_text(encoding="utf-8")))
        for folder in sorted(CASES.glob("*/case.yml"))
    ]


def verdicts_of_cases() -> dict[str, Verdict]:
    """What the system says of each case, by its rule."""
    return {case.rule: verdict_of_case(case) for case in cases()}


def verdict_of_case(case: Case) -> Verdict:
    """What the system says of a case: all of a form that have the same surroundings are judged in one batch, when one
    of them is asked for first, once for all tests of a process."""
    return _verdicts_of_batch(*_batch_of(case))[case.rule]


@cache
def _verdicts_of_batch(form: str, around: str) -> dict[str, Verdict]:
    own = [case for case in cases() if _batch_of(case) == (form, around)]
    files = [case.file(place) for place, case in enumerate(own)]
    with judge(files, own[0].contract, reference(around), demo=True) as judged:
        return {case.rule: judged.verdicts[place] for place, case in enumerate(own)}


def _batch_of(case: Case) -> tuple[str, str]:
    return case.form, case.surroundings or ""


def batches() -> Iterator[tuple[list[Case], Reference]]:
    """The cases that are judged together, with what they are held against."""
    for form, around in sorted({_batch_of(case) for case in cases()}):
        yield [case for case in cases() if _batch_of(case) == (form, around)], reference(around)


def reference(rule: str | None = None) -> Reference:
    """What all cases are judged against; with a rule what its own folder holds instead of or besides."""
    nothing = {"earlier": "node_code", "passport": "bin", "marks": "node_code"}
    tables = {name: pa.table({column: pa.array([], pa.string())}) for name, column in nothing.items()}
    tables |= _tables(CASES / "reference")
    if rule:
        tables |= _tables(CASES / rule / "reference")
    return Reference(**tables, versions={"learner_roster": [7]})


def _tables(folder: Path) -> dict[str, pa.Table]:
    """Every file of the folder, each column as text: the judge gives the columns their types."""
    return {file.stem: _texts(file) for file in sorted(folder.glob("*.csv"))}


def _texts(file: Path) -> pa.Table:
    names = file.read_text(encoding="utf-8").partition("\n")[0].split(",")
    options = pyarrow.csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True
    )
    return pyarrow.csv.read_csv(file, convert_options=options)
