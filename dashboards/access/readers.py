"""Who reads what: which file of a publication Superset opens for an account, and the condition on top of that.

In: the accounts as the ledger has them (`superset/accounts.json`, written by `bbaj user`), the name of whoever asks.
Out: the path of the file, a condition in SQL. Whatever is missing or not understood closes: an account that is not
known reads the file without rows. This module runs in every process of Superset and imports nothing of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from dashboards.places import Places

MINISTRY, OBLAST, DISTRICT, ANALYST, ADMINISTRATOR = (
    "ministry",
    "oblast",
    "district",
    "analyst",
    "administrator",
)
ROLES = (MINISTRY, OBLAST, DISTRICT, ANALYST, ADMINISTRATOR)
_OF_THE_WHOLE = (MINISTRY, ANALYST, ADMINISTRATOR)
NOBODY = "none"
EVERYTHING, NOTHING = "1 = 1", "1 = 0"
"""Conditions that hold for each row and for none."""


@dataclass(frozen=True)
class Reader:
    """One account. `territory`: the KATO code of an oblast's or a district's reader; `oblast`: of the oblast it is or
    lies in; `ended_at`: the second since 1970 (UTC) from which it opens nothing, None while it does. `purpose`: the
    number of the written purpose that gives it rows of persons until `purpose_ends_at`."""

    name: str
    role: str
    territory: str | None = None
    oblast: str | None = None
    language: str = "kk"
    ended_at: float | None = None
    purpose: int | None = None
    purpose_ends_at: float | None = None

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.role in ROLES


def readers(places: Places) -> dict[str, Reader]:
    """Every account by its name; none where nothing was written."""
    file = places.accounts
    try:
        state = file.stat()
        return _read(file, state.st_mtime_ns, state.st_size, state.st_ino)
    except (OSError, ValueError, TypeError, KeyError):
        return {}


@lru_cache(maxsize=1)
def _read(file: Path, *_state: int) -> dict[str, Reader]:
    told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return {each["name"]: Reader(**each) for each in told["accounts"]}


def part_of(places: Places, user: str | None, is_administrator: bool) -> str | None:
    """Which part an account reads: the code of a territory, `none`, or None for the whole. `is_administrator`: what
    Superset says of an account that the ledger does not know, such as the first administrator's."""
    found = readers(places).get(user or "")
    if found is None:
        return None if is_administrator and user else NOBODY
    if not found.is_open:
        return NOBODY
    if found.role in _OF_THE_WHOLE:
        return None
    return found.territory if found.territory and found.territory.isdigit() else NOBODY


def file_for(places: Places, user: str | None, is_administrator: bool) -> Path:
    """The file that is opened for whoever asks. It is never one with more: a territory that a publication has no rows
    of, and a publication from before there were reading files, show nothing."""
    part = part_of(places, user, is_administrator)
    if part is None:
        return places.warehouse
    own = places.reading / f"{part}.duckdb"
    return own if own.is_file() else places.reading / f"{NOBODY}.duckdb"


def condition_for(places: Places, user: str | None, is_administrator: bool, has_levels: bool) -> str:
    """Which rows of a table with the codes of territories are for whoever asks. `has_levels`: it says of each row what
    it is about, as reading files are cut by."""
    part = part_of(places, user, is_administrator)
    if part is None:
        return EVERYTHING
    if part == NOBODY:
        return NOTHING
    found = readers(places)[user or ""]
    is_district = found.role == DISTRICT
    own = f"{'district_code' if is_district else 'oblast_code'} = '{part}'"
    if not has_levels:
        return own
    above = "level = 'republic'"
    if is_district and found.oblast and found.oblast.isdigit():
        above += f" or (level = 'oblast' and oblast_code = '{found.oblast}')"
    return f"{own} or {above}"
