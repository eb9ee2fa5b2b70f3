"""The folders of tests/cases as objects: a file with one defect, its scope and the finding it must bring."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import yaml

from expectations.judge import JudgeFile, Scope
from expectations.reference import Reference
from ingest.schema.load import contracts
from ingest.schema.period import Period

CASES = Path(__file__).parent.parent / "cases"


@dataclass(frozen=True)
class Case:
    """`rule` is the folder's name and the code of the finding."""

    rule: str
    form: str
    node: str
    period: str
    cell: str
    value: str | None
    suggestion: str | None = None

    def file(self, number: int) -> JudgeFile:
        contract = contracts()[self.form]
        path = CASES / self.rule / "file.csv"
        scope = Scope(self.node, contract.submitted_by[0], Period.parse(contract.period, self.period))
        return JudgeFile(number, path, path.name, scope)


def cases() -> list[Case]:
    return [
        Case(rule=folder.parent.name, **yaml.safe_load(folder.read_text(encoding="utf-8")))
        for folder in sorted(CASES.glob("*/case.yml"))
    ]


def reference() -> Reference:
    texts = pyarrow.csv.ConvertOptions(
        column_types={"bin": pa.string(), "iin": pa.string(), "kato": pa.string(), "period": pa.string()},
        null_values=[""],
        strings_can_be_null=True,
    )
    tables = {
        name: pyarrow.csv.read_csv(CASES / "reference" / f"{name}.csv", convert_options=texts)
        for name in ("territory", "calendar", "organisation", "learner")
    }
    return Reference(**tables, versions={"learner_roster": [7]})
