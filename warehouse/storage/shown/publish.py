"""Publishing: a tested build becomes what everybody sees, by one atomic switch; going back is another.

In: a finished build. Out: `published/<number>/` with the warehouse, the reading files of territories cut from it and
`manifest.json`, the directory link `published/current`, and beside the vault `restricted/persons/<number>/` with what
is of single persons. The ledger says what is current; whatever interrupts a publication, the next one (or a rollback)
brings the link in line with the ledger, and a reader finds the old publication or the new one.
"""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from ingest.databases import change_file, read_file
from ingest.digests import write_digest
from ingest.home import Home
from ingest.ledger import publications as records
from ingest.ledger.accounts import PIPELINE, account
from ingest.ledger.records import Build, InstallationEvent, Publication, PublicationHold, User
from ingest.ledger.seals.sealed import require_sealed
from ingest.locks import locked
from ingest.progress import Tell, tell_nobody
from ingest.receive.failpoint import reach
from warehouse.storage.builds.build import made_by_of, persons_of, warehouse_of
from warehouse.storage.builds.engines.dbt_process import INPUTS
from warehouse.storage.builds.finished.built_files import WAREHOUSE, shows_persons
from warehouse.storage.builds.finished.content import METHOD, content_hash, hashes_of
from warehouse.storage.builds.finished.persons_apart import KEY_DOMAIN, PERSONS
from warehouse.storage.builds.finished.warehouse_file import (
    MANIFEST,
    READING,
    SUBMISSIONS,
    damage_beside,
    damage_of_publication,
    damage_of_warehouse,
    rows_of_tables,
)
from warehouse.storage.builds.inputs import PINNED
from warehouse.storage.builds.territories import shared_tables
from warehouse.storage.files import PARTIAL, fsync_file, fsync_folder
from warehouse.storage.shown.loss import loss_beyond
from warehouse.storage.shown.purposes import keep_purposes, make_ahead
from warehouse.storage.shown.reading import write_reading_files

CURRENT = "current"
KEPT = 5
"""How many publications keep their files: the current one and those one can go back to."""


class PublicationError(Exception):
    """There is no such publication, or nothing to publish. Carries `code` and `facts` like a refusal."""

    def __init__(self, code: str, problem: str, **facts: object) -> None:
        super().__init__(problem)
        self.code, self.facts = code, facts


def publish(
    home: Home, build_id: int | None = None, tell: Tell = tell_nobody, *, accept_loss: bool = False
) -> Publication:
    """Show a build, by default the newest successful one; showing what is shown already changes nothing. `tell`
    hears of every table that is looked through.

    What is shown already and was damaged since is put in its place anew, should its build be whole.

    Raises PublicationError: `held`, since what was taken back stays away until somebody lifts that; `loss`, where
    much of what is shown would be gone and nobody said that it may (`accept_loss`); `build_damaged`, among others.
    Raises BrokenSealError where the ledger says something else of what is shown than was written.
    """
    with locked(home.published / ".lock", wait_seconds=120):
        _require_sealed()
        _follow_ledger(home)
        build = _build_to_show(build_id)
        require_sealed(Build, [build.pk])
        shown = records.current()
        if shown is not None and shown.build_id == build.pk:
            if _damage_of(home, shown):
                _require_whole_build(home, build)
                _place_persons(home, build, shown.number)
                _place(home, build, shown.number, shown.content_hash, tell)
                _switch(home, shown.number)
                keep_purposes(home, shown.number)
            return shown
        _require_not_held()
        _require_whole_build(home, build)
        if shown is not None and not accept_loss:
            _require_no_loss(home, shown, build)
        number = records.next_number()
        _place_persons(home, build, number)
        reach("publish:persons_placed")
        content = _place(home, build, number, None, tell)
        reach("publish:placed")
        make_ahead(home, number)
        shown = records.record(build.pk, content, _data_as_of(build), home.now())
        reach("publish:recorded")
        _switch(home, shown.number)
        reach("publish:switched")
        _forget_old(home, shown.number)
        keep_purposes(home, shown.number)
        return shown


def rollback(home: Home, number: int, actor: User | None = None, reason: str = "") -> Publication:
    """Show an earlier publication again; nothing newer is shown until `publications.lift`.

    Raises PublicationError when its files are gone or damaged, or when it was itself taken back.
    """
    with locked(home.published / ".lock", wait_seconds=120):
        _require_sealed()
        _require_not_erased(number)
        kept = Publication.objects.filter(number=number).first()
        file = home.published / str(number) / WAREHOUSE
        if kept is None or not file.exists() or shows_persons(file):
            raise PublicationError("not_kept", f"publication {number} is not kept", number=number)
        if damage := _damage_of(home, kept):
            raise PublicationError("damaged", f"publication {number} is damaged: {damage}", number=number)
        hold = records.held()
        if hold is not None and number in hold.taken_back:
            _require_not_held()
        shown = records.take_back(number, actor or account(PIPELINE), reason=reason, at=home.now())
        reach("rollback:recorded")
        _switch(home, shown.number)
        keep_purposes(home, shown.number)
        return shown


def persons_shown(home: Home) -> Path | None:
    """The file on single persons that belongs to what readers find at this moment, for whoever is entitled to it."""
    number = shown_number(home)
    file = home.persons / str(number) / PERSONS
    return file if number is not None and file.exists() else None


def _require_no_loss(home: Home, shown: Publication, build: Build) -> None:
    number = str(shown.number)
    before = [home.published / number / WAREHOUSE, home.persons / number / PERSONS]
    if not before[0].exists():
        return  # nothing is shown that could be gone
    acceptable = home.settings.acceptable_loss
    new = warehouse_of(home, build.pk), persons_of(home, build.pk)
    loss = loss_beyond(acceptable, before, shown.build, new, build)
    if loss is not None:
        problem = f"{loss.what}: {loss.before} are shown, {loss.after} would be"
        facts = {"what": loss.what, "before": loss.before, "after": loss.after}
        raise PublicationError("loss", problem, number=build.pk, **facts)


def _require_sealed() -> None:
    """Raises BrokenSealError where what the ledger says of publications is not what was written."""
    for model in (Publication, PublicationHold, InstallationEvent):
        require_sealed(model, model.objects.values_list("pk", flat=True))


def _require_not_erased(number: int) -> None:
    """Raises PublicationError for one that held a person who was erased since."""
    erased = InstallationEvent.objects.filter(kind=InstallationEvent.Kind.PERSON_ERASED)
    if any(number in each.details["publications"] for each in erased):
        raise PublicationError("erased", f"publication {number} held a person who was erased", number=number)


def _require_not_held() -> None:
    hold = records.held()
    if hold is not None:
        problem = f"publication {hold.number} stays shown until that is lifted"
        raise PublicationError("held", problem, number=hold.number, reason=hold.reason or "—")


def shown_number(home: Home) -> int | None:
    """The publication that readers find at this moment; None before the first."""
    link = home.published / CURRENT
    return int(link.readlink().name) if link.is_symlink() else None


def follow_ledger(home: Home) -> None:
    """Let readers find what the ledger says is shown: after a restore the two may be of different moments."""
    with locked(home.published / ".lock", wait_seconds=120):
        _follow_ledger(home)


def _follow_ledger(home: Home) -> None:
    """Finish what an interrupted publication or rollback left undone."""
    shown = records.current()
    for root in (home.published, home.persons):
        for leftover in root.glob(f"*{PARTIAL}"):
            shutil.rmtree(leftover, ignore_errors=True)
    for draft in home.published.glob(f".{CURRENT}-*"):
        draft.unlink()
    if shown is not None and (home.published / str(shown.number)).is_dir():
        _switch(home, shown.number)


def _build_to_show(build_id: int | None) -> Build:
    finished = Build.objects.filter(state=Build.State.SUCCEEDED)
    build = finished.filter(pk=build_id).first() if build_id else finished.order_by("-pk").first()
    if build is None:
        if not build_id:
            raise PublicationError("nothing_built", "there is no finished build to publish")
        raise PublicationError("no_such_build", f"no finished build {build_id}", number=build_id)
    return build


def _require_whole_build(home: Home, build: Build) -> None:
    """Raises PublicationError where a file of the build is gone, or is not what was built and tested."""
    for file in (warehouse_of(home, build.pk), persons_of(home, build.pk)):
        damage = damage_of_warehouse(file)
        if damage == "missing":
            raise PublicationError("build_gone", f"the file of build {build.pk} is gone", number=build.pk)
        if damage:
            raise PublicationError("build_damaged", f"build {build.pk} is damaged: {damage}", number=build.pk)
    if damage := damage_beside(home.builds / str(build.pk)):
        raise PublicationError("build_damaged", f"build {build.pk} is damaged: {damage}", number=build.pk)


def _damage_of(home: Home, publication: Publication) -> str | None:
    folder, apart = (root / str(publication.number) for root in (home.published, home.persons))
    return damage_of_publication(folder, apart, publication.number, publication.content_hash)


def _place_persons(home: Home, build: Build, number: int) -> None:
    """Make `restricted/persons/<number>/`, before anybody can find a publication of that number."""
    home.persons.mkdir(mode=0o700, parents=True, exist_ok=True)
    final, draft = home.persons / str(number), home.persons / f"{number}{PARTIAL}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    shutil.copy(persons_of(home, build.pk), draft / PERSONS)
    (draft / PERSONS).chmod(0o600)
    fsync_file(draft / PERSONS)
    write_digest(draft / PERSONS, folder=final.name, by="blocks", tables=rows_of_tables(draft / PERSONS))
    _take_place(draft, final)


def _place(home: Home, build: Build, number: int, known: str | None, tell: Tell) -> str:
    """Make `published/<number>/`, complete and durable before it has that name; the hash of its content.

    `known`: what that hash must be; the build was looked at and is whole. Raises PublicationError where it is of other
    content all the same.
    """
    final = home.published / str(number)
    draft = home.published / f"{number}{PARTIAL}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    shutil.copy(warehouse_of(home, build.pk), draft / WAREHOUSE)
    with change_file(draft / WAREHOUSE) as con:
        for table in ("dim_publication", "rpt_publication"):
            con.execute(f"UPDATE main.{table} SET publication_number = ?", [number])
    persons = home.persons / str(number) / PERSONS
    hashes, of_persons = hashes_of([draft / WAREHOUSE, persons], tell)
    content = content_hash(hashes | of_persons)
    reading = write_reading_files(
        draft / WAREHOUSE, draft / READING, shared_tables(home.builds / str(build.pk))
    )
    manifest = {
        "publication": number,
        "build": build.pk,
        "data_as_of": _data_as_of(build).astimezone(UTC).isoformat(),
        "content": content,
        "hashed_by": METHOD,
        "made_by": made_by_of(home, build.pk),
        "tables": hashes,
        "persons": {"keys": _keys_in(home, number), "tables": of_persons},
        "submissions": build.submissions,
        "organisations": build.organisations,
        "held_back": build.held_back,
        READING: reading,
    }
    shutil.copy(home.builds / str(build.pk) / INPUTS / PINNED, draft / SUBMISSIONS)
    (draft / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    for name in (WAREHOUSE, MANIFEST, SUBMISSIONS):
        fsync_file(draft / name)
    for name in (MANIFEST, SUBMISSIONS):
        write_digest(draft / name, folder=final.name)
    write_digest(draft / WAREHOUSE, folder=final.name, tables=rows_of_tables(draft / WAREHOUSE))
    if known not in (None, content):
        raise PublicationError(
            "build_damaged", f"build {build.pk} is damaged: other content", number=build.pk
        )
    _take_place(draft, final)
    return content


def _take_place(draft: Path, final: Path) -> None:
    """Under that name lies, if anything, a try that was never recorded, or what is damaged."""
    before = final.with_name(f"{final.name}.before{PARTIAL}")
    shutil.rmtree(before, ignore_errors=True)
    if final.exists():
        final.rename(before)
    draft.rename(final)
    fsync_folder(final.parent)
    shutil.rmtree(before, ignore_errors=True)


def _switch(home: Home, number: int) -> None:
    """Point the link at a publication: readers open it at each query, so they see old or new, never none."""
    link = home.published / CURRENT
    if link.is_symlink() and link.readlink() == Path(str(number)):
        return
    draft = home.published / f".{CURRENT}-{os.getpid()}"
    draft.unlink(missing_ok=True)
    draft.symlink_to(str(number), target_is_directory=True)
    reach("publish:switching")
    draft.replace(link)
    fsync_folder(home.published)


def _keys_in(home: Home, number: int) -> dict[str, object]:
    """Of which domain and version the keys of persons are in a publication."""
    with read_file(home.persons / str(number) / PERSONS) as con:
        [(domain, version)] = con.execute(f"SELECT domain, key_version FROM {KEY_DOMAIN}").fetchall()
    return {"domain": domain, "version": version}


def forget_publications(home: Home, but: int) -> None:
    """Let every publication go but one; what an interrupted one left behind as well."""
    with locked(home.published / ".lock", wait_seconds=120):
        for root in (home.published, home.persons):
            for folder in root.iterdir():
                if folder.is_dir() and not folder.is_symlink() and folder.name != str(but):
                    shutil.rmtree(folder, ignore_errors=True)


def _forget_old(home: Home, newest: int) -> None:
    """Keep the last few, those that still show persons apart: nobody may go back to them."""
    numbers = sorted(
        (int(each.name) for each in home.published.iterdir() if each.name.isdigit()), reverse=True
    )
    # The newest stays whatever it shows, and to open a file takes longer than all the rest of this.
    kept = {newest} | {
        number
        for number in numbers[:KEPT]
        if number != newest and not shows_persons(home.published / str(number) / WAREHOUSE)
    }
    for root in (home.published, home.persons):
        for folder in root.iterdir():
            if folder.name.isdigit() and int(folder.name) not in kept:
                shutil.rmtree(folder, ignore_errors=True)


def _data_as_of(build: Build) -> datetime:
    """The latest act its submissions reflect."""
    return build.data_as_of or build.started_at
