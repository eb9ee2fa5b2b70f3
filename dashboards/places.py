"""Where the dashboards keep their things under BBAJ_HOME.

In: the environment (BBAJ_HOME, BBAJ_SUPERSET_PORT). Out: paths, the secret key.
This module runs in the environment of Superset, which has none of the pipeline's packages: it imports
the standard library alone.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
CONFIG = REPOSITORY / "dashboards" / "superset_config.py"
DEFAULT_PORT = 8088


def keep_private() -> None:
    """From here on this process and those it starts create files for their owner alone."""
    os.umask(0o077)


@dataclass(frozen=True)
class Places:
    """Paths of one installation, all under its home."""

    home: Path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Places:
        return cls(Path(environment.get("BBAJ_HOME") or "var").resolve())

    @property
    def superset(self) -> Path:
        return self.home / "superset"

    @property
    def metadata(self) -> Path:
        return self.superset / "superset.sqlite3"

    @property
    def metadata_address(self) -> str:
        """Superset's own data as SQLAlchemy opens them: the file, or the database that BBAJ_SUPERSET_DATABASE or the
        installation's settings (`[services] superset`) name. The pipeline tells what is wrong with the settings."""
        address = os.environ.get("BBAJ_SUPERSET_DATABASE") or _setting(self.settings)
        if address:
            return "postgresql+psycopg2://" + address.partition("://")[2]
        return f"sqlite:///{self.metadata}?check_same_thread=false"

    @property
    def secret_key(self) -> Path:
        return self.superset / "secret_key"

    @property
    def installed(self) -> Path:
        """What the last bring-up imported, and from which files: lets the next one see it has nothing to do."""
        return self.superset / "installed.json"

    @property
    def accounts(self) -> Path:
        """Who may read what, as the ledger has it: written by `bbaj user`, read at each question."""
        return self.superset / "accounts.json"

    @property
    def accounts_known(self) -> Path:
        """Which state of the accounts Superset has."""
        return self.superset / "accounts.known"

    @property
    def reading(self) -> Path:
        """The published files of the readers of one territory each."""
        return self.home / "published" / "current" / "reading"

    @property
    def purposes(self) -> Path:
        """What analysts with a written purpose open, and the journal of what they asked."""
        return self.home / "restricted" / "purposes"

    @property
    def settings(self) -> Path:
        return self.home / "bbaj.toml"

    @property
    def translations(self) -> Path:
        return self.superset / "translations"

    @property
    def geometry(self) -> Path:
        """Official borders of the regions, where an installation has put them (docs/guides/administrator)."""
        return self.home / "map" / "regions.geojson"

    @property
    def warehouse(self) -> Path:
        """The published file. `current` is a link switched at each publication, so the path stays unresolved."""
        return self.home / "published" / "current" / "warehouse.duckdb"


def _setting(file: Path) -> str | None:
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8-sig")).get("services", {}).get("superset")
    except FileNotFoundError:
        return None
    return said if isinstance(said, str) and said else None


def secret(path: Path, length: int = 32) -> str:
    """Return the secret kept at `path`; the first call makes it, readable by its owner alone."""
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    value = secrets.token_urlsafe(length)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was first: its secret counts
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(value + "\n")
    return value


def port(environment: Mapping[str, str] = os.environ) -> int:
    """The port Superset listens on: BBAJ_SUPERSET_PORT, or 8088."""
    return int(environment.get("BBAJ_SUPERSET_PORT") or DEFAULT_PORT)
