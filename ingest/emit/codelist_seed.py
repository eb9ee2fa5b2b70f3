"""Contracts → the seed `codelist_code` of the dbt project: what the codes of facts are called where results are shown.

In: all contracts. Out: `dbt_project/seeds/codelist_code.csv`, one row per dictionary and code, of every dictionary a
column that reaches the lake speaks of and of those that reports group by: one table instead of one for each. A seed is
data from its first line on, so this file cannot say that it is generated.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import PurePosixPath

from ingest.emit.emitter import Emitter, GeneratedFile
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.contract import Contract

PATH = PurePosixPath("dbt_project/seeds/codelist_code.csv")
_COLUMNS = ("codelist", "code", "place", "label_kk", "label_ru", "label_en")
_OF_REPORTS = ("staff_age_group", "staff_load")


def _files(contracts: Mapping[str, Contract]) -> Iterator[GeneratedFile]:
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)
    named = {
        field.constraints.codelist
        for contract in contracts.values()
        for field in contract.landed_fields
        if field.constraints.codelist
    }
    for name in sorted(named.union(_OF_REPORTS)):
        for place, entry in enumerate(codelist(name).codes, start=1):
            labels = entry.labels
            rows.writerow((name, entry.code, place, labels.kk, labels.ru, labels.en))
    yield GeneratedFile(PATH, text.getvalue().encode())


CODELIST_SEED = Emitter("codelist_seed", (str(PATH),), _files)
