"""IIN, BIN and KATO: each part of a number that is wrong is named.

The numbers are published examples and constructions that no living person can have (born in 1815, or with a
seventh digit that is assigned to nobody; registered in the year 65).
"""

from datetime import date

import pytest

from ingest.schema.forms.contract import FieldFormat
from ingest.schema.values.identifier import (
    bin_faults,
    birth_date_of,
    check_digit,
    iin_faults,
    is_kato,
    meant_identifier,
)


@pytest.mark.parametrize(
    "number", ["150101100016", "150101100026", "150101100709", "150101100710", "150101100722"]
)
def test_numbers_of_both_passes_have_the_right_check_digit(number: str) -> None:
    assert check_digit(number[:11]) == int(number[11])
    assert iin_faults(number, demo=False) == []


@pytest.mark.parametrize("stem", ["15010110076", "15010110157"])
def test_some_numbers_are_never_issued(stem: str) -> None:
    assert check_digit(stem) is None
    assert all("check_digit" in iin_faults(f"{stem}{digit}", demo=False) for digit in range(10))


@pytest.mark.parametrize(
    ("number", "faults"),
    [
        ("15010110001", ["length"]),
        ("1501011000166", ["length"]),
        ("15010110001А", ["length"]),
        ("١٥٠١٠١١٠٠٠١٦", ["length"]),
        ("", ["length"]),
        ("150101100017", ["check_digit"]),
        ("151301100010", ["birth_date"]),
        ("150230100012", ["birth_date"]),
    ],
)
def test_the_wrong_part_is_named(number: str, faults: list[str]) -> None:
    expected = [*faults]
    if faults == ["birth_date"]:
        digit = check_digit(number[:11])
        number = f"{number[:11]}{digit}" if digit is not None else number
    assert iin_faults(number, demo=False) == expected


def test_the_demo_range_is_for_demos_alone() -> None:
    for number in ("150310700010", "150310800017"):
        assert iin_faults(number, demo=True) == []
        assert iin_faults(number, demo=False) == ["century"]
        assert birth_date_of(number) == date(2015, 3, 10)


@pytest.mark.parametrize(
    ("start", "is_a_date"),
    [
        *((f"000229{century}", century in "5678") for century in "12345678"),
        *((f"960229{century}", True) for century in "123456"),
        *((f"990229{century}", False) for century in "123456"),
        *((f"{day}5", is_date) for day, is_date in (("150431", False), ("150430", True), ("151231", True))),
    ],
)
def test_the_29th_of_february_of_every_century(start: str, is_a_date: bool) -> None:
    stem = next(
        f"{start}{serial:04}" for serial in range(99) if check_digit(f"{start}{serial:04}") is not None
    )
    number = f"{stem}{check_digit(stem)}"
    assert (birth_date_of(number) is not None) == is_a_date
    assert iin_faults(number, demo=True) == ([] if is_a_date else ["birth_date"])


def test_a_birth_date_in_a_leap_year_is_one() -> None:
    assert birth_date_of("000229500000") == date(2000, 2, 29)
    assert birth_date_of("000229300000") is None
    assert birth_date_of("000229900000") is None


@pytest.mark.parametrize(
    ("number", "faults"),
    [
        ("650940000016", []),
        ("650940000026", []),
        ("650940000017", ["check_digit"]),
        ("65094000001", ["length"]),
    ],
)
def test_an_organisations_number(number: str, faults: list[str]) -> None:
    assert bin_faults(number) == faults


@pytest.mark.parametrize(("start", "fault"), [("651340", "month"), ("650970", "kind"), ("650944", "kind")])
def test_the_wrong_part_of_an_organisations_number(start: str, fault: str) -> None:
    stem = next(
        f"{start}{serial:05}" for serial in range(99) if check_digit(f"{start}{serial:05}") is not None
    )

    assert bin_faults(f"{stem}{check_digit(stem)}") == [fault]


def test_a_territorys_code_has_nine_digits() -> None:
    assert is_kato("113220100")
    assert not is_kato("11322010")
    assert not is_kato("003220100")
    assert not is_kato("11322010а")


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_zeros_a_spreadsheet_dropped_are_put_back_where_the_check_digit_fits(lost: int) -> None:
    stem = {1: "0501017", 2: "0011307", 3: "0001017"}[lost]
    stems = [f"{stem}{serial:04}" for serial in range(1, 60)]
    numbers = [f"{stem}{check_digit(stem)}" for stem in stems if check_digit(stem) is not None]
    for number in numbers:
        assert meant_identifier("iin", number[lost:]) == number
        assert meant_identifier("iin", f" {number[lost:]}.0") == number
        wrong = number[lost:-1] + str((int(number[-1]) + 1) % 10)
        assert meant_identifier("iin", wrong) is None
    assert len(numbers) > 40


@pytest.mark.parametrize(
    ("kind", "text", "meant"),
    [
        ("iin", "ЖСН: 150310700010", "150310700010"),
        ("iin", "15О310700О10", "150310700010"),
        ("iin", "№150310 700010", "150310700010"),
        ("iin", "150310700010 150310700010", None),
        ("iin", "15031070001", None),
        ("iin", "50101700000", None),  # five zeros at the end: a number shortened on its way
        ("iin", "12345678", None),
        ("iin", "1.5e11", None),
        ("iin", "", None),
        ("bin", "БИН 650940000016", "650940000016"),
        ("bin", "150310700010x", None),
        ("kato", "КАТО 113220100", "113220100"),
        ("kato", "11322010", None),
    ],
)
def test_what_a_text_of_another_length_probably_means(
    kind: FieldFormat, text: str, meant: str | None
) -> None:
    assert meant_identifier(kind, text) == meant
