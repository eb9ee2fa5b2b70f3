"""Contracts → the seed `form` of the dbt project: what the forms are called where results are shown.

In: all contracts. Out: `dbt_project/seeds/form.csv`, one row per form, each after those it depends on. A seed
is data from its first line on, so this file cannot say that it is generated.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import PurePosixPath

from ingest.emit.emitter import Emitter, GeneratedFile
from ingest.schema.forms.contract import Contract

PATH = PurePosixPath("dbt_project/seeds/form.csv")
_COLUMNS = ("form", "label_kk", "label_ru", "label_en", "period_kind", "submitted_by")


def _files(contracts: Mapping[str, Contract]) -> Iterator[GeneratedFile]:
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for contract in contracts.values():
        labels, submitters = contract.labels, "|".join(contract.submitted_by)
        rows.writerow((contract.form, labels.kk, labels.ru, labels.en, contract.period, submitters))
    yield GeneratedFile(PATH, text.getvalue().encode())


FORM_SEED = Emitter("form_seed", (str(PATH),), _files)
