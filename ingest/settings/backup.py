"""What an installation decides about its backups: the table `[backup]` of `bbaj.toml`.

In: the table as it was read. Out: `BackupSettings`. Credentials of a server that keeps a repository are no settings:
they stand in the environment, under the names restic gives them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_MOST_KEPT = 1000
ALWAYS_KEPT = 3
"""The newest backups, which no rule lets go of."""
_KEYS = ("repository", "vault", "keep", "drill_in")
_KEPT = ("daily", "weekly", "monthly")


@dataclass(frozen=True)
class BackupSettings:
    """`repository`: where everything but the vault goes, a path or any address restic knows; `vault`: where the vault
    goes, beside it where nothing is said. `daily`, `weekly`, `monthly`: of how many days, weeks and months the last
    backup is kept. `drill_in`: the folder in which a drill restores; the one the home lies in where nothing is said.
    """

    repository: str
    vault: str
    daily: int = 7
    weekly: int = 5
    monthly: int = 12
    drill_in: str | None = None


def last_gone(rule: BackupSettings, day: date) -> date:
    """By when the rule has let go of every backup made on `day` or before, where one is made on every day after it.

    A rule keeps the last backup of each of so many days, weeks and months, so what was made on that day goes at the
    latest when so many newer months have one. A day more: a backup begins by night, and months by the machine's clock.
    """
    week = day - timedelta(days=day.weekday()) + timedelta(weeks=rule.weekly)
    months = day.year * 12 + day.month - 1 + rule.monthly
    month = date(months // 12, months % 12 + 1, 1)
    return max(day + timedelta(days=max(rule.daily, ALWAYS_KEPT)), week, month) + timedelta(days=1)


def backup_settings_of(said: object, wrong: Callable[..., Exception]) -> BackupSettings | None:
    """The settings of the table, None where there is none. Raises what `wrong` makes of a key, a kind and facts."""
    if said is None:
        return None
    if not isinstance(said, dict):
        raise wrong("backup", "wrong_type", expected="mapping", value=said)
    _known(said, "backup", _KEYS, wrong)
    texts: dict[str, str] = {}
    for name in ("repository", "vault", "drill_in"):
        value = said.get(name)
        if value is None and name != "repository":
            continue
        if not isinstance(value, str) or not value.strip():
            raise wrong(f"backup.{name}", "wrong_type", expected="text", value=value)
        texts[name] = value.strip()
    repository = texts["repository"]
    keep = _keep(said.get("keep", {}), wrong)
    vault = texts.get("vault", f"{repository.rstrip('/')}-vault")
    if vault.rstrip("/") == repository.rstrip("/"):
        raise wrong("backup.vault", "same_repository", value=vault)
    return BackupSettings(repository, vault, drill_in=texts.get("drill_in"), **keep)


def _keep(said: object, wrong: Callable[..., Exception]) -> dict[str, int]:
    if not isinstance(said, dict):
        raise wrong("backup.keep", "wrong_type", expected="mapping", value=said)
    _known(said, "backup.keep", _KEPT, wrong)
    for name, value in said.items():
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_KEPT:
            raise wrong(f"backup.keep.{name}", "wrong_type", expected="count", value=value)
    return dict(said)


def _known(said: dict[str, Any], where: str, known: tuple[str, ...], wrong: Callable[..., Exception]) -> None:
    for name in said:
        if name not in known:
            raise wrong(f"{where}.{name}", "unknown_key", found=name, known=list(known))
