"""First passwords: made for an account nobody can enter yet, handed over once, then gone.

In: the home of an installation, a service and a user of it. Out: a generated password, kept in a file for its owner
alone until somebody asks for it; asking takes the file away. The service knows its hash alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from pathlib import Path

_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for each other on paper."""
_GROUPS, _LENGTH = 4, 5
NO_SUCH_USER = 3
"""What a program exits with that was asked for a password of an account its service does not have."""


def generate() -> str:
    """A password of about 99 bits in groups that can be read out."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(_LENGTH)) for _ in range(_GROUPS))


def keep(home: Path, service: str, user: str, password: str) -> None:
    """Keep it until it is asked for."""
    folder = _folder(home)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = folder / f".{service}.{secrets.token_hex(4)}"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        json.dump({"service": service, "user": user, "password": password}, out)
        out.flush()
        os.fsync(out.fileno())
    account = hashlib.sha256(user.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    part.replace(folder / f"{service}-{account}.json")


def waits(home: Path, service: str) -> bool:
    """Whether a first password of that service was not handed over yet."""
    return any(_folder(home).glob(f"{service}-*.json")) or (_folder(home) / f"{service}.json").is_file()


def is_set_up(home: Path, service: str) -> bool:
    """Whether a service was ever started over this home: before that it has no accounts."""
    return (home / service / "signin.sqlite3").is_file()


def hand_over(home: Path) -> list[dict[str, str]]:
    """All that wait, each with `service`, `user` and `password`; nobody can ask for them again."""
    found = []
    for file in sorted(_folder(home).glob("[!.]*.json")):
        taken = file.with_name(f".taken-{secrets.token_hex(4)}")
        try:
            file.rename(taken)  # of two who ask at once, one gets it
        except FileNotFoundError:
            continue
        found.append(json.loads(taken.read_text(encoding="utf-8")))
        taken.unlink()
    return found


def _folder(home: Path) -> Path:
    return home / "first_passwords"
