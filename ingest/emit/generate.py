"""All generated files of the repository: written, or compared with what stands there.

In: the project's root with its contracts, and the emitters. Out: what drifted (and, unless only checking, was
put right): files missing, different, or left over from a contract that is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Literal
from zipfile import BadZipFile, ZipFile

from ingest.emit.cause_seed import CAUSE_SEED
from ingest.emit.codelist_seed import CODELIST_SEED
from ingest.emit.emitter import MARK, Emitter, GeneratedFile
from ingest.emit.form_seed import FORM_SEED
from ingest.emit.model_tests import MODEL_TESTS
from ingest.emit.staging import STAGING
from ingest.emit.table_schema import TABLE_SCHEMAS
from ingest.emit.template import TEMPLATES
from ingest.schema.forms.load import contracts

EMITTERS: tuple[Emitter, ...] = (
    TEMPLATES,
    TABLE_SCHEMAS,
    STAGING,
    FORM_SEED,
    CODELIST_SEED,
    CAUSE_SEED,
    MODEL_TESTS,
)
"""The targets that follow from the contract alone."""


@dataclass(frozen=True)
class Drift:
    """One file that is not what the contracts say. `path` is relative to the project's root."""

    path: PurePosixPath
    kind: Literal["missing", "different", "stale"]


def generate(root: Path, emitters: Iterable[Emitter] = EMITTERS, *, check: bool = False) -> list[Drift]:
    """Bring every generated file under `root` up to date; with `check`, change nothing.

    Returns what was not up to date. Raises AuthorError.
    """
    forms = contracts(root / "ingest" / "contracts", anew=True)
    found: list[Drift] = []
    for emitter in emitters:
        files = list(emitter.files(forms))
        found += [drift for file in files if (drift := _compared(root, file))]
        found += _stale(root, emitter, {file.path for file in files})
        if not check:
            _put_right(root, files, found)
    return found


def _compared(root: Path, file: GeneratedFile) -> Drift | None:
    standing = root / file.path
    if not standing.exists():
        return Drift(file.path, "missing")
    return None if _says_the_same(file, standing.read_bytes()) else Drift(file.path, "different")


def _says_the_same(file: GeneratedFile, standing: bytes) -> bool:
    if file.path.suffix != ".xlsx" or file.content == standing:
        return file.content == standing
    # Two builds of zlib may compress the same parts differently: what counts is the parts.
    try:
        return _parts(file.content) == _parts(standing)
    except BadZipFile:
        return False


def _parts(archive: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(archive)) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def _stale(root: Path, emitter: Emitter, wanted: set[PurePosixPath]) -> Iterator[Drift]:
    for glob in emitter.owned:
        for standing in sorted(root.glob(glob)):
            path = PurePosixPath(standing.relative_to(root).as_posix())
            if path not in wanted and (not emitter.beside_handmade or _says_generated(standing)):
                yield Drift(path, "stale")


def _says_generated(file: Path) -> bool:
    with file.open("rb") as content:
        return MARK.encode() in content.readline()


def _put_right(root: Path, files: list[GeneratedFile], found: list[Drift]) -> None:
    drifted = {drift.path: drift.kind for drift in found}
    for file in files:
        if file.path in drifted:
            target = root / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.content)
    for path, kind in drifted.items():
        if kind == "stale":
            (root / path).unlink(missing_ok=True)
