"""Where an installation keeps its things: every folder and setting under BBAJ_HOME.

In: the environment variable BBAJ_HOME (default `var/` in the working directory) and `bbaj.toml` in it.
Out: a `Home` whose properties are paths, and the installation's `Settings` and clock.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from ingest.authored import AuthorError, read_text
from ingest.settings.backup import BackupSettings, backup_settings_of
from ingest.settings.databases import Room, room_said_in
from ingest.settings.outbox import OutboxSettings, outbox_settings_of
from ingest.settings.services import ServiceSettings, service_settings_of
from ingest.settings.spark import ENGINES, SparkSettings, engine_of, spark_settings_of
from ingest.settings.watching import KEYS as WATCHED
from ingest.settings.watching import Watching, watching_of

SETTINGS_FILE = "bbaj.toml"
NOTE = "installation.json"
"""What a home remembers of itself and its stores."""
OWNER = ".installation"
"""In each store, the id of the installation that it belongs to."""
REDACTED = ".redacted"
"""The end of the name of what is left of a received file from which a person was erased."""


class InstallationError(Exception):
    """Something about this installation keeps work from being done; the message says what. Not for what people
    hand in, and not for faults of the program.

    `code` and `details` name it for the words shown to a person.
    """

    code: str = "unable"
    details: Mapping[str, Any] = MappingProxyType({})

    def of(self, code: str, **details: Any) -> Self:
        """The same error under the name by which people's words of it are found."""
        self.code, self.details = code, details
        return self


class SettingsError(AuthorError, InstallationError):
    """`bbaj.toml` says something the program cannot follow."""


@dataclass(frozen=True)
class Settings:
    """What one installation decides for itself.

    `demo`: identifiers of the impossible demo range are accepted and the clock may be fixed.
    `collect_from`: the first day whose periods are asked of anybody; None leaves it to the directives of the ledger,
    and without any it is the day the installation was made.
    `collected`: the forms this installation asks for, each from its own day; None asks for every form that
    has a due date. A form that is not asked for may still be handed in. A directive goes before both.
    `now`: the fixed moment of a demo country (aware), None for the real clock. `not_submissions`: names, `*` for any
    signs, of files that are left lying in the drop folder. `ledger`: the address of a PostgreSQL ledger, None for a
    file of the home. `acceptable_loss`: the share of what is shown that a publication may lack of it unasked.
    `least_persons`: figures of fewer persons than that are shown with those of others.
    `least_organisations`: of fewer organisations nothing is told that would be one's own. `erasures`: the folder of the
    list of erasures, None for the one beside the home. `watching`: limits, alerts and metrics. `backup`: where backups
    go, None where nothing is backed up. `services`: databases of Airflow and Superset, and what runs tasks.
    `task_logs_days`: so many days the scheduler's logs of tasks are kept. `duckdb`: what a database may take of the
    machine. `purpose_days`: a written purpose gives rows of persons for so many days at most. `engine`: what builds run
    on where nobody says another; `spark`: how the second one is reached.
    """

    demo: bool = False
    collect_from: date | None = None
    collected: Mapping[str, date] | None = None
    now: datetime | None = None
    not_submissions: tuple[str, ...] = ()
    ledger: str | None = None
    acceptable_loss: float = 0.1
    least_persons: int = 10
    least_organisations: int = 3
    watching: Watching = field(default_factory=Watching)
    backup: BackupSettings | None = None
    erasures: str | None = None
    services: ServiceSettings = field(default_factory=ServiceSettings)
    task_logs_days: int = 30
    purpose_days: int = 90
    duckdb: Room = field(default_factory=Room)
    engine: str = ENGINES[0]
    spark: SparkSettings = field(default_factory=SparkSettings)
    outbox: OutboxSettings | None = None


def _settings_of(file: Path) -> Settings:
    if not file.exists():
        return Settings()
    try:
        text = read_text(file)
        read = tomllib.loads(text)
        watching = watching_of(file, read)
    except tomllib.TOMLDecodeError as error:
        said = re.search(r"at line (\d+)", str(error))
        line = said[1] if said else max(text.rstrip().count("\n") + 1, 1)
        raise SettingsError(file, "(syntax)", "broken_toml", line=line, why=str(error)) from None
    except AuthorError as error:
        raise SettingsError(error.file, error.key, error.kind, **error.facts) from None
    known = [each.name for each in fields(Settings) if each.name != "watching"] + list(WATCHED)
    for name in read:
        if name not in known:
            raise SettingsError(file, name, "unknown_key", found=name, known=known)
    demo, collect_from = read.get("demo", False), read.get("collect_from", Settings.collect_from)
    if not isinstance(demo, bool):
        raise SettingsError(file, "demo", "wrong_type", expected="yes_no", value=demo)
    if collect_from is not None and type(collect_from) is not date:
        raise SettingsError(file, "collect_from", "wrong_type", expected="date", value=collect_from)
    collected = read.get("collected")
    if collected is not None and not _is_dates(collected):
        raise SettingsError(file, "collected", "wrong_type", expected="dates", value=collected)
    now = read.get("now")
    if now is not None and not demo:
        raise SettingsError(file, "now", "only_demo")
    ledger = read.get("ledger")
    if ledger is not None and not isinstance(ledger, str):
        raise SettingsError(file, "ledger", "wrong_type", expected="text", value=ledger)
    erasures = read.get("erasures")
    if erasures is not None and not isinstance(erasures, str):
        raise SettingsError(file, "erasures", "wrong_type", expected="text", value=erasures)
    return Settings(
        demo=demo,
        collect_from=collect_from,
        collected=collected,
        now=_moment(file, now),
        not_submissions=_patterns(file, read.get("not_submissions", [])),
        ledger=ledger,
        acceptable_loss=_share(
            file, "acceptable_loss", read.get("acceptable_loss", Settings.acceptable_loss)
        ),
        least_persons=_least(file, "least_persons", read.get("least_persons", Settings.least_persons)),
        least_organisations=_least(
            file, "least_organisations", read.get("least_organisations", Settings.least_organisations)
        ),
        watching=watching,
        backup=backup_settings_of(read.get("backup"), partial(SettingsError, file)),
        erasures=erasures,
        task_logs_days=_least(file, "task_logs_days", read.get("task_logs_days", Settings.task_logs_days)),
        purpose_days=_least(file, "purpose_days", read.get("purpose_days", Settings.purpose_days)),
        services=service_settings_of(read.get("services"), ledger, partial(SettingsError, file)),
        duckdb=room_said_in(read.get("duckdb"), partial(SettingsError, file)),
        engine=engine_of(read.get("engine"), partial(SettingsError, file)),
        spark=spark_settings_of(read.get("spark"), partial(SettingsError, file)),
        outbox=outbox_settings_of(read.get("outbox"), partial(SettingsError, file)),
    )


# What a submission may be called: a pattern that holds for these would leave every report lying.
_COMMON_NAMES = ("attendance.xlsx", "5A.csv", "report.xls", "report.ods")


def _patterns(file: Path, said: object) -> tuple[str, ...]:
    if not isinstance(said, list) or not all(isinstance(each, str) and each.strip() for each in said):
        raise SettingsError(file, "not_submissions", "wrong_type", expected="names", value=said)
    for pattern in said:
        if any(fnmatchcase(name.casefold(), pattern.casefold()) for name in _COMMON_NAMES):
            raise SettingsError(file, "not_submissions", "takes_reports", found=pattern)
    return tuple(said)


def _share(file: Path, key: str, said: object) -> float:
    if isinstance(said, bool) or not isinstance(said, (int, float)) or not 0 <= said <= 1:
        raise SettingsError(file, key, "wrong_type", expected="share", value=said)
    return float(said)


def _least(file: Path, key: str, said: object) -> int:
    if isinstance(said, bool) or not isinstance(said, int) or not 1 <= said <= 1000:
        raise SettingsError(file, key, "wrong_type", expected="count", value=said)
    return said


def _moment(file: Path, said: object) -> datetime | None:
    moment = said
    if isinstance(said, str):
        with suppress(ValueError):
            moment = datetime.fromisoformat(said)
    if moment is None or (isinstance(moment, datetime) and moment.tzinfo is not None):
        return moment
    raise SettingsError(file, "now", "wrong_type", expected="moment", value=said)


def _is_dates(collected: object) -> bool:
    return isinstance(collected, dict) and all(type(day) is date for day in collected.values())


@dataclass(frozen=True)
class Home:
    """The root folder of one installation. Creating the object touches nothing on disk."""

    root: Path

    @classmethod
    def from_environment(cls) -> Home:
        """The home that BBAJ_HOME names, `var/` in the working directory without it."""
        return cls(Path(os.environ.get("BBAJ_HOME") or "var").resolve())

    @cached_property
    def settings(self) -> Settings:
        """The installation's settings, defaults where `bbaj.toml` is silent. Raises SettingsError."""
        return _settings_of(self.root / SETTINGS_FILE)

    def now(self) -> datetime:
        """This moment in UTC; in a demo home the demo country's fixed moment."""
        return (self.settings.now or datetime.now(UTC)).astimezone(UTC)

    @property
    def raw(self) -> Path:
        """Every received file, unchanged, by its SHA-256."""
        return self.root / "raw"

    @property
    def restricted(self) -> Path:
        """Everything that may name a person: vault, keys, findings, judging tables. Mode 0700."""
        return self.root / "restricted"

    @property
    def vault(self) -> Path:
        return self.restricted / "vault.sqlite3"

    @property
    def keys(self) -> Path:
        return self.restricted / "keys"

    @property
    def findings(self) -> Path:
        return self.restricted / "findings"

    @property
    def judge(self) -> Path:
        """Scratch databases of judging; may be emptied whenever nothing is being judged."""
        return self.restricted / "judge"

    @property
    def spilled(self) -> Path:
        """What databases write down because it does not fit into memory; of each process its own, gone with it."""
        return self.restricted / "spilled"

    @property
    def reference(self) -> Path:
        """What judging compares against and what may name persons (rosters)."""
        return self.restricted / "reference"

    @property
    def persons(self) -> Path:
        """What is published of single persons, by the number of the publication; for those entitled alone."""
        return self.restricted / "persons"

    @property
    def purposes(self) -> Path:
        """What analysts with a written purpose open, by its number, and the journal of what they asked."""
        return self.restricted / "purposes"

    @property
    def draft(self) -> Path:
        """What the next build begins with: rows of persons, by the keys of the lake. May be emptied at any time."""
        return self.restricted / "draft"

    @property
    def erasures(self) -> Path:
        """The list of erasures outside of the home, which a restored copy has not lost. Holds no identifier."""
        return self.root / (self.settings.erasures or f"../{self.root.name}.erasures")

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    @property
    def builds(self) -> Path:
        return self.root / "builds"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def editions(self) -> Path:
        """Every edition of a summary that was made, unchanged: by report, period, node and number."""
        return self.root / "editions"

    @property
    def warehouse(self) -> Path:
        """The one file that everything which shows numbers opens, read-only and briefly. No row in it is a person."""
        return self.published / "current" / "warehouse.duckdb"

    @property
    def drop(self) -> Path:
        return self.root / "drop"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger.sqlite3"

    @property
    def airflow(self) -> Path:
        return self.root / "airflow"

    @property
    def superset(self) -> Path:
        return self.root / "superset"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def backup(self) -> Path:
        """What a backup at work lays ready; the backups themselves are elsewhere."""
        return self.root / "backup"

    def create(self) -> None:
        """Make the folders; the restricted one readable by its owner alone. Raises InstallationError."""
        try:
            self._make_folders()
        except OSError as error:
            unusable = InstallationError(f"BBAJ_HOME={self.root}: {error.strerror}")
            raise unusable.of("home_unusable", home=self.root) from error

    def _make_folders(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (self.raw, self.lake, self.builds, self.published, self.editions, self.drop, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        for private in (
            self.restricted,
            self.keys,
            self.findings,
            self.judge,
            self.spilled,
            self.reference,
            self.persons,
            self.draft,
        ):
            private.mkdir(parents=True, exist_ok=True, mode=0o700)
            private.chmod(0o700)


_worked_for: list[Home] = []


def work_for(home: Home) -> None:
    """From here on this process works for that installation: its databases take what its settings let them take."""
    _worked_for[:] = [home]


def home_worked_for() -> Home:
    """The installation this process works for: the one whose ledger it opened last, else that of the environment."""
    return _worked_for[0] if _worked_for else Home.from_environment()
