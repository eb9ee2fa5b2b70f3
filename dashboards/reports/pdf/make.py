"""A summary set as PDF. One compiler a process: it keeps what it read of templates and fonts."""

from __future__ import annotations

import calendar
import json
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import typst

from dashboards import look
from dashboards.reports.content import Content
from dashboards.reports.pdf.told import told

TEMPLATES = Path(__file__).with_name("templates")
STANDARDS = ["ua-1", "a-2a"]
"""PDF/UA-1 for readers who do not see, PDF/A-2a for those who come in thirty years."""
_ONE = Lock()
_LOOK = {"ink": look.INK, "accent": look.BLUE, "faint": look.FAINT, "haze": look.HAZE, "mist": look.MIST}


def pdf(content: Content, language: str) -> bytes:
    """The PDF in Kazakh or Russian: the same bytes for the same content."""
    made_at = content.imprint.made_at
    moment = calendar.timegm(made_at.utctimetuple())
    made = _compiled(content, language, format="pdf", pdf_standards=STANDARDS, timestamp=moment)
    return bytes(made)


def pages(content: Content, language: str, *, dots: int = 80) -> list[bytes]:
    """The pages as pictures (PNG), so many dots an inch: for whoever looks whether they please."""
    found = _compiled(content, language, format="png", ppi=dots)
    return found if isinstance(found, list) else [found]


def _compiled(content: Content, language: str, **asked: Any) -> Any:
    data = json.dumps({**told(content, language), "look": _LOOK}, ensure_ascii=False)
    with _ONE:
        return _compiler().compile(sys_inputs={"data": data}, **asked)


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(str(TEMPLATES / "summary.typ"), root=str(TEMPLATES), ignore_system_fonts=True)
