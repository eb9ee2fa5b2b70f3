"""What a summary says of one place and period, from a published file.

In: the file (the whole `warehouse.duckdb`, or the reading file of an oblast or a district), the summary's name, the
place, a period and a basis. Out: `Content`.

    make(file, report, place, period=None, basis="operational", imprint=None) -> Content
    with opened(file) as published:                       # many places of one file
        make_of(published, report, place, period, basis, imprint) -> Content

`place`: a `Place`, or its KATO (`all` or `KZ`: the republic), whose name is then looked up. `period` None: the newest
of which at least half of those who were to report did. Without an imprint the first edition of the publication is told
of, provisional. Raises NoPeriodError where nothing is known, NoPlaceError where the file has nothing about the place.

    python -m dashboards.reports.figures FILE --report weekly [--place KATO] [--period P] [--basis official]
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from dashboards.reports.bounds import Bounds
from dashboards.reports.calls import organisations, regions
from dashboards.reports.content import Both, Content, Imprint, Place
from dashboards.reports.definition import definition, glossary, names
from dashboards.reports.headlines import headlines
from dashboards.reports.measures import Measures
from dashboards.reports.reading import COUNTRY, STRUCTURE, File, opened, text
from dashboards.reports.sections import sections
from dashboards.reports.sentences import sentences

Basis = Literal["operational", "official"]


class NoPlaceError(ValueError):
    """The file tells nothing of the place."""


def make(
    file: Path,
    report: str,
    place: Place | str = COUNTRY,
    period: str | None = None,
    basis: Basis = "operational",
    imprint: Imprint | None = None,
) -> Content:
    """The content of a summary of one place. Raises NoPeriodError, NoPlaceError, DefinitionError."""
    with opened(file) as published:
        return make_of(published, report, place, period, basis, imprint)


def make_of(
    file: File,
    report: str,
    place: Place | str = COUNTRY,
    period: str | None = None,
    basis: Basis = "operational",
    imprint: Imprint | None = None,
) -> Content:
    """The same from a file that is open already."""
    of = definition(report)
    where = place if isinstance(place, Place) else place_of(file, place)
    measures = Measures(file, where, basis, of, period)
    bounds = Bounds(measures)
    return Content(
        report=of.name,
        title=of.title,
        place=where,
        period=measures.span.period,
        period_label=measures.span.label,
        headlines=headlines(measures, bounds),
        sentences=sentences(measures, bounds),
        regions=regions(measures),
        organisations=organisations(measures),
        sections=tuple(sections(measures, bounds)),
        method=of.method,
        glossary=glossary(of),
        imprint=imprint or first_edition(file, basis),
    )


def place_of(file: File, code: str) -> Place:
    """A place by its KATO, as the file calls it now. Raises NoPlaceError."""
    values: tuple[str, ...] = ()
    if code in (COUNTRY, "KZ"):
        code, condition = COUNTRY, "level = 'republic'"
    else:
        condition = "((level = 'oblast' and oblast_code = ?) or (level = 'district' and district_code = ?))"
        values = (code, code)
    found = file.rows(
        "select level, oblast_code, district_code, place_name_kk, place_name_ru from rpt_key_figure "
        f"where {STRUCTURE} and {condition} order by level = 'oblast' desc, period_start_date desc limit 1",
        values,
    )
    if not found:
        raise NoPlaceError(f"the file tells nothing of {code}")
    row = found[0]
    return Place(
        level=row["level"], oblast_code=row["oblast_code"], district_code=row["district_code"],
        name=text(row, "place_name") or Both(kk=code, ru=code),
    )  # fmt: skip


def first_edition(file: File, basis: Basis) -> Imprint:
    """What a first edition says of itself: it may change, and is of this publication."""
    told = file.rows("select publication_number, data_as_of from rpt_publication where basis = ?", (basis,))
    if not told:
        raise NoPlaceError(f"the file tells of no publication on the basis {basis}")
    return Imprint(
        publication=told[0]["publication_number"],
        data_as_of=told[0]["data_as_of"].replace(tzinfo=UTC),
        made_at=datetime.now(UTC),
        basis=basis,
    )


def main() -> None:
    """Write the content of one summary as JSON."""
    parser = argparse.ArgumentParser(description="The content of a summary, as JSON.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--report", default="weekly", choices=names())
    parser.add_argument("--place", default=COUNTRY)
    parser.add_argument("--period")
    parser.add_argument("--basis", default="operational", choices=("operational", "official"))
    asked = parser.parse_args()
    made = make(asked.file, asked.report, asked.place, asked.period, asked.basis)
    sys.stdout.write(made.model_dump_json(indent=1) + "\n")


if __name__ == "__main__":
    main()
