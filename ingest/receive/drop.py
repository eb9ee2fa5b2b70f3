"""The drop folder: `drop/<node>/<form>/<period>[~part]/<file>` → receipts.

In: files that somebody put there. Out: their receipts; each file then lies under `drop/.received/`. A file
whose place names no submission moves to `drop/.unidentified/` with its finding beside it. A file moves only
after what is known of it is durable, so a collection ended anywhere is completed by the next one.

A file is taken when it has been quiet for a while and nobody holds it open for writing (`writers`). Where that cannot
be known it must have been quiet by both clocks of the file. Either way it is looked at again after the move (`watch`):
when bytes arrive later, it goes back to its place and is received anew, whole.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import stat
import time
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import quote_from_bytes

from ingest.blame import stops_everything
from ingest.home import Home
from ingest.ledger.accounts import account
from ingest.ledger.receipts import receipt_problems
from ingest.ledger.receipts.submissions import Handover
from ingest.ledger.records import Scope
from ingest.locks import locked
from ingest.receive.address import CODE, CannotIdentifyError, require_no_parts, resolve
from ingest.receive.bystanders import is_left_by_program, is_still_written
from ingest.receive.dropped import CollectReport, Dropped, shown_place
from ingest.receive.entries import Unreached, entries_below, place_for
from ingest.receive.failpoint import reach
from ingest.receive.receipt import receive_nil, record_stored
from ingest.receive.refusal import cannot_take
from ingest.receive.store import RawStore, make_folder, sha256_of, sync_folder, written_for_owner
from ingest.receive.watch import Watched, keep_watching, watch, watched
from ingest.receive.writers import closed_to_writers, writers_of
from ingest.told import in_log

log = logging.getLogger(__name__)
CHANNEL: Literal["drop"] = "drop"
RECEIVED, UNIDENTIFIED = ".received", ".unidentified"
# Long enough for a copy over a network to touch its file again.
_QUIET_SECONDS = 5.0
_WAIT_SECONDS = 600.0
_LARGEST_BLANK = 64 * 1024
"""Bytes: a longer file is not looked through for anything but blanks."""


def collect(home: Home, *, quiet_seconds: float = _QUIET_SECONDS) -> CollectReport:
    """Receive everything that lies in the drop folder, the oldest first.

    `quiet_seconds`: a file changed more recently is left for the next time. In a demo home a file's time of
    change is its time of receipt. Two collections at once wait for each other; raises
    BusyError where the other one does not end.
    """
    report = CollectReport()
    make_folder(home.drop)
    with locked(home.drop / ".lock", _WAIT_SECONDS):
        RawStore(home).sweep()
        _look_again(home, report, quiet_seconds)
        for dropped in _oldest_first(home, report):
            if is_left_by_program(dropped.path.name, home.settings.not_submissions):
                report.left.append(dropped.shown)
                continue
            if _is_still_written(dropped, quiet_seconds):
                report.waiting.append(dropped.shown)
                continue
            try:
                _take(home, dropped, report, quiet_seconds)
            except Exception as error:
                # One file must not keep the rest of the country waiting, whatever there is about it.
                _fail(home, dropped.place, dropped.key(""), error, report)
    return report


def _fail(home: Home, place: Path, key: str, error: Exception, report: CollectReport) -> None:
    """Write down what could not be taken and why, once; it stays where it is and is tried again.

    Raises the error anew where no file could be taken for it.
    """
    if stops_everything(error):
        raise error
    shown = shown_place(place)
    report.failed[shown] = str(error)
    said = in_log("log_not_taken", file=shown, kind=type(error).__name__)
    log.warning("%s", said, exc_info=not isinstance(error, OSError))
    finding = cannot_take(shown, error)
    quoted = quote_from_bytes(os.fsencode(place))
    digest = hashlib.sha256(b"failed|" + os.fsencode(key)).hexdigest()
    details = {"finding": finding.to_json(), "kept": quoted}
    receipt_problems.record(digest, shown, finding.code, details, home.now())


def _look_again(home: Home, report: CollectReport, quiet_seconds: float) -> None:
    """Put back what grew after it was received, so that it is received anew; forget what can grow no more."""
    kept: list[Watched] = []
    for each in watched(home.drop):
        moved = home.drop / each.moved_to
        try:
            same = each if not each.has_changed(home.drop) else each.as_copied(home.drop)
            if same is not None:
                kept += [] if same.is_settled(home.drop) else [same]
            elif _is_quiet(moved.lstat().st_mtime, quiet_seconds) and writers_of(moved) != "some":
                _put_back(home, moved, each.place)
                report.received_anew.append(shown_place(Path(each.place)))
            else:
                kept.append(each)
                report.waiting.append(shown_place(Path(each.place)))
        except FileNotFoundError:
            continue  # taken away, or a collection that ended before it moved the file
        except OSError as error:
            if stops_everything(error):
                raise
            kept.append(each)
            report.failed[shown_place(Path(each.place))] = str(error)
    keep_watching(home.drop, kept)


def _put_back(home: Home, moved: Path, place: str) -> None:
    """Let a received file lie again where it lay, beside whatever lies there now."""
    target = home.drop / place
    make_folder(target.parent)
    moved.rename(place_for(home.drop, Path(place), hashlib.sha256(os.fsencode(moved)).hexdigest()))
    sync_folder(target.parent)


def _take(home: Home, dropped: Dropped, report: CollectReport, quiet_seconds: float) -> None:
    if not stat.S_ISREG(dropped.state.st_mode):
        _receive(home, dropped, report)
        return
    with closed_to_writers(dropped.path) as writers:
        changed = max(dropped.state.st_mtime, dropped.state.st_ctime)
        if writers == "some" or (writers == "unknown" and not _is_quiet(changed, quiet_seconds)):
            report.waiting.append(dropped.shown)
            return
        if writers == "unknown":
            report.unsure.append(dropped.shown)
        _receive(home, dropped, report)


def _receive(home: Home, dropped: Dropped, report: CollectReport) -> None:
    try:
        scope = _scope_of(dropped, home.now().date())
        is_nil = _is_nil_return(dropped)
        if is_nil:
            require_no_parts(scope, dropped.shown)
    except CannotIdentifyError as error:
        _set_aside(home, dropped, error)
        report.unidentified.append(dropped.shown)
        return
    stored = None if is_nil else RawStore(home).put(dropped.path)
    sha256 = stored.sha256 if stored else sha256_of(dropped.path)
    # What was found empty must be what was weighed: whatever is written from here on shows by the digest.
    if (is_nil and _text_in(dropped.path)) or not dropped.is_unchanged():
        report.waiting.append(dropped.shown)
        return
    if stored:
        receipt = record_stored(stored, scope, _handover(home, dropped, sha256))
        found = report.received
    else:
        receipt = receive_nil(scope, _handover(home, dropped, "nil"))
        found = report.nil_returns
    (report.duplicates if receipt.is_duplicate else found).append(receipt.submission_id)
    _move(home, dropped, sha256, report)


def _scope_of(dropped: Dropped, today: date) -> Scope:
    if not stat.S_ISREG(dropped.state.st_mode):
        raise CannotIdentifyError("not_a_file", dropped.shown)
    folders = dropped.place.parent.parts
    if len(folders) != 3:
        raise CannotIdentifyError("wrong_folder", dropped.shown)
    node, form, period_and_part = folders
    period, has_part, part = period_and_part.partition("~")
    return resolve(form, node, period, part if has_part else Scope.WHOLE, today)


def _handover(home: Home, dropped: Dropped, sha256: str) -> Handover:
    return Handover(
        received_at=_received_at(home, dropped),
        channel=CHANNEL,
        actor=account(CHANNEL),
        file_name=dropped.shown.rpartition("/")[2],
        receipt_key=dropped.key(sha256),
    )


def _received_at(home: Home, dropped: Dropped) -> datetime:
    if home.settings.demo:
        return datetime.fromtimestamp(dropped.state.st_mtime, UTC)
    return home.now()


def _is_nil_return(dropped: Dropped) -> bool:
    """Whether the file says that there is nothing to report. Raises CannotIdentifyError for one that says so by its
    name and holds something: rows it replaced by nothing would be lost."""
    name = dropped.path.name.lower()
    is_blank = dropped.state.st_size <= _LARGEST_BLANK and not _text_in(dropped.path)
    if name.endswith(".nil") and not is_blank:
        raise CannotIdentifyError("nil_with_content", dropped.shown)
    return is_blank and (name.endswith(".nil") or name in ("nil", "nil.txt"))


def _text_in(path: Path) -> bytes:
    """What a small file holds besides blanks, line ends and marks of its encoding."""
    return path.read_bytes().translate(None, b" \t\r\n\0\xef\xbb\xbf\xff\xfe")


def _set_aside(home: Home, dropped: Dropped, error: CannotIdentifyError) -> None:
    key = dropped.key("")
    target = place_for(home.drop / UNIDENTIFIED, dropped.place, key)
    details = {
        "reason": error.reason,
        "finding": error.finding.to_json(),
        "kept": quote_from_bytes(os.fsencode(target.relative_to(home.drop))),
    }
    receipt_problems.record(key, dropped.shown, CODE, details, _received_at(home, dropped))
    reach("drop:problem_recorded")
    make_folder(target.parent)
    beside = target.with_name(target.name + ".json")
    with written_for_owner(beside) as out:
        json.dump(error.finding.to_json(), out, ensure_ascii=False, indent=2)
        out.flush()
        os.fsync(out.fileno())
    reach("drop:finding_written")
    dropped.path.rename(target)
    _close(target, dropped)
    sync_folder(target.parent)


def _move(home: Home, dropped: Dropped, sha256: str, report: CollectReport) -> None:
    """Move what was received, watched from before on; its bytes once more compared with those that were kept."""
    target = place_for(home.drop / RECEIVED, dropped.place, dropped.key(""))
    make_folder(target.parent)
    state = dropped.state
    moved_to = str(target.relative_to(home.drop))
    kept = Watched(
        str(dropped.place),
        moved_to,
        state.st_ino,
        state.st_size,
        state.st_mtime_ns,
        time.time(),
        sha256,
    )
    watch(home.drop, kept)
    dropped.path.rename(target)
    _close(target, dropped)
    reach("drop:moved")
    sync_folder(target.parent)
    sync_folder(dropped.path.parent)
    if kept.has_changed(home.drop) or sha256_of(target) != sha256:
        _put_back(home, target, str(dropped.place))
        report.waiting.append(dropped.shown)


def _close(path: Path, dropped: Dropped) -> None:
    """What was put there for all to read is read by nobody else from now on."""
    if stat.S_ISREG(dropped.state.st_mode):
        with suppress(PermissionError):  # of another owner: the folder above lets nobody through
            path.chmod(0o600)


def _oldest_first(home: Home, report: CollectReport) -> list[Dropped]:
    found: list[Dropped] = []
    for entry in entries_below(home.drop):
        path, fault = (entry.path, entry.error) if isinstance(entry, Unreached) else (entry, None)
        place = path.relative_to(home.drop)
        try:
            state = path.lstat()
        except FileNotFoundError:
            continue  # whoever put a file there may take it away again at any moment
        except OSError as error:
            _fail(home, place, f"{place}", error, report)
            continue
        if fault is None:
            found.append(Dropped(path, place, state))
        else:
            _fail(home, place, f"{place}|{state.st_ino}", fault, report)
    return sorted(found, key=lambda dropped: (dropped.state.st_mtime_ns, dropped.place))


def _is_still_written(dropped: Dropped, quiet_seconds: float) -> bool:
    return not _is_quiet(dropped.state.st_mtime, quiet_seconds) or is_still_written(dropped.path.name)


def _is_quiet(changed: float, quiet_seconds: float) -> bool:
    # A share of another machine may keep another time: what seems written tomorrow is not waited for.
    return abs(time.time() - changed) >= quiet_seconds
