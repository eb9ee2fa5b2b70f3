"""What the ministry, an oblast and a district are told of the country's last week, as files beside the demonstration.

In: a home with a publication. Out: paths of PDF and workbook in both languages, for the republic, the oblast with most
organisations and its largest district.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.home import Home

if TYPE_CHECKING:
    from ingest.ledger.models import Node

REPORT = "weekly"
FOLDER = Path("demo", "summaries")
"""Below the home."""


def write_ministry_summaries(home: Home) -> list[Path]:
    """Make the editions and write their files; none where no week is due."""
    from warehouse.services.summaries import archive
    from warehouse.services.summaries.due import newest_due
    from warehouse.services.summaries.making import make_editions

    period = newest_due(REPORT, home.now())
    if period is None:
        return []
    folder = home.root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for became in make_editions(home, REPORT, period, _nodes()):
        for name in became.edition.files:
            if name == archive.CONTENT:
                continue
            stem, _, kind = name.partition(".")
            file = folder / f"{REPORT}-{period}-{became.edition.node.code}-{stem}.{kind}"
            file.write_bytes(archive.read(home, became.edition, name))
            files.append(file)
    return files


def _nodes() -> list[Node]:
    from ingest.ledger.records import Node

    schools = Node.objects.filter(kind=Node.Kind.ORGANISATION).select_related("parent__parent")
    pairs = Counter(
        (each.parent.parent, each.parent) for each in schools if each.parent and each.parent.parent
    )
    oblasts: Counter[Node] = Counter()
    for (oblast, _), count in pairs.items():
        oblasts[oblast] += count
    if not oblasts:
        return []
    largest = min(oblasts, key=lambda node: (-oblasts[node], node.code))
    district = min((b for a, b in pairs if a == largest), key=lambda node: (-pairs[largest, node], node.code))
    republic = Node.objects.get(code=Node.REPUBLIC_CODE)
    return [republic, largest, district]
