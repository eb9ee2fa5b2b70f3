"""Who differs from most of the group is named, with what is usual there; measured on planted errors."""

import random
from collections import Counter
from typing import Any

import pytest

from expectations.judging.scope import Scope
from expectations.reference import Reference
from ingest.schema.forms.load import contracts
from ingest.schema.values.period import Period
from tests.expectations.typed_rows import unexpected

ROSTER = contracts()["learner_roster"]
SCOPE = Scope("650940000016", "organisation", Period.parse("month", "2026-09"))
LANGUAGES = ("kk", "ru", "uz", "ug", "tg", "en")
Row = dict[str, Any]


def _dependent(chance: random.Random, sizes: list[int], share: float) -> tuple[list[Row], list[str]]:
    """Rows in which the class determines the language, in any order, and the true language of each; `share` of the
    cells say another."""
    rows: list[Row] = []
    for number, size in enumerate(sizes):
        language = chance.choice(LANGUAGES)
        rows += [
            {"grade": number % 12, "letter": chr(1040 + number // 12), "language": language}
            for _ in range(size)
        ]
    chance.shuffle(rows)
    truth = [row["language"] for row in rows]
    for row in chance.sample(rows, round(len(rows) * share)):
        row["language"] = chance.choice([other for other in LANGUAGES if other != row["language"]])
    return rows, truth


def _measured(rows: list[Row], truth: list[str]) -> tuple[float, float]:
    """F1 of the cells named, and the share of suggestions that are right."""
    found = unexpected(ROSTER, [(rows, SCOPE)], Reference(), frozenset({"several_values"}))
    wrong = {place for place, row in enumerate(rows, start=1) if row["language"] != truth[place - 1]}
    named = {row["_row"] for row in found}
    assert len(named) == len(found)
    hits = len(named & wrong)
    sure = [row for row in found if row["_is_sure"]]
    right = sum(rows[row["_like"] % 10**10 - 1]["language"] == truth[row["_row"] - 1] for row in sure)
    return 2 * hits / (len(named) + len(wrong)), right / len(sure)


@pytest.mark.parametrize("share", [0.01, 0.03, 0.07, 0.15])
@pytest.mark.parametrize(("least", "most", "floor"), [(10, 200, 0.995), (5, 30, 0.98), (2, 8, 0.85)])
def test_planted_errors_are_named_and_put_right(least: int, most: int, floor: float, share: float) -> None:
    chance = random.Random(f"{least}-{share}")
    sizes = [chance.randint(least, most) for _ in range(150)]

    f1, right = _measured(*_dependent(chance, sizes, share))

    assert f1 >= floor, f1
    assert right >= 0.97, right


def test_where_nothing_is_usual_all_of_the_group_is_asked_about() -> None:
    rows = [{"grade": 5, "letter": "А", "language": language} for language in ("kk", "ru", "kk", "ru")]
    rows += [{"grade": 5, "letter": None, "language": language} for language in ("kk", "ru", "uz")]
    rows += [{"grade": 6, "letter": "А", "language": language} for language in ("kk", None, "kk", None)]

    found = unexpected(ROSTER, [(rows, SCOPE)], Reference(), frozenset({"several_values"}))

    assert sorted(row["_row"] for row in found) == [1, 2, 3, 4, 5, 6, 7]
    assert not any(row["_is_sure"] for row in found)
    assert Counter(row["usual_rows"] for row in found) == {2: 4, 1: 3}


def test_a_group_of_one_row_and_an_empty_file_say_nothing() -> None:
    assert unexpected(ROSTER, [([], SCOPE), ([{"grade": 5, "language": "kk"}], SCOPE)], Reference(),
                      frozenset({"several_values"})) == []  # fmt: skip


TERM = Scope("650940000016", "organisation", Period.parse("term", "2026-2027-T1"))
SUBJECTS = ("mathematics", "informatics", "russian_language", "physical_education", "history_of_kazakhstan")


@pytest.mark.parametrize("seed", range(6))
def test_who_lacks_a_subject_of_the_class_is_named_with_it(seed: int) -> None:
    chance = random.Random(seed)
    rows: list[Row] = []
    lacking: dict[str, set[str]] = {}
    for letter in "АБВ":
        learners = [
            f"{150310700000 + chance.randrange(10**5)}{letter == 'Б':d}"[-12:]
            for _ in range(chance.randint(10, 30))
        ]
        without = {
            iin: set(chance.sample(SUBJECTS, chance.randint(1, 2))) for iin in chance.sample(learners, 1)
        }
        lacking |= without
        rows += [
            {"iin": iin, "grade": 5, "letter": letter, "subject": subject}
            for iin in dict.fromkeys(learners)
            for subject in SUBJECTS
            if subject not in without.get(iin, ())
        ]
    chance.shuffle(rows)

    found = unexpected(
        contracts()["term_results"], [(rows, TERM)], Reference(), frozenset({"learners_lack_subject"})
    )

    assert {rows[row["_row"] - 1]["iin"]: set(row["subjects"]) for row in found} == lacking
    assert len(found) == len(lacking)


def test_a_class_in_which_many_lack_a_subject_is_parted_and_nobody_lacks_it() -> None:
    rows = [
        {"iin": f"{150310700000 + place}", "grade": 5, "letter": "А", "subject": subject}
        for place in range(20)
        for subject in SUBJECTS
        if subject != "informatics" or place < 10
    ]

    assert unexpected(
        contracts()["term_results"], [(rows, TERM)], Reference(), frozenset({"learners_lack_subject"})
    ) == []  # fmt: skip


@pytest.mark.parametrize("letters", ["аА", "Аа", "ааАА", "АааА", "АаА", "ааА"])
def test_of_two_cases_of_a_letter_the_rarer_is_named_and_the_small_one_where_both_are_as_many(
    letters: str,
) -> None:
    rows = [{"grade": 5, "letter": letter} for letter in letters]
    found = unexpected(ROSTER, [(rows, SCOPE)], Reference(), frozenset({"letter_in_two_cases"}))
    wrong = "А" if letters.count("а") > letters.count("А") else "а"
    assert sorted(row["_row"] for row in found) == [
        place for place, letter in enumerate(letters, start=1) if letter == wrong
    ]
    assert all(row["_is_sure"] for row in found)
