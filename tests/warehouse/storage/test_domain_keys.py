"""Keys by domain: the same person for ever inside one, nobody that could be joined to another."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.home import Home, InstallationError
from warehouse.storage.keys.domain_keys import DomainKeys, KeyCollisionError, begin_version, domain_keys
from warehouse.storage.keys.secret import Secret, SecretError
from warehouse.storage.keys.vault import HIGHEST_KEY, LOWEST_KEY, Vault, draw_keys

PERSONS = st.lists(st.integers(0, HIGHEST_KEY), unique=True, max_size=50)
SECRETS = st.binary(min_size=32, max_size=32)
DOMAINS = st.from_regex(r"[a-z][a-z0-9_]{0,62}", fullmatch=True)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    found = Home(tmp_path / "home")
    found.create()
    yield found


@given(PERSONS, SECRETS, DOMAINS, DOMAINS)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_key_says_nothing_outside_its_domain(persons: list[int], key: bytes, one: str, other: str) -> None:
    keys = DomainKeys(one, Secret(1, key)).of(persons)
    assert list(keys) == persons
    assert all(LOWEST_KEY <= made <= HIGHEST_KEY for made in keys.values())
    assert len(set(keys.values())) == len(persons)
    assert not set(keys.values()) & set(persons)
    assert keys == DomainKeys(one, Secret(1, key)).of(persons)
    # Also where somebody copied one domain's secret to another.
    if one != other:
        assert not set(keys.values()) & set(DomainKeys(other, Secret(1, key)).of(persons).values())
    flipped = bytes([key[0] ^ 1, *key[1:]])
    assert not set(keys.values()) & set(DomainKeys(one, Secret(1, flipped)).of(persons).values())


def test_every_domain_has_a_secret_of_its_own_for_ever(home: Home) -> None:
    persons = draw_keys(1000)
    first = {
        name: domain_keys(home, name).of(persons) for name in ("publication", "open_data", "university_7")
    }
    for name, keys in first.items():
        assert domain_keys(home, name).of(persons) == keys
        assert domain_keys(home, name).version == 1
    everything = [key for keys in first.values() for key in keys.values()] + persons
    assert len(set(everything)) == len(everything)
    assert {file.stat().st_mode & 0o777 for file in home.keys.iterdir()} == {0o600}


def test_the_secret_of_a_domain_is_not_taken_for_the_vaults(home: Home) -> None:
    import pyarrow as pa

    domain_keys(home, "publication")
    with Vault(home) as vault:
        before = vault.person_keys("iin", pa.array(["a"]))
    begin_version(home, "publication", 2)
    with Vault(home) as vault:
        assert (vault.secret_version, vault.person_keys("iin", pa.array(["a"]))) == (1, before)


def test_a_new_version_changes_every_key_and_may_be_begun_again(home: Home) -> None:
    persons = draw_keys(1000)
    before, other = domain_keys(home, "publication").of(persons), domain_keys(home, "open_data").of(persons)
    for _ in range(2):
        begun = begin_version(home, "publication", 2)
        assert begun.version == 2
    after = domain_keys(home, "publication").of(persons)
    assert after == begun.of(persons)
    assert not set(before.values()) & set(after.values())
    assert domain_keys(home, "open_data").of(persons) == other


def test_a_lost_or_foreign_secret_is_never_made_anew(home: Home) -> None:
    domain_keys(home, "publication")
    begin_version(home, "publication", 2)
    first, second = (home.keys / f"publication-v{version}.key" for version in (1, 2))
    kept = second.read_text()
    second.write_text("00" * 32)
    with pytest.raises(SecretError) as refused:
        domain_keys(home, "publication")
    assert refused.value.code == "secret_of_another"
    second.unlink()
    with pytest.raises(SecretError) as refused:
        domain_keys(home, "publication")
    assert (refused.value.code, second.exists()) == ("secret_gone", False)
    second.write_text(kept)
    second.chmod(0o644)
    with pytest.raises(SecretError) as refused:
        domain_keys(home, "publication")
    assert refused.value.code == "secret_open"
    second.chmod(0o600)
    first.unlink()  # nobody can join what was given out under it any more: that is for whoever runs it to decide
    assert domain_keys(home, "publication").version == 2
    second.unlink()
    with pytest.raises(SecretError):
        domain_keys(home, "publication")


@pytest.mark.parametrize("name", ["alias", "", "Publication", "a-b", "../x", "a" * 64, "ә", "1a", "a\n"])
def test_what_is_no_name_of_a_domain_is_refused(home: Home, name: str) -> None:
    with pytest.raises(InstallationError) as refused:
        domain_keys(home, name)
    assert refused.value.code == "no_domain"
    assert not list(home.keys.iterdir())


def test_two_persons_never_share_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.storage.keys.domain_keys.HIGHEST_KEY", LOWEST_KEY)
    with pytest.raises(KeyCollisionError):
        DomainKeys("publication", Secret(1, bytes(32))).of([1, 2])


def _version_of(root: Path) -> str:
    return domain_keys(Home(root), "publication").mark


def test_processes_that_begin_at_once_agree(home: Home) -> None:
    with multiprocessing.get_context("fork").Pool(4) as pool:
        marks = pool.map(_version_of, [home.root] * 8)
    assert len(set(marks)) == 1
    assert [file.name for file in home.keys.iterdir()] == ["publication-v1.key"]
