"""`make pictures`: two pages of the last weekly summary of a demonstration, as the READMEs show them.

In: the home of a demonstration (BBAJ_HOME), with an edition about the republic. Out: docs/pictures/summary-PAGE.kk.png,
and summary-PAGE.ru.png.
"""

from __future__ import annotations

import sys
from pathlib import Path

from dashboards.reports.pdf.make import pages
from ingest import ledger
from ingest.home import Home

PICTURES = Path(__file__).parents[3] / "docs" / "pictures"
SHOWN = (1, 3)
"""The first page, and the one with the map."""
_DOTS = 90


def main() -> int:
    from ingest.ledger.records import Edition
    from warehouse.services.summaries import archive

    home = Home.from_environment()
    ledger.setup(home)
    made = Edition.objects.filter(report="weekly", node__code="KZ", state=Edition.State.MADE)
    newest = made.select_related("node").order_by("-made_at").first()
    if newest is None:
        print("no weekly summary of the republic: make demo", file=sys.stderr)
        return 1
    content = archive.content_of(home, newest)
    for language in archive.LANGUAGES:
        drawn = pages(content, language, dots=_DOTS)
        for page in SHOWN:
            file = PICTURES / f"summary-{page}.{language}.png"
            file.write_bytes(drawn[page - 1])
            print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
