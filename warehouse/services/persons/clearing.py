"""The parts of a home that lose what says or tells of a person: findings, the lake and the lists, the drop folder.

In: a home and whose rows go. Out: the same without them. Each may be repeated.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from expectations.findings.causes import RecordedFinding, causes
from expectations.findings.findings_file import places_file, read_findings, rewrite_findings
from ingest.databases import in_memory
from ingest.home import Home
from ingest.receive.drop import RECEIVED, UNIDENTIFIED
from ingest.sql import literal
from warehouse.services.persons.haystack import words_in
from warehouse.services.persons.lake import files_of_persons, key_columns, listed
from warehouse.services.persons.person import Person
from warehouse.services.persons.told import speaks_of
from warehouse.storage.files import written
from warehouse.storage.lake.land import PARQUET

_PARALLEL = ("query_keys", "tokens")


def clear_findings(home: Home, rows: Mapping[int, Collection[int]], person: Person) -> int:
    """Take out findings on these rows (receipt → rows of the sheet) and those that name the person; how many."""
    cleared = 0
    for file in sorted(home.findings.glob("*.json")):
        if not file.stem.isdigit():
            continue
        number = int(file.stem)
        words = {*person.identifiers, *(word for name in person.written for word in name)}
        if rows.get(number) or words_in(file, words):
            cleared += _clear(home, number, rows.get(number, ()), person)
        _clear_places(places_file(home.findings, number), rows.get(number, ()), person)
    return cleared


def _clear(home: Home, number: int, rows: Collection[int], person: Person) -> int:
    content = read_findings(home.findings, number)
    entries: list[dict[str, Any]] = content["findings"]
    stay = [
        place
        for place, entry in enumerate(entries)
        if entry["row"] not in rows and not speaks_of(entry, person)
    ]
    if len(stay) == len(entries):
        return 0
    content["findings"] = [entries[place] for place in stay]
    for name in _PARALLEL:
        if len(content.get(name, ())) == len(entries):
            content[name] = [content[name][place] for place in stay]
    recorded = [RecordedFinding.from_json(entry) for entry in content["findings"]]
    content["causes"] = [cause.to_json() for cause in causes(recorded)]
    rewrite_findings(home.findings, number, content)
    return len(entries) - len(stay)


def _clear_places(file: Path, rows: Collection[int], person: Person) -> None:
    if not file.exists():
        return
    with file.open(encoding="utf-8", newline="") as stream:
        head, *places = list(csv.reader(stream))
    row = head.index("row")
    stay = [
        place
        for place in places
        if not (place[row].isdigit() and int(place[row]) in rows)
        and not any(person.is_named_in(cell) for cell in place)
    ]
    if len(stay) == len(places):
        return
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([head, *stay])
    with written(file, 0o600, digested=True) as draft:
        draft.write_text(text.getvalue(), encoding="utf-8")


def clear_lake(home: Home, keys: Sequence[int]) -> int:
    """Take the rows with these keys of the vault out of the lake and of the lists of persons; how many."""
    if not keys:
        return 0
    cleared = 0
    with in_memory() as con:
        con.execute("SET preserve_insertion_order = false")
        for root, mode in ((home.lake, 0o644), (home.reference, 0o600)):
            for file in files_of_persons(root):
                mine = " OR ".join(
                    f'coalesce("{name}" IN ({listed(keys)}), false)' for name in key_columns(file)
                )
                rows = f"FROM read_parquet({literal(file)}, hive_partitioning = false)"
                counted = con.execute(f"SELECT count(*) {rows} WHERE {mine}").fetchone()
                if not counted or not counted[0]:
                    continue
                cleared += counted[0]
                with written(file, mode, digested=True) as draft:
                    con.execute(f"COPY (SELECT * {rows} WHERE NOT ({mine})) TO {literal(draft)} ({PARQUET})")
    return cleared


def clear_dropped(home: Home, contents: Collection[str]) -> int:
    """Let copies in the drop folder go that were received, or that nobody could identify; how many."""
    if not contents:
        return 0
    cleared = 0
    for name in (RECEIVED, UNIDENTIFIED):
        for path in sorted((home.drop / name).rglob("*")):
            if not path.is_file() or path.is_symlink():
                continue
            with path.open("rb") as content:
                same = hashlib.file_digest(content, "sha256").hexdigest() in contents
            if same:
                path.unlink()
                path.with_name(path.name + ".json").unlink(missing_ok=True)
                cleared += 1
    return cleared
