"""Repositories of restic that are opened at once: their keys are stretched little.

In: nothing. Out: while `light_repositories` is asked for, what `Repository.create` makes in a folder is a repository as
restic makes one, but for the key: restic stretches each password for as long as half a second, which a test that opens
a repository thirty times pays thirty times. Nothing else is different: a wrong password is refused, contents are
encrypted. What restic itself makes of `init` is tried in test_backup_elsewhere, by each way there is to a repository.
"""

from __future__ import annotations

import atexit
import base64
import hashlib
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR, ECB
from cryptography.hazmat.primitives.poly1305 import Poly1305

from warehouse.services.backup.repositories import is_path
from warehouse.services.backup.restic import PROGRAM, Repository

_LITTLE = {"N": 2, "r": 1, "p": 1}
_BLOCK = 16


@dataclass(frozen=True)
class _Key:
    """As restic's: AES-256 in counter mode, Poly1305-AES over what that gives."""

    encrypt: bytes
    k: bytes
    r: bytes

    @classmethod
    def stretched(cls, password: str, salt: bytes, how: dict[str, int]) -> _Key:
        memory = 256 * how["N"] * how["r"] * how["p"] + (1 << 20)
        made = hashlib.scrypt(
            password.encode(), salt=salt, n=how["N"], r=how["r"], p=how["p"], maxmem=memory, dklen=64
        )
        return cls(made[:32], made[32:48], made[48:])

    @classmethod
    def of(cls, said: Any) -> _Key:
        return cls(*map(base64.b64decode, (said["encrypt"], said["mac"]["k"], said["mac"]["r"])))

    def to_json(self) -> Any:
        encrypt, k, r = (base64.b64encode(each).decode() for each in (self.encrypt, self.k, self.r))
        return {"mac": {"k": k, "r": r}, "encrypt": encrypt}

    def sealed(self, content: bytes) -> bytes:
        nonce = secrets.token_bytes(_BLOCK)
        hidden = self._crypted(nonce, content)
        return nonce + hidden + self._tag(nonce, hidden)

    def opened(self, held: bytes) -> bytes:
        nonce, hidden, tag = held[:_BLOCK], held[_BLOCK:-_BLOCK], held[-_BLOCK:]
        assert self._tag(nonce, hidden) == tag, "another password"
        return self._crypted(nonce, hidden)

    def _crypted(self, nonce: bytes, content: bytes) -> bytes:
        return Cipher(AES(self.encrypt), CTR(nonce)).encryptor().update(content)

    def _tag(self, nonce: bytes, hidden: bytes) -> bytes:
        own = Cipher(AES(self.k), ECB()).encryptor().update(nonce)
        return Poly1305.generate_tag(self.r + own, hidden)


def lighten(folder: Path, password: str) -> None:
    """Let the password of a repository that restic made open it at once."""
    before = [*(folder / "keys").iterdir()]
    _write_key(folder, password, *_held(folder, password))
    for each in before:
        each.unlink()


def _held(folder: Path, password: str) -> tuple[dict[str, Any], bytes]:
    """What the only key of a repository says of itself, and the key of its content, which it holds."""
    [file] = (folder / "keys").iterdir()
    said = json.loads(file.read_bytes())
    own = _Key.stretched(password, base64.b64decode(said["salt"]), said)
    return said, own.opened(base64.b64decode(said["data"]))


def _write_key(folder: Path, password: str, like: dict[str, Any], master: bytes) -> None:
    salt = secrets.token_bytes(64)
    data = _Key.stretched(password, salt, _LITTLE).sealed(master)
    own = {"salt": base64.b64encode(salt).decode(), "data": base64.b64encode(data).decode()}
    written = json.dumps(like | _LITTLE | own).encode()
    _write(folder / "keys" / hashlib.sha256(written).hexdigest(), written)


def _write(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    file.chmod(0o400)


@dataclass(frozen=True)
class _Pattern:
    """An empty repository that restic made: where it is, what its key and its configuration say."""

    folder: Path
    key: dict[str, Any]
    configuration: dict[str, Any]


@cache
def _pattern() -> _Pattern:
    """Made once for a process."""
    scratch = tempfile.TemporaryDirectory(prefix="bbaj-repository-")
    made_by = os.getpid()
    atexit.register(lambda: scratch.cleanup() if os.getpid() == made_by else None)
    folder = Path(scratch.name) / "repository"
    password = secrets.token_hex()
    Repository(str(folder), password, Path(scratch.name) / "cache").create()
    key, master = _held(folder, password)
    configuration = json.loads(_Key.of(json.loads(master)).opened((folder / "config").read_bytes()))
    for each in ((folder / "config"), *(folder / "keys").iterdir()):
        each.unlink()
    return _Pattern(folder, key, configuration)


def _make(folder: Path, password: str) -> None:
    """A new repository, with a key and a name of its own."""
    pattern = _pattern()
    shutil.copytree(pattern.folder, folder, dirs_exist_ok=True)
    master = _Key(secrets.token_bytes(32), secrets.token_bytes(_BLOCK), secrets.token_bytes(_BLOCK))
    named = pattern.configuration | {"id": secrets.token_hex(32)}
    _write_key(folder, password, pattern.key, json.dumps(master.to_json()).encode())
    _write(folder / "config", master.sealed(json.dumps(named).encode()))


@pytest.fixture(scope="module")
def light_repositories() -> Iterator[None]:
    """See the module."""
    with lightly():
        yield


@contextmanager
def lightly() -> Iterator[None]:
    """The same, while the block runs."""
    if shutil.which(PROGRAM) is None:
        yield
        return
    _pattern()
    create = Repository.create

    def create_light(repository: Repository) -> None:
        folder = Path(repository.address)
        if is_path(repository.address) and not (folder / "config").exists():
            _make(folder, repository.password)
        else:
            create(repository)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Repository, "create", create_light)
        yield
