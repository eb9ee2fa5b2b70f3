"""What lies on the desk of who checks files: the reference pack, and each file checked, until the program ends.

In: a folder where packs lie, a file as it was handed over. Out: `CheckedFile`s, kept in a folder of their own that
goes with the program (`ingest.scratch`): what a school checks stays on its computer and nowhere for longer than needed.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from expectations.marked import asked_in
from expectations.pack import Pack, PackError, read_pack
from expectations.verdict import Verdict
from ingest.checker.recognition import recognise, stamp_of
from ingest.home import Home
from ingest.schema.forms.contract import Contract, Language
from ingest.schema.forms.load import contracts
from ingest.schema.values.period import PeriodError
from warehouse.services.apart.parent import EndedError
from warehouse.services.submitters.checking import check_apart, mark_apart, warm_checking

KEPT = 20
"""Files whose verdicts can still be looked at; older ones go."""


class NotRecognisedError(Exception):
    """No form was chosen and the file does not say which it is."""


@dataclass(frozen=True)
class Trouble:
    """Why there is no verdict. `code`: of the words of the checker; `params`: what they tell of."""

    code: str
    params: Mapping[str, object]


@dataclass(frozen=True)
class CheckedFile:
    """One file and what was found. `period`: as asked or as its template says."""

    key: str
    path: Path
    contract: Contract
    period: str | None
    verdict: Verdict

    def marked(self, language: Language) -> bytes:
        """The file back as a workbook with its cells marked."""
        return mark_apart(self.path, self.verdict.findings, self.contract, language, asked_in(self.verdict))


class Desk:
    """One person's desk; may be asked from many threads, checks one file after another in one thread that stays: what
    judges apart ends with the thread that began it."""

    def __init__(self, packs: Path | None = None) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="bbaj-"))
        self._at_work = ThreadPoolExecutor(1, "desk")
        self._files: dict[str, CheckedFile] = {}
        self.pack = newest_pack(packs) if packs else None
        self.troubles: Sequence[Trouble] = ()
        """Of the files handed over last."""

    def close(self) -> None:
        """Take everything off the desk."""
        self._at_work.shutdown(cancel_futures=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def put(self, name: str, content: bytes) -> Path:
        """A file as it was handed over, under its own name as far as this system can have it."""
        folder = self._folder / secrets.token_hex(8)
        folder.mkdir()
        path = folder / (safe_name(name))
        path.write_bytes(content)
        return path

    def warm(self) -> None:
        """Let what judges be loaded while somebody looks for a file."""
        self._at_work.submit(warm_checking)

    def check(self, path: Path, form: str | None, period: str | None) -> CheckedFile:
        """Check a file. Raises NotRecognisedError, PeriodError, KeyError for no such form."""
        return self._at_work.submit(self._check, path, form, period).result()

    def checked(self, key: str) -> CheckedFile | None:
        """A file checked before, while it is kept."""
        return self._files.get(key)

    @property
    def files(self) -> list[CheckedFile]:
        """Those kept, the newest first."""
        return list(self._files.values())[::-1]

    def _check(self, path: Path, form: str | None, period: str | None) -> CheckedFile:
        known = (None if period else stamp_of(path, contracts()[form])) if form else recognise(path)
        if not form and not known:
            raise NotRecognisedError(path.name)
        contract = contracts()[form or (known.form if known else "")]
        period = period or (known.period if known else None)
        try:
            verdict = self._verdict(path, contract, period)
        except PeriodError:
            if not known or known.period != period:
                raise
            # A stamp somebody has spoilt: the file is checked as if it named no period.
            period = None
            verdict = self._verdict(path, contract, None)
        checked = CheckedFile(secrets.token_urlsafe(12), path, contract, period, verdict)
        self._files[checked.key] = checked
        for old in list(self._files)[:-KEPT]:
            shutil.rmtree(self._files.pop(old).path.parent, ignore_errors=True)
        return checked

    def _verdict(self, path: Path, contract: Contract, period: str | None) -> Verdict:
        """Within the limits that an installation keeps, where this system can keep any. One death may be somebody's."""
        asked = Home(self._folder / "none"), path, contract, None, period, self.pack
        try:
            return check_apart(*asked).verdict
        except EndedError:
            return check_apart(*asked).verdict


def newest_pack(folder: Path) -> Pack | None:
    """The newest reference pack in a folder; what is none is passed over."""
    found: list[Pack] = []
    for path in sorted(folder.glob("*.zip")) if folder.is_dir() else ():
        try:
            found.append(read_pack(path))
        except PackError:
            continue
    return max(found, key=lambda pack: pack.facts.made_at, default=None)


_UNFIT = set('<>:"/\\|?*')


def safe_name(name: str) -> str:
    """A file's own name without what would lead out of a folder or cannot stand in one on Windows."""
    bare = PureWindowsPath(name.replace("/", "\\")).name
    clean = "".join("_" if sign in _UNFIT or not sign.isprintable() else sign for sign in bare).strip(" .")
    if not clean or PureWindowsPath(clean).is_reserved():
        clean = f"_{clean}"
    stem, suffix = clean[:-24], clean[-24:]
    while len((stem + suffix).encode()) > 200 and stem:
        stem = stem[:-1]
    return stem + suffix
