"""The identity vault: one key per person, for ever, whoever asks at the same time and whatever breaks."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from ingest.home import Home
from warehouse.storage.keys.secret import SecretError
from warehouse.storage.keys.vault import HIGHEST_KEY, LOWEST_KEY, Vault, VaultError, draw_keys
from warehouse.storage.keys.vault_file import open_file
from warehouse.storage.keys.vault_sums import parts_that_differ

PROJECT = Path(__file__).parents[3]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def numbers(first: int, count: int) -> pa.Array:
    return pa.array([f"{number:012d}" for number in range(first, first + count)])


def test_the_same_person_has_the_same_key_for_ever(home: Home) -> None:
    with Vault(home) as vault:
        first = vault.person_keys("iin", pa.array(["a", "b", None, "a"]))
    with Vault(home) as vault:
        again = vault.person_keys("iin", pa.chunked_array([["b"], ["a", "c"]]))

    assert first[0] == first[3] != first[1]
    assert first[2].as_py() is None
    assert again.to_pylist()[:2] == [first[1].as_py(), first[0].as_py()]
    assert all(LOWEST_KEY <= key < 2**63 for key in again.to_pylist())


def test_kinds_of_identifiers_are_apart(home: Home) -> None:
    with Vault(home) as vault:
        assert vault.person_keys("iin", pa.array(["1"])) != vault.person_keys("passport", pa.array(["1"]))


def test_few_among_many_are_found_one_by_one(home: Home) -> None:
    with Vault(home) as vault:
        everybody = vault.person_keys("iin", numbers(0, 9_000))
        some = vault.person_keys("iin", numbers(100, 1_500))

    assert some.to_pylist() == everybody.slice(100, 1_500).to_pylist()


def test_which_of_some_numbers_are_keys_is_told_of_few_and_of_many(home: Home) -> None:
    with Vault(home) as vault:
        vault.person_keys("iin", pa.array([f"{number:012}" for number in range(4100)]))
        issued = np.array(sorted(vault.issued()))
        for count in (0, 1, 999, 1000, 1001, len(issued)):  # one question or several, or all that there are
            numbers = np.concatenate([issued[:count] + 1, issued[:count], [5, -1, HIGHEST_KEY]])
            found = vault.issued_among(np.unique(numbers))
            assert found.tolist() == np.intersect1d(numbers, issued).tolist()


def test_the_file_holds_no_identifier(home: Home) -> None:
    with Vault(home) as vault:
        vault.person_keys("iin", pa.array(["140103700018"]))

    content = b"".join(file.read_bytes() for file in home.restricted.glob("vault*"))
    assert b"140103700018" not in content
    assert (140103700018).to_bytes(8, "big") not in content


def test_secret_and_vault_are_private(home: Home) -> None:
    with Vault(home):
        assert {file.stat().st_mode & 0o777 for file in home.keys.iterdir()} == {0o600}
        assert home.vault.stat().st_mode & 0o777 == 0o600


def test_a_vault_without_its_secret_refuses_to_issue_everybody_anew(home: Home) -> None:
    with Vault(home) as vault:
        vault.person_keys("iin", pa.array(["1"]))
    secret = home.keys / "alias-v1.key"
    kept = secret.read_text()

    secret.unlink()
    with pytest.raises(SecretError, match="restore it from the backup"):
        Vault(home)
    secret.write_text("00" * 32)
    secret.chmod(0o600)
    with pytest.raises(SecretError, match="is not the secret"):
        Vault(home)
    secret.write_text(kept)
    secret.chmod(0o644)
    with pytest.raises(SecretError, match="others can read it"):
        Vault(home)


def test_a_key_drawn_twice_goes_to_one_person_only(home: Home) -> None:
    draws = iter([[LOWEST_KEY, LOWEST_KEY], [LOWEST_KEY, LOWEST_KEY + 1], [LOWEST_KEY + 1], [LOWEST_KEY + 2]])
    with Vault(home, draw=lambda count: next(draws)) as vault:
        assert set(vault.person_keys("iin", pa.array(["1", "2"])).to_pylist()) == {LOWEST_KEY, LOWEST_KEY + 1}
        assert vault.person_keys("iin", pa.array(["3"])).to_pylist() == [LOWEST_KEY + 2]


def test_a_source_that_always_collides_is_an_error(home: Home) -> None:
    with Vault(home, draw=lambda count: [LOWEST_KEY] * count) as vault:
        with pytest.raises(VaultError):
            vault.person_keys("iin", pa.array(["1", "2"]))
        assert vault.person_keys("iin", pa.array(["1"])).to_pylist() == [LOWEST_KEY]


def test_keys_tell_nothing_of_the_order_of_issue() -> None:
    keys = draw_keys(1000)
    assert len(set(keys)) == 1000
    assert keys != sorted(keys)


def test_what_happened_cannot_be_changed(home: Home) -> None:
    with Vault(home) as vault:
        one, two = vault.person_keys("iin", pa.array(["1", "2"])).to_pylist()
        vault.merge(one, two)
    with sqlite3.connect(home.vault) as direct:
        for act in (
            "UPDATE issued SET at = 0",
            "DELETE FROM issued",
            "UPDATE change SET kind = 'split'",
            "DELETE FROM change",
            "INSERT OR REPLACE INTO issued SELECT person_key, 0 FROM issued",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                direct.execute(act)
    direct.close()


def test_merge_and_split_are_events_and_change_where_identifiers_lead(home: Home) -> None:
    with Vault(home) as vault:
        one, two = vault.person_keys("iin", pa.array(["1", "2"])).to_pylist()
        vault.merge(one, two)
        assert vault.person_keys("iin", pa.array(["1", "2"])).to_pylist() == [two, two]
        new = vault.split("iin", "1")
        assert new not in (one, two)
        assert vault.person_keys("iin", pa.array(["1", "2"])).to_pylist() == [new, two]
        with pytest.raises(VaultError):
            vault.merge(one, 5)
    with sqlite3.connect(home.vault) as direct:
        kinds = [kind for (kind,) in direct.execute("SELECT kind FROM event WHERE kind <> 'issued'")]
    direct.close()
    assert kinds == ["merged", "split"]


def test_a_new_secret_keeps_everybodys_key(home: Home) -> None:
    with Vault(home) as vault, Vault(home) as other:
        before = vault.person_keys("iin", numbers(0, 20)).to_pylist()
        assert vault.rotate() == 2
        after = vault.person_keys("iin", numbers(0, 30)).to_pylist()
        # Another process that opened the vault before the change meets persons known under the new one alone.
        assert other.person_keys("iin", numbers(0, 30)).to_pylist() == after
    assert after[:20] == before


ISSUE = """
import sys
from pathlib import Path
import pyarrow as pa
from ingest.home import Home
from warehouse.storage.keys.vault import Vault
first = int(sys.argv[2])
with Vault(Home(Path(sys.argv[1]))) as vault:
    print("open", flush=True)
    for start in range(first, first + 4000, 500):
        keys = vault.person_keys("iin", pa.array([f"{n:012d}" for n in range(start, start + 1000)]))
        print(start, *keys.to_pylist(), flush=True)
"""


def _issuing(home: Home, first: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", ISSUE, str(home.root), str(first)],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def _answers(output: str) -> dict[int, int]:
    found: dict[int, int] = {}
    for line in output.splitlines():
        if line != "open":
            start, *keys = map(int, line.split())
            for place, key in enumerate(keys):
                assert found.setdefault(start + place, key) == key
    return found


OPEN_AT_ONCE = """
import sys, time
from pathlib import Path
from ingest.home import Home
from warehouse.storage.keys.vault import Vault
for root in sys.argv[1:]:
    print("ready", flush=True)
    start = float(sys.stdin.readline())
    while time.time() < start:  # no sleep: that they begin within microseconds is what is tried
        pass
    with Vault(Home(Path(root))):
        pass
"""


def test_a_new_vault_is_opened_by_many_processes_at_once(tmp_path: Path) -> None:
    roots = [str(tmp_path / f"home-{number}") for number in range(40)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN_AT_ONCE, *roots],
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(5)
    ]
    for _ in roots:
        answers = [process.stdout.readline() for process in processes if process.stdout is not None]
        assert answers == ["ready\n"] * len(processes), [process.communicate()[1] for process in processes]
        start = time.time() + 0.05
        for process in processes:
            assert process.stdin is not None
            process.stdin.write(f"{start}\n")
            process.stdin.flush()
    ended = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes), ended


def test_processes_at_the_same_time_agree(home: Home) -> None:
    processes = [_issuing(home, first) for first in (0, 1000, 0)]
    answers = [_answers(process.communicate()[0]) for process in processes]

    assert all(process.returncode == 0 for process in processes)
    everybody: dict[int, int] = {}
    for answer in answers:
        for number, key in answer.items():
            assert everybody.setdefault(number, key) == key
    assert len(set(everybody.values())) == len(everybody)


def test_a_killed_process_leaves_a_sound_vault_and_its_answers_hold(home: Home) -> None:
    process = _issuing(home, 0)
    assert process.stdout is not None
    lines = [process.stdout.readline(), process.stdout.readline(), process.stdout.readline()]
    time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    said = _answers("".join(lines))
    process.communicate()

    with sqlite3.connect(home.vault) as direct:
        assert direct.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        orphans = "SELECT count(*) FROM issued WHERE person_key NOT IN (SELECT person_key FROM alias)"
        assert direct.execute(orphans).fetchall() == [(0,)]
    direct.close()
    with Vault(home) as vault:
        keys = vault.person_keys("iin", pa.array([f"{number:012d}" for number in said]))
    assert keys.to_pylist() == list(said.values())


def test_what_the_vault_adds_up_stays_right_through_every_change(home: Home) -> None:
    with Vault(home) as vault:
        keys = vault.person_keys("iin", numbers(0, 50)).to_pylist()
        vault.merge(keys[3], keys[7])
        vault.split("iin", f"{7:012d}")
        vault.split("iin", "000000000999")
        vault.rotate()
        vault.person_keys("iin", numbers(20, 60))
        vault.merge(keys[30], keys[31])
        assert parts_that_differ(vault._connection) == []
        with pytest.raises(VaultError):
            vault.merge(keys[0], 5)
        assert parts_that_differ(vault._connection) == []
        vault._connection.execute("drop table content")  # a vault from before it added up
    with Vault(home) as vault:
        vault.person_keys("iin", numbers(200, 10))
        assert parts_that_differ(vault._connection) == []
        vault._connection.execute("update alias set person_key = ? where person_key = ?", (keys[1], keys[2]))
        assert parts_that_differ(vault._connection) == ["alias"]


def test_what_the_vault_answered_is_on_the_disk(home: Home) -> None:
    """A key that was given out is in reports: a power cut must not take it back."""
    connection = open_file(home.vault)
    try:
        (synchronous,), (journal,) = (
            connection.execute(f"pragma {name}").fetchone() for name in ("synchronous", "journal_mode")
        )
    finally:
        connection.close()
    assert (synchronous, journal) == (2, "wal")  # 2 is full: every transaction is waited for
