"""The catalogue of findings → the seed `finding_cause` of the dbt project: what causes are called where they are shown.

In: every entry of `ingest/schema/findings`. Out: `dbt_project/seeds/finding_cause.csv`, one row per code and severity
that it is titled for. A seed is data from its first line on, so this file cannot say that it is generated.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import PurePosixPath

from ingest.emit.emitter import Emitter, GeneratedFile
from ingest.schema.forms.contract import Contract, Severity
from ingest.schema.texts.catalogue import catalogue

PATH = PurePosixPath("dbt_project/seeds/finding_cause.csv")
_COLUMNS = ("cause", "severity", "label_kk", "label_ru", "label_en")
_SEVERITIES: tuple[Severity, ...] = ("error", "query", "note")


def _files(contracts: Mapping[str, Contract]) -> Iterator[GeneratedFile]:
    del contracts  # what a reader finds is called the same in every form
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for code, kind in sorted(catalogue().items()):
        for severity in _SEVERITIES:
            title = kind.titled(severity)
            rows.writerow((code, severity, title.kk, title.ru, title.en))
    yield GeneratedFile(PATH, text.getvalue().encode())


CAUSE_SEED = Emitter("cause_seed", (str(PATH),), _files)
