"""What a file is called: by what is in it, in its reader's language, so that it is found again among others."""

from __future__ import annotations

import re
from urllib.parse import quote

from dashboards.exports.table import Table
from dashboards.exports.words import WORDS

_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+')
_DIGITS = "0123456789"
_LONGEST = 110  # letters; two bytes each, of the 255 that file systems allow


def file_name(table: Table, extension: str) -> str:
    """`title, period, publication N.xlsx`, without what file systems refuse."""
    words = WORDS[table.language]
    ending = f", {words['in_name'].format(number=table.publication)}" if table.publication is not None else ""
    period = f", {table.period}" if table.period else ""
    title = _plain(table.title)
    room = _LONGEST - len(ending)
    begin = _plain(title + period)
    if len(begin) > room:
        begin = _plain(title[: max(room - len(period), room // 2)].rstrip(" ,.-") + period)[:room].rstrip(
            " ,.-"
        )
    return f"{begin.lstrip('.-') or 'bbaj'}{ending}.{extension}"


def disposition(name: str) -> str:
    """The header under which a browser saves it: the name itself, and one in Latin for programs that know no other."""
    stem, _, extension = name.rpartition(".")
    digits = stem[len(stem.rstrip(_DIGITS)) :]
    latin = f"bbaj-{digits}.{extension}" if digits else f"bbaj.{extension}"
    return f"attachment; filename=\"{latin}\"; filename*=UTF-8''{quote(name, safe='')}"


def _plain(text: str) -> str:
    return " ".join(_FORBIDDEN.sub(" ", text).split())
