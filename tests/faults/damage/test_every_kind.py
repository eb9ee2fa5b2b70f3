"""Of every file that an installation stores it is known what its damage does: it is seen, or nothing comes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import ingest.ledger
from ingest.home import Home
from ingest.ledger.records import Build
from tests.faults.damage.conftest import Said
from tests.faults.damage.stored import damaged_in, files_of
from tests.faults.spoiling import kept
from warehouse.services.building import is_due
from warehouse.storage.shown.publish import PublicationError, publish, shown_number

# Looked through by tests of their own: databases, and the note that remembers how far they were.
DATABASES = ("ledger.sqlite3*", "restricted/vault.sqlite3*", "installation.json")
# What people write, and what they hand in: it is read as they left it.
AUTHORED = ("bbaj.toml", "drop/*")
LET_GO = (
    *("*.lock", "restricted/.digests"),  # that they are there is all they say
    *("builds/*/dbt.log", "builds/*/run_results.json", "builds/*/engine"),
    # Extracts of the ledger for one build, read by nobody after it: the list of submissions excepted.
    *("builds/*/inputs/*.parquet", "builds/*/inputs.sha256"),
    # Notes of what was done last: without them it is done once more.
    *("restricted/reference/.brought-up.json", "restricted/reference/applied_registers.json"),
    *("builds/.current.json", "builds/.dbt/*"),
)


def _others(home: Home) -> list[Path]:
    """Every stored file that is not known as one that is looked through."""
    known = {file for files in files_of(home).values() for file in files}
    found = (file for file in sorted(home.root.rglob("*")) if file.is_file() and not file.is_symlink())
    return [file for file in found if file not in known]


def _is(home: Home, file: Path, kinds: tuple[str, ...]) -> bool:
    return any(file.relative_to(home.root).match(kind) or _below(home, file, kind) for kind in kinds)


def _below(home: Home, file: Path, kind: str) -> bool:
    return kind.endswith("/*") and file.relative_to(home.root).as_posix().startswith(kind[:-1])


def test_no_file_is_of_a_kind_of_which_nothing_is_said(shown: Home) -> None:
    unknown = [file for file in _others(shown) if not _is(shown, file, (*DATABASES, *AUTHORED, *LET_GO))]
    assert [re.sub(r"\d+", "N", str(file.relative_to(shown.root))) for file in unknown] == []


def _unreadable(file: Path) -> None:
    """No text in any encoding that is written, no JSON, no Parquet."""
    file.write_bytes(bytes(byte | 0x80 for byte in file.read_bytes()))


@pytest.mark.parametrize("spoil", [_unreadable, Path.unlink, lambda file: file.write_bytes(b"")])
def test_what_is_let_go_stops_nothing(shown: Home, said: Said, spoil: Callable[[Path], object]) -> None:
    """All of it at once: what is shown stays, what is asked is answered, and what has to be made is made anew."""
    ingest.ledger.setup(shown)
    lost = [
        file
        for file in _others(shown)
        if _is(shown, file, LET_GO) and not _is(shown, file, (*DATABASES, "builds/.dbt/*", "*.lock"))
    ]
    assert len(lost) > 10
    with kept(*lost):
        for file in lost:
            spoil(file)
        assert is_due(shown), "of a build that is not known any more another one is made"
        assert publish(shown).number == 2 == shown_number(shown)
        for words in (("status",), ("health", "--json"), ("explain", "--help")):
            code, out, err = said(*words)
            assert out and "Traceback" not in err and code != 70, (words, err)
        assert not damaged_in(shown, "published")


@pytest.mark.parametrize("name", ["model.json", "inputs/manifest.parquet"])
def test_who_may_see_what_is_not_taken_from_a_damaged_build(shown: Home, name: str) -> None:
    """By these it is decided which rows readers of a territory get, and what is said to be shown."""
    ingest.ledger.setup(shown)
    first, second = Build.objects.order_by("pk")
    file, other = (shown.builds / str(each.pk) / name for each in (first, second))
    for content in (None, b"", file.read_bytes()[:-1], file.read_bytes().replace(b"a", b"b", 1)):
        with kept(file):
            file.unlink() if content is None else file.write_bytes(content)
            with pytest.raises(PublicationError) as refused:
                publish(shown, first.pk)
            assert refused.value.code == "build_damaged"
    assert shown_number(shown) == 2
    assert other.exists()
