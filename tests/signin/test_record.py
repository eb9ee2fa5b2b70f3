"""What a door remembers: wrong passwords are counted for a user and an address, also when many come at once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signin.record import Allowance, Record

ALLOWED = Allowance(of_user=3, of_address=6, of_user_anywhere=9, seconds=60, pause=30)


@pytest.fixture
def door(tmp_path: Path) -> Record:
    return Record(tmp_path / "deep" / "door.sqlite3", ALLOWED)


def test_the_fourth_wrong_password_waits_and_then_is_heard(door: Record) -> None:
    assert [door.admit("anna", "10.0.0.1", now) for now in (0, 1, 2)] == [0, 0, 0]
    assert door.admit("anna", "10.0.0.1", 10) == pytest.approx(50)
    assert door.admit("bolat", "10.0.0.1", 10) == 0, "others are not kept waiting"
    assert door.admit("anna", "10.0.0.9", 10) == 0, "who comes from elsewhere is not locked out"
    door.succeeded("anna", "10.0.0.9", 10)
    assert door.admit("anna", "10.0.0.1", 11) > 0, "and opens nothing for whoever guesses"
    assert door.admit("anna", "10.0.0.1", 60.5) == 0


def test_asking_while_waiting_does_not_make_the_wait_longer(door: Record) -> None:
    for now in (0, 1, 2):
        door.admit("anna", "", now)
    assert all(door.admit("anna", "", 3 + step / 10) > 0 for step in range(500))
    assert door.admit("anna", "", 61) == 0


@pytest.mark.parametrize("name", ["ANNA", " anna", "Anna ", "ａｎｎａ"])
def test_a_name_written_otherwise_is_the_same_name(door: Record, name: str) -> None:
    for now in (0, 1, 2):
        door.admit(name, "", now)
    assert door.admit("anna", "", 3) > 0


def test_who_is_right_is_not_counted_and_an_own_account_opens_no_other(door: Record) -> None:
    for now in range(0, 40, 2):
        assert door.admit("anna", "10.0.0.1", now) == 0
        door.succeeded("anna", "10.0.0.1", now)
    guesses = 0
    for now in range(40, 58):  # guessing others' passwords, with the own sign-in between
        guesses += door.admit(f"victim {now}", "10.0.0.1", now) == 0
        if door.admit("anna", "10.0.0.1", now + 0.5) == 0:
            door.succeeded("anna", "10.0.0.1", now + 0.5)
    assert guesses == ALLOWED.of_address


def test_guesses_over_many_users_are_slowed_and_nobody_elsewhere_is_kept_out(door: Record) -> None:
    assert door.admit("bolat", "10.0.0.1", 0) == 0
    door.succeeded("bolat", "10.0.0.1", 0)
    admitted = [number for number in range(20) if door.admit(f"user {number}", "10.0.0.1", number) == 0]
    assert admitted == list(range(ALLOWED.of_address)), "twenty tries in twenty seconds"
    assert door.admit("user 19", "10.0.0.1", 5 + ALLOWED.pause) == 0, "slowed, not shut"
    assert door.admit("user 18", "10.0.0.1", 6 + ALLOWED.pause) == pytest.approx(ALLOWED.pause - 1)
    assert door.admit("user 3", "10.0.0.2", 20) == 0
    assert door.admit("bolat", "10.0.0.1", 21) == 0, "who comes here every day is heard at once"
    assert door.admit("bolat", "10.0.0.1", 22) > 0, "and once only: it may be somebody who guesses"


def test_guesses_at_one_user_from_many_addresses_end_and_the_own_address_stays_open(door: Record) -> None:
    assert door.admit("anna", "10.0.0.1", 0) == 0
    door.succeeded("anna", "10.0.0.1", 0)
    admitted = sum(door.admit("anna", f"10.1.0.{number}", number / 10) == 0 for number in range(40))
    assert admitted == ALLOWED.of_user_anywhere
    assert door.admit("anna", "10.0.0.1", 5) == 0
    assert door.admit("bolat", "10.1.0.1", 5) == 0


def test_where_somebody_came_in_is_forgotten_in_time(door: Record) -> None:
    door.succeeded("anna", "10.0.0.1", 0)
    late = 181 * 24 * 3600
    for number in range(ALLOWED.of_address):
        door.admit(f"user {number}", "10.0.0.1", late)
    assert door.admit("anna", "10.0.0.1", late + 1) > 0


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whoever_guesses_from_elsewhere_locks_nobody_out_of_where_they_come_from(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    door = Record(tmp_path_factory.mktemp("door") / "door.sqlite3", ALLOWED)
    door.admit("anna", "home", 0)
    door.succeeded("anna", "home", 0)
    guessed = st.tuples(st.sampled_from(["anna", "Anna", "bolat"]), st.sampled_from(["a", "b", "c", "d"]))
    for now, (user, address) in enumerate(data.draw(st.lists(guessed, max_size=40)), start=1):
        door.admit(user, address, now / 10)
        assert door.admit("anna", "home", now / 10) == 0
        door.succeeded("anna", "home", now / 10)


def test_a_clock_set_back_locks_nobody_for_ever(door: Record) -> None:
    for now in (1_000_000, 1_000_001, 1_000_002):
        door.admit("anna", "", now)
    assert door.admit("anna", "", 10) == 0


def test_many_at_once_are_not_all_admitted(door: Record) -> None:
    admitted: list[bool] = []
    threads = [
        threading.Thread(target=lambda: admitted.append(door.admit("anna", "", 5) == 0)) for _ in range(24)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(admitted) == ALLOWED.of_user


@settings(max_examples=60, deadline=None)
@given(times=st.lists(st.floats(0, 300), max_size=25).map(sorted))
def test_never_more_than_allowed_within_the_time(
    tmp_path_factory: pytest.TempPathFactory, times: list[float]
) -> None:
    door = Record(tmp_path_factory.mktemp("door") / "door.sqlite3", ALLOWED)
    admitted = [now for now in times if door.admit("anna", "", now) == 0]
    for first in admitted:
        assert sum(first <= now < first + ALLOWED.seconds for now in admitted) <= ALLOWED.of_user


def test_first_passwords_are_known_until_an_own_one_is_chosen(door: Record) -> None:
    assert not door.has_first("anna")
    door.give_first("anna", 1)
    door.give_first("anna", 2)
    assert door.has_first("anna")
    assert not door.has_first("bolat")
    door.chose_own("anna")
    assert not door.has_first("anna")


def test_the_file_is_its_owner_s_and_names_nobody(tmp_path: Path) -> None:
    door = Record(tmp_path / "door.sqlite3", ALLOWED)
    door.admit("Айгүл", "10.20.30.40", 1)
    assert (tmp_path / "door.sqlite3").stat().st_mode & 0o077 == 0
    content = (tmp_path / "door.sqlite3").read_bytes()
    assert "Айгүл".encode() not in content
    assert b"10.20.30.40" not in content


def test_sessions_that_began_before_a_password_was_given_are_over(door: Record) -> None:
    assert not door.is_over("anna", 5.0), "nothing was ended yet"
    door.give_first("anna", 10.0)
    assert door.is_over("anna", 9.9) and door.is_over("anna", 0.0)
    assert not door.is_over("anna", 10.0), "who comes in with the new one is in"
    assert not door.is_over("bolat", 5.0)
    door.chose_own("anna")
    assert door.is_over("anna", 9.9), "choosing another opens no old session again"
