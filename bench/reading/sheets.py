"""`python -m bench.reading.sheets`: headers and rows of data found on seeded annotated sheets.

In: a scratch folder. Out: a Markdown table, a style a line. The sheets are workbooks, read as `bbaj read` reads them.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.annotated.measure import scores
from tests.annotated.sheets import sheet
from tests.annotated.words import STYLES

COUNT = 200
"""Sheets of each style."""
_FIRST = 10_000
"""Seeds below were looked at while the reader was built."""


def section(folder: Path) -> str:
    """What was measured, in words, and the table."""
    return f"""Sheets of offices made by the project's own seeded generator, {COUNT} of each style, laid out by
`bbaj read` without a contract: titles, labels and approvals above, headers of one to four rows merged or not, years
and units as captions, numbers of columns, captions and subtotals among the records (which count neither way), totals,
notes, signatures, several tables one below another, with and without a blank row between. A header is found when all
of its rows are and no other. Seeds are others than those looked at while the reader was built, and of `survey` no
sheet was looked at.

{table(folder)}"""


def table(folder: Path) -> str:
    """Precision, recall and F1 of exact headers, and F1 of rows of data."""
    lines = [
        "| style | headers there | precision | recall | header F1 | data rows there | row F1 |",
        "|---|---|---|---|---|---|---|",
    ]
    for style in STYLES:
        headers, rows = scores((sheet(style, _FIRST + seed) for seed in range(COUNT)), folder)
        precision, recall = headers.right / headers.found, headers.right / headers.there
        lines.append(
            f"| {style} | {headers.there} | {precision:.3f} | {recall:.3f} | {headers.f1:.3f} | {rows.there}"
            f" | {rows.f1:.3f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    with TemporaryDirectory(prefix="bbaj-sheets-") as scratch:
        print(section(Path(scratch)))
