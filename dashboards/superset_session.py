"""Superset driven from Python: one start of its application for the whole bring-up.

In: the settings SUPERSET_CONFIG_PATH names. Out: changes in Superset's metadata.
Four runs of its command line would start it four times; this starts it once for the schema and once
for the rest, because Superset makes its views, and with them its permissions, only over a current schema.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from dashboards.access.accounts import Accounts, Synchronised
from dashboards.access.hooks import CLAUSE
from dashboards.access.roles import ANALYSIS, PERMISSIONS, VIEWER
from dashboards.authored import SAFE
from dashboards.check_chain import CODES, LEVEL
from dashboards.places import Places
from dashboards.rendering.render import DATABASE
from signin import first_password
from signin.record import Record

LANGUAGE_PACK = ("can_language_pack", "Superset")  # else the sign-in page stays English in every language


def shipped_translations() -> Path:
    """Superset's own translations, found without importing it."""
    spec = find_spec("superset")
    if spec is None or spec.origin is None:
        raise RuntimeError("Superset is not installed in this environment: run `make install`")
    return Path(spec.origin).parent / "translations"


class Session:
    """What the bring-up asks of Superset."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.ours: set[str] = set()
        """Identifiers of the datasets that were imported."""
        self.security = app.appbuilder.sm

    def upgrade(self) -> None:
        """Bring the metadata's schema to this version of Superset."""
        migrate = import_module("flask_migrate")
        directory = Path(str(import_module("superset").__file__)).parent / "migrations"
        migrate.upgrade(directory=str(directory))

    def administrator(self, name: str, home: Path) -> None:
        """Make the administrator unless there is one, with a first password that waits to be handed over."""
        if self.security.find_user(username=name) is None:
            password = first_password.generate()
            role = self.security.find_role("Admin") or self.security.add_role("Admin")
            # Kept first: a process that dies between the two leaves no account whose password nobody has.
            first_password.keep(home, "superset", name, password)
            self.security.add_user(name, "ББАЖ", "Әкімші", f"{name}@localhost", role, password=password)

    def renew_password(self, name: str, home: Path) -> bool:
        """Another first password, for who lost the own one or has it no longer alone; False without such an account."""
        user = self.security.find_user(username=name)
        if user is None:
            return False
        password = first_password.generate()
        self.security.reset_password(user.id, password)
        first_password.keep(home, "superset", user.username, password)
        return True

    def roles(self) -> None:
        """Set the built-in roles; a reader who has not signed in may fetch the words of the page, no more."""
        self.app.appbuilder.add_permissions(update_perms=True)
        self.security.sync_role_definitions()
        permission = self.security.add_permission_view_menu(*LANGUAGE_PACK)
        self.security.add_permission_role(self.security.find_role("Public"), permission)

    def our_roles(self) -> None:
        """Give each role of ours what is listed for it and nothing else; our datasets and rules must be there."""
        core, sqla, db = (
            import_module(f"superset.{name}")
            for name in ("models.core", "connectors.sqla.models", "extensions")
        )
        session = db.db.session
        [database] = session.query(core.Database).filter_by(uuid=UUID(DATABASE)).all()
        tables = session.query(sqla.SqlaTable).filter_by(database_id=database.id).all()
        data = {
            ANALYSIS: [("database_access", database.perm)],
            VIEWER: [("datasource_access", table.perm) for table in tables if str(table.uuid) in self.ours],
        }
        for name, permissions in PERMISSIONS.items():
            role = self.security.add_role(name)
            found = [
                self.security.find_permission_view_menu(*each) for each in (*permissions, *data[permissions])
            ]
            role.permissions = [each for each in found if each is not None]
        self._rules(sqla, session, tables)
        session.commit()

    def _rules(self, sqla: Any, session: Any, tables: Sequence[Any]) -> None:
        """One rule for all datasets whose rows say of which territory they are, one for those with levels besides."""
        for has_levels in (False, True):
            name = "bbaj territory and level" if has_levels else "bbaj territory"
            rule = session.query(sqla.RowLevelSecurityFilter).filter_by(name=name).one_or_none()
            if rule is None:
                rule = sqla.RowLevelSecurityFilter(name=name, filter_type="Base")
                session.add(rule)
            rule.clause = CLAUSE % ("true" if has_levels else "")
            rule.roles = []  # of a rule of this type: whom it is not for
            rule.tables = [each for each in tables if _is_placed(each) and _has_levels(each) == has_levels]

    def synchronise_accounts(self, places: Places) -> Synchronised:
        """Let Superset have the accounts that the ledger has."""
        record = Record(places.superset / "signin.sqlite3")
        return Accounts(self.security, places, record).synchronise()

    def import_assets(self, files: Mapping[str, str], owner: str) -> None:
        """Import a rendered bundle; what is there under the same identifiers is replaced."""
        paths = (path for path in files if path.startswith("datasets/"))
        self.ours |= {yaml.load(files[path], SAFE)["uuid"] for path in paths}
        command = import_module("superset.commands.importers.v1.assets").ImportAssetsCommand
        override_user = import_module("superset.utils.core").override_user
        with override_user(self.security.find_user(username=owner)), _read_fast():
            command(dict(files)).run()


@contextlib.contextmanager
def _read_fast() -> Iterator[None]:
    """Superset's importer reads YAML by `yaml.safe_load`: let that be libyaml's parser, ten times faster, meanwhile."""
    as_before = yaml.SafeLoader
    yaml.SafeLoader = SAFE  # type: ignore[misc]
    try:
        yield
    finally:
        yaml.SafeLoader = as_before  # type: ignore[misc]


def _is_placed(table: Any) -> bool:
    return set(CODES) <= {column.column_name for column in table.columns}


def _has_levels(table: Any) -> bool:
    return any(column.column_name == LEVEL for column in table.columns)


@contextlib.contextmanager
def opened() -> Iterator[Session]:
    """Start Superset's application and stay inside its context."""
    logging.disable(logging.WARNING)
    try:
        app = import_module("superset.app").create_app()
        with app.app_context():
            yield Session(app)
    finally:
        logging.disable(logging.NOTSET)
