"""Bring Superset up: metadata, administrator, roles, interface languages, dashboards.

In: BBAJ_HOME; run in Superset's environment as `python -m dashboards.install [--json]`.
Out: everything under $BBAJ_HOME/superset, and a count of what was imported. A second run that finds the
same definition, settings and Superset in place does nothing and takes no time; after a change it repeats
the import, which replaces.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.metadata
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from dashboards import definition
from dashboards.authored import MISUSED, SAFE, DefinitionError
from dashboards.check_chain import models, require_whole
from dashboards.fresh import fresh_metadata
from dashboards.places import CONFIG, Places, keep_private
from dashboards.rendering import render
from dashboards.words.speech import DASHBOARD_LANGUAGES
from signin import first_password

ADMINISTRATOR = "admin"
KINDS = {"databases": "dbs", "datasets": "tables", "charts": "slices", "dashboards": "dashboards"}
Report = dict[str, Any]


class InstallError(RuntimeError):
    """Superset holds something else than what the definition says."""


def install(places: Places) -> Report:
    """Bring Superset up and return what it holds: counts by kind, languages, the administrator's name."""
    defined = definition.load()
    require_whole(defined)
    known = models()
    bundles = {
        language: render.render(defined, language, places.warehouse, known)
        for language in DASHBOARD_LANGUAGES
    }
    mark = fingerprint(bundles)
    report = standing(places, mark, bundles)
    if report is None:
        report = _bring_up(places, bundles)
        places.installed.write_text(json.dumps({"mark": mark, "report": report}), encoding="utf-8")
        report = {**report, "changed": True}
    else:
        synchronise_accounts(places)
    return report


def synchronise_accounts(places: Places) -> bool:
    """Let Superset have the accounts that the ledger has, unless it has them already; whether there was need."""
    mark = _mark_of(places.accounts)
    if mark == _noted(places):
        return False
    with _superset(places) as superset:
        superset.synchronise_accounts(places)
    places.accounts_known.write_text(mark, encoding="ascii")
    return True


def _mark_of(accounts: Path) -> str:
    return hashlib.sha256(accounts.read_bytes()).hexdigest() if accounts.is_file() else ""


def _noted(places: Places) -> str:
    return places.accounts_known.read_text(encoding="ascii") if places.accounts_known.is_file() else ""


@contextlib.contextmanager
def _superset(places: Places) -> Iterator[Any]:
    """Superset's application over this home."""
    from dashboards import superset_session

    os.environ["BBAJ_HOME"] = str(places.home)
    os.environ["SUPERSET_CONFIG_PATH"] = str(CONFIG)
    with superset_session.opened() as superset:
        yield superset


def fingerprint(bundles: Mapping[str, render.Files]) -> str:
    """One hash over all the bring-up depends on."""
    digest = hashlib.sha256(importlib.metadata.version("apache-superset").encode())
    for language, files in sorted(bundles.items()):
        digest.update(language.encode() + render.bundle(files))
    ours = CONFIG.parent
    for path in sorted([*ours.rglob("*.py"), *ours.glob("words/translations/**/*.po")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def standing(places: Places, mark: str, bundles: Mapping[str, render.Files]) -> Report | None:
    """What the last bring-up reported, if nothing has changed since and its charts are still there."""
    try:
        last = json.loads(places.installed.read_text(encoding="utf-8"))
        if last["mark"] != mark:
            return None
        present(places, bundles)
    except (OSError, ValueError, KeyError, SQLAlchemyError, InstallError):
        return None
    return {**last["report"], "changed": False}


def present(places: Places, bundles: Mapping[str, render.Files]) -> dict[str, int]:
    """Count the imported assets by the identifiers they must have.

    Raises InstallError when one is missing: Superset's importer may log an error and go on.
    """
    counts = {}
    address = places.metadata_address
    if address.startswith("sqlite:") and not places.metadata.is_file():
        raise InstallError("there is no metadata yet")  # asking would make an empty file
    engine = create_engine(address, poolclass=NullPool)
    with engine.connect() as metadata:
        for kind, table in KINDS.items():
            wanted = {
                yaml.load(content, SAFE)["uuid"].replace("-", "")
                for files in bundles.values()
                for path, content in files.items()
                if path.startswith(f"{kind}/")
            }
            found = {
                _hexadecimal(row[0])
                for row in metadata.execute(text(f"select uuid from {table} where uuid is not null"))
            }
            if lost := wanted - found:
                raise InstallError(f"{len(lost)} of {len(wanted)} {kind} were not imported")
            counts[kind] = len(wanted)
    return counts


def _hexadecimal(uuid: Any) -> str:
    """An identifier as SQLite keeps it, in bytes, or as PostgreSQL tells it."""
    return bytes(uuid).hex() if isinstance(uuid, bytes | memoryview) else str(uuid).replace("-", "")


def _bring_up(places: Places, bundles: Mapping[str, render.Files]) -> Report:
    from dashboards import superset_session
    from dashboards.words import catalogues

    places.superset.mkdir(parents=True, exist_ok=True)
    shipped = superset_session.shipped_translations()
    messages = catalogues.compile_all(places.translations, shipped)
    mark = _mark_of(places.accounts)
    with fresh_metadata(places), _superset(places) as superset:
        superset.upgrade()
        superset.administrator(ADMINISTRATOR, places.home)
        superset.roles()
        # The home page names the last ones first: the Kazakh ones.
        for language in reversed(DASHBOARD_LANGUAGES):
            superset.import_assets(bundles[language], ADMINISTRATOR)
        superset.our_roles()
        superset.synchronise_accounts(places)
    places.accounts_known.write_text(mark, encoding="ascii")
    return {
        "imported": present(places, bundles),
        "languages": list(DASHBOARD_LANGUAGES),
        "messages": messages,
        "administrator": ADMINISTRATOR,
    }


def renew_password(places: Places, user: str) -> bool:
    """Give an account a new first password, to be handed over by `bbaj password`; False without such an account."""
    if is_stranger(places, user):
        return False
    with _superset(places) as superset:
        is_known: bool = superset.renew_password(user, places.home)
    return is_known


def is_stranger(places: Places, user: str) -> bool:
    """Whether there are metadata and no account of that name in them, however it is capitalised. They answer at once;
    Superset itself takes seconds to start, and says what is wrong where they do not answer."""
    address = places.metadata_address
    if address.startswith("sqlite:") and not places.metadata.is_file():
        return False
    try:
        with create_engine(address, poolclass=NullPool).connect() as metadata:
            names = metadata.execute(text("select username from ab_user"))
            return user.casefold() not in {str(name).casefold() for (name,) in names}
    except SQLAlchemyError:
        return False


def told(report: Report) -> str:
    """What a person at the terminal is told of a bring-up."""
    imported = report["imported"]
    state = "imported" if report["changed"] else "already in place"
    return (
        f"Superset: {imported['charts']} charts on {imported['dashboards']} dashboards {state} "
        f"({', '.join(report['languages'])}).\n"
        f"Administrator: {report['administrator']}; a first password that was not handed over yet: `bbaj password`"
    )


def main() -> int:
    """Bring Superset up and say what it holds."""
    parser = argparse.ArgumentParser(description="Bring Superset up with its dashboards.")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument(
        "--new-password",
        nargs="?",
        const=ADMINISTRATOR,
        metavar="USER",
        help="give an account, the administrator's unless one is named, a new first password",
    )
    parser.add_argument(
        "--accounts", action="store_true", help="bring the accounts in line with the ledger, no more"
    )
    arguments = parser.parse_args()
    keep_private()
    if arguments.accounts:
        synchronise_accounts(Places.from_environment())
        return 0
    if arguments.new_password:
        is_known = renew_password(Places.from_environment(), arguments.new_password)
        return 0 if is_known else first_password.NO_SUCH_USER
    try:
        report = install(Places.from_environment())
    except DefinitionError as error:
        print(error, file=sys.stderr)
        return MISUSED
    except InstallError as error:
        print(f"Superset: {error}", file=sys.stderr)
        return 1
    print(json.dumps(report, ensure_ascii=False) if arguments.json else told(report))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
