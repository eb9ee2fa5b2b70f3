"""An edition of a summary in a home that has a publication: what lies in the archive, whatever it says."""

from __future__ import annotations

from ingest.home import Home
from ingest.ledger import editions, publications
from ingest.ledger.editions import About, Made
from ingest.ledger.records import Edition, Node
from tests.warehouse.country import NOW
from warehouse.services.summaries import archive

FILES = {"content.json": b'{"title": "..."}', "kk.pdf": b"%PDF-1.7\n" * 20}


def archived_edition(home: Home) -> Edition:
    """The first edition about the republic's week 38."""
    about = About("weekly", "2026-W38", Node.objects.get(code=Node.REPUBLIC_CODE))
    files = archive.write(home, about, 1, FILES)
    shown = publications.current()
    assert shown is not None
    return editions.record(about, Made(1, shown, "operational", "provisional", files), NOW)
