"""First passwords are handed over once; what somebody chooses instead is long and not the own name."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from signin import first_password
from signin.rules import HAS_NAME, SHORTEST, TOO_PLAIN, TOO_SHORT, fault_of
from signin.words import _WORDS, LANGUAGES, say, say_in_both


def test_it_is_handed_over_once(tmp_path: Path) -> None:
    first_password.keep(tmp_path, "superset", "admin", "aaa-bbb")
    first_password.keep(tmp_path, "airflow", "admin", "ccc-ddd")
    first_password.keep(tmp_path, "superset", "admin", "eee-fff")
    assert first_password.waits(tmp_path, "superset")
    found = {each["service"]: each["password"] for each in first_password.hand_over(tmp_path)}
    assert found == {"superset": "eee-fff", "airflow": "ccc-ddd"}
    assert first_password.hand_over(tmp_path) == []
    assert not first_password.waits(tmp_path, "superset")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_of_many_who_ask_at_once_one_gets_it(tmp_path: Path) -> None:
    first_password.keep(tmp_path, "superset", "admin", "aaa-bbb")
    got: list[dict[str, str]] = []
    threads = [
        threading.Thread(target=lambda: got.extend(first_password.hand_over(tmp_path))) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each["password"] for each in got] == ["aaa-bbb"]


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    first_password.keep(tmp_path, "superset", "admin", "aaa-bbb")
    folder = tmp_path / "first_passwords"
    assert folder.stat().st_mode & 0o077 == 0
    assert [file.stat().st_mode & 0o077 for file in folder.iterdir()] == [0]


def test_generated_ones_are_taken_by_our_own_rules_and_differ() -> None:
    made = {first_password.generate() for _ in range(500)}
    assert len(made) == 500
    assert [each for each in made if fault_of(each, "admin")] == []


@pytest.mark.parametrize(
    ("password", "user", "fault"),
    [
        ("", "anna", TOO_SHORT),
        ("a" * (SHORTEST - 1), "anna", TOO_SHORT),
        ("аб" * SHORTEST, "anna", TOO_PLAIN),
        ("my-ANNA-word-2026", "anna", HAS_NAME),
        ("құпиясөз-Айгүл-12", "АЙГҮЛ", HAS_NAME),
        ("дұрыс-ат-батарея", "anna", None),
        ("correct horse battery", "", None),
        ("abcdefghijkl", "an", None),
    ],
)
def test_what_a_password_must_be(password: str, user: str, fault: str | None) -> None:
    assert fault_of(password, user) == fault


def test_every_word_is_said_in_every_language() -> None:
    for key, texts in _WORDS.items():
        assert len(texts) == len(LANGUAGES), key
        assert len(set(texts)) == len(texts), key
    assert say("title", "unknown") == say("title", "kk")
    assert say_in_both("wait", minutes=3).count("3") == 2
