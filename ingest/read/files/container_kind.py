"""What a file is that its first bytes give away: an archive, a compound file, a picture, a program …

In: a path and the file's beginning. Out: `workbook`, or the finding that names what it is instead; None for what may
be a text. A file that ends too early is damaged, whatever it began as.
"""

from __future__ import annotations

import mmap
import re
import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path
from typing import Literal

from ingest.read.files.compound_file import SIGNATURE, CompoundFile, TornError
from ingest.read.files.package_parts import main_part
from ingest.read.files.zip_limits import archive_fault
from ingest.schema.texts.finding import Finding

# Where the bytes stand, the bytes, the kind. A text may begin with letters such as `ID3`: what follows decides.
_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF", "pdf"),
    (0, b"\x89PNG", "image"),
    (0, b"\xff\xd8\xff", "image"),
    (0, b"GIF8", "image"),
    (0, b"II*\x00", "image"),
    (0, b"MM\x00*", "image"),
    (0, b"8BPS\x00", "image"),
    (0, b"AT&TFORM", "image"),
    (8, b"WEBPVP8", "image"),
    (4, b"ftyphei", "image"),
    (4, b"ftypavif", "image"),
    (4, b"ftypmif1", "image"),
    (0, b"\xd7\xcd\xc6\x9a", "image"),
    (0, b"\x00\x00\x01\x00\x01\x00", "image"),
    (40, b" EMF", "image"),
    (4, b"ftyp", "recording"),
    (0, b"ID3\x03\x00", "recording"),
    (0, b"ID3\x04\x00", "recording"),
    (0, b"OggS\x00", "recording"),
    (8, b"WAVE", "recording"),
    (8, b"AVI LIST", "recording"),
    (0, b"{\\rtf", "document"),
    (0, b"Rar!\x1a", "archive"),
    (0, b"7z\xbc\xaf", "archive"),
    (0, b"\x1f\x8b", "archive"),
    (4, b"1AY&SY", "archive"),
    (0, b"\xfd7zXZ", "archive"),
    (0, b"\x28\xb5\x2f\xfd", "archive"),
    (0, b"MSCF\x00", "archive"),
    (0, b"\x04\x22\x4d\x18", "archive"),
    (0, b"\x1f\x9d", "archive"),
    (2, b"-lh5-", "archive"),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", "shortcut"),
    (0, b"\xca\xfe\xba\xbe\x00", "program"),
    (0, b"$FL2@(#)", "statistics"),
    (0, b"<stata_dta>", "statistics"),
    (12, b"\xc2\xea\x81\x60\xb3\x14\x11\xcf", "statistics"),
    (0, b"\x89HDF\r\n", "database"),
    (0, b"Obj\x01", "database"),
    (0, b"ORC\n", "database"),
    (257, b"ustar\x00", "archive"),
    (257, b"ustar  \x00", "archive"),
    (0, b"\x7fELF", "program"),
    (0, b"SQLite format 3\x00", "database"),
    (4, b"Standard Jet DB", "database"),
    (4, b"Standard ACE DB", "database"),
    (0, b"PAR1\x15", "database"),
    (0, b"ARROW1\x00", "database"),
    (0, b"\x09\x00\x04\x00", "old_workbook"),
    (0, b"\x09\x02\x06\x00", "old_workbook"),
    (0, b"\x09\x04\x06\x00", "old_workbook"),
    (0, b"\x09\x08\x08\x00", "old_workbook"),
    (0, b"\x09\x08\x10\x00", "old_workbook"),
    (0, b"\x00\x00\x02\x00\x06\x04", "old_workbook"),
    (0, b"\x00\x00\x1a\x00", "old_workbook"),
)
# A bitmap states zeros behind its size, a program the place of its second header, a dBase table a date.
_BITMAP = re.compile(rb"BM....\x00\x00\x00\x00", re.DOTALL)
_PROGRAM = re.compile(rb"MZ.{58}[^\t\n\r -~].{0,3}", re.DOTALL)
_DBASE = re.compile(
    rb"[\x03\x30\x31\x83\x8b\xf5].[\x01-\x0c][\x01-\x1f].{4}.[\x00-\x7f].[\x00-\x0f]\x00\x00", re.DOTALL
)
# A csv may begin with a column `ID`: the second line decides.
_SYLK = re.compile(rb"ID;P[^\r\n]*(?:\r\n|\r|\n)(?:[BCEFOPUW]|N[NEUL])(?:;|[\r\n])")
_FLAT = re.compile(rb"<office:document\b")
_END_OF_FLAT = re.compile(rb"</office:document\s*>")
_TYPES = "[content_types].xml"
_SHEETS_OF_ODF = b"opendocument.spreadsheet"
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    KeyError,
)
# BIFF records: one that says that all behind it is encrypted, and one before which it must stand.
_FILEPASS, _SHEET = 0x2F, 0x85
_LOOKED_AT = 1 << 14
_STREAMS = {
    "workbook": "workbook",
    "book": "workbook",
    "worddocument": "document",
    "powerpoint document": "presentation",
    "__properties_version1.0": "letter",
}


def wrong_kind(kind: str) -> Finding:
    """The finding that names what the file is instead."""
    from ingest.schema.texts.words import Words  # seldom needed, and slow to load

    return Finding("wrong_kind", params={"found": Words("file_kind").labels(kind)})


def container_kind(path: Path, head: bytes) -> Literal["workbook"] | Finding | None:  # noqa: PLR0911 - one for each kind
    """The kind of a file whose beginning gives it away. Raises OSError when it cannot be opened."""
    if not head.strip(b"\0") and _is_hollow(path):
        return Finding("damaged_file")
    if head.startswith(b"PK") and (
        len(head) == 2 or head[2:4] in (b"\x03", b"\x03\x04", b"\x05\x06", b"\x07\x08")
    ):
        return _of_archive(path)
    if head.startswith(SIGNATURE):
        return _of_compound(path)
    if len(head) >= 3 and SIGNATURE.startswith(head):
        return Finding("damaged_file")
    for place, signature, kind in _SIGNATURES:
        if head.startswith(signature, place):
            return wrong_kind(kind)
    for pattern, kind in ((_BITMAP, "image"), (_PROGRAM, "program"), (_DBASE, "dbase")):
        if pattern.match(head):
            return wrong_kind(kind)
    if is_flat(head):
        if _SHEETS_OF_ODF not in head:
            return wrong_kind(_kind_of_opendocument(head))
        return "workbook" if _is_ended(path) else Finding("damaged_file")
    return None


def _is_hollow(path: Path) -> bool:
    """Whether a file is room and nothing in it, as a copy that broke off leaves it."""
    with path.open("rb") as file:
        return not any(piece.strip(b"\0") for piece in iter(lambda: file.read(1 << 20), b""))


def is_flat(head: bytes) -> bool:
    """Whether a file begins as an OpenDocument file that is one XML text (fods)."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith((b"<?xml", b"<office:document")) and bool(_FLAT.search(head))


def _is_ended(path: Path) -> bool:
    """Whether an OpenDocument file of one text says its end. One that breaks off between two tags keeps the library
    that reads it waiting for the rest for ever."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _LOOKED_AT, 0))
        return bool(_END_OF_FLAT.search(file.read()))


def is_sylk(head: bytes) -> bool:
    """Whether a file begins as a table of SYLK (slk)."""
    return bool(_SYLK.match(head))


def _of_archive(path: Path) -> Literal["workbook"] | Finding:
    try:
        with zipfile.ZipFile(path) as archive:
            if fault := archive_fault(archive, path.stat().st_size):
                return fault
            return _of_parts(archive)
    except _DAMAGED:
        return Finding("damaged_file")


def _of_parts(archive: zipfile.ZipFile) -> Literal["workbook"] | Finding:
    names = {entry.filename.replace("\\", "/").lower(): entry.filename for entry in archive.infolist()}
    if main_part(archive):
        return "workbook"
    stated = b"".join(
        archive.read(names[name])[:_LOOKED_AT]
        for name in ("mimetype", "meta-inf/manifest.xml")
        if name in names
    )
    if b"opendocument" in stated:
        # Encrypted, each part keeps its name and the manifest says how to unlock it; or all are one part.
        if b"encryption-data" in stated or "encrypted-package" in names:
            return Finding("encrypted_file")
        return "workbook" if _SHEETS_OF_ODF in stated else wrong_kind(_kind_of_opendocument(stated))
    return wrong_kind("document") if b"epub" in stated else _of_folders(names)


def _of_folders(names: Collection[str]) -> Finding:
    """What an archive is by its folders, which is no workbook that can be opened."""
    for folder, kind in (("word/", "document"), ("ppt/", "presentation"), ("index/", "numbers")):
        if any(name.startswith(folder) and name.endswith((".xml", ".iwa")) for name in names):
            return wrong_kind(kind)
    if any(name.startswith("word/") for name in names):
        return wrong_kind("document")
    if any(name == _TYPES or (name.startswith("xl/") and name.endswith((".xml", ".bin"))) for name in names):
        return Finding("damaged_file")  # a package of Office that lost the part which names the others
    return wrong_kind("archive")


def _kind_of_opendocument(stated: bytes) -> str:
    """What an OpenDocument file is that is no spreadsheet."""
    kinds = {b"opendocument.text": "document", b"opendocument.presentation": "presentation"}
    kinds |= {
        b"opendocument.graphics": "image",
        b"opendocument.image": "image",
        b"opendocument.base": "database",
    }
    return next((kind for name, kind in kinds.items() if name in stated), "opendocument")


def _of_compound(path: Path) -> Literal["workbook"] | Finding:
    try:
        with path.open("rb") as file:
            return _of_streams(CompoundFile(file))
    except (TornError, IndexError, ValueError):
        # Its directory is lost; a name that is left of it says at least that it was locked.
        locked = "EncryptedPackage".encode("utf-16-le")
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return Finding("encrypted_file" if content.find(locked) >= 0 else "damaged_file")


def _of_streams(compound: CompoundFile) -> Literal["workbook"] | Finding:
    streams = {stream.name.casefold(): stream for stream in compound.streams}
    if "encryptedpackage" in streams:
        return Finding("encrypted_file")
    kind = next((kind for name, kind in _STREAMS.items() if name in streams), "document")
    if kind != "workbook":
        return wrong_kind(kind)
    stream = streams.get("workbook") or streams["book"]
    return Finding("encrypted_file") if _is_locked(compound.beginning_of(stream, _LOOKED_AT)) else "workbook"


def _is_locked(book: bytes) -> bool:
    """Whether a stream of BIFF records says that it is encrypted."""
    begin = 0
    while begin + 4 <= len(book):
        kind, length = (
            int.from_bytes(book[begin : begin + 2], "little"),
            int.from_bytes(book[begin + 2 : begin + 4], "little"),
        )
        if kind in (_FILEPASS, _SHEET):
            return kind == _FILEPASS
        begin += 4 + length
    return False
