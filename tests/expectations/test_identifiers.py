"""The SQL that judges identifiers says what the Python of ingest.schema.values.identifier says."""

import random

import duckdb
import pytest

from expectations.judging.prepare import prepare
from expectations.judging.scope import Scope
from expectations.reference import Reference
from ingest.read.cells.batch.typing_sql import SQL_TYPES
from ingest.schema.forms.load import contracts
from ingest.schema.values.identifier import bin_faults, check_digit, iin_faults, is_kato


def _numbers(seed: int, count: int) -> list[str]:
    """Random numbers, most of them nearly right, so that each part is wrong in some and right in others."""
    chance = random.Random(seed)
    odd = ["", "1", "15031070001", "1503107000100", "15O310700010", "150310 70001", "+15031070001", "1.5e11"]
    odd += ["١٥٠٣١٠٧٠٠٠١٠", " 15031070001", "15031070001 ", "1503_1070001", "000000000000", "999999999999"]
    found = [text for text in odd if text]
    # The ends of months and Februaries of all centuries, which chance seldom meets.
    for day in ("000229", "960229", "990229", "150430", "150431", "151231", "150100", "151301"):
        found += [
            f"{day}{century}{serial:04}{last}" for century in range(10) for serial in (0, 1) for last in "07"
        ]
    while len(found) < count:
        year, month, day = chance.randrange(100), chance.randrange(14), chance.randrange(33)
        stem = f"{year:02}{month:02}{day:02}{chance.randrange(10)}{chance.randrange(10**4):04}"
        if chance.random() < 0.4:
            stem = f"{year:02}{month:02}{chance.randrange(3, 8)}{chance.randrange(5)}{stem[6:]}"
        digit = check_digit(stem)
        found.append(stem + str(chance.randrange(10) if digit is None or chance.random() < 0.3 else digit))
    return found


def _judged(column: str, values: list[str], *, demo: bool = False) -> dict[str, list[str]]:
    """The faults the SQL finds: value → names in order."""
    contract = contracts()["attendance" if column != "kato" else "territory_register"]
    with duckdb.connect(config={"threads": 1}) as con:
        columns = ", ".join(f"{field.name} {SQL_TYPES[field.type]}" for field in contract.fields)
        con.execute(
            f"CREATE TABLE batch (_file INTEGER, _table INTEGER, _row INTEGER, _bad BIGINT, {columns})"
        )
        con.executemany(
            f"INSERT INTO batch (_file, _table, _row, _bad, {column}) VALUES (0, 0, 1, 0, ?)",
            [[value] for value in values],
        )
        Reference().load(con, contract)
        prepare(con, contract, [(0, Scope())], demo=demo)
        rows = con.execute(f"SELECT * FROM distinct_{column}").to_arrow_table().to_pylist()
    wrong = "is_wrong_"
    return {
        row["value"]: [name.removeprefix(wrong) for name in row if name.startswith(wrong) and row[name]]
        for row in rows
    }


@pytest.mark.parametrize("demo", [False, True])
def test_an_iin_has_the_faults_the_oracle_names(demo: bool) -> None:
    numbers = _numbers(1, 10_000)

    found = _judged("iin", numbers, demo=demo)

    assert {number: list(iin_faults(number, demo=demo)) for number in numbers} == found
    assert {fault for faults in found.values() for fault in faults} == {
        "length",
        "birth_date",
        "century",
        "check_digit",
    }


def test_a_bin_has_the_faults_the_oracle_names() -> None:
    numbers = _numbers(2, 10_000)

    found = _judged("bin", numbers)

    assert {number: list(bin_faults(number)) for number in numbers} == found


def test_a_kato_code_has_the_shape_the_oracle_asks_for() -> None:
    codes = ["113220100", "003220100", "11322010", "1132201000", "11322010A", "710000000", "١١٣٢٢٠١٠٠"]

    assert {code: not faults for code, faults in _judged("kato", codes).items()} == {
        code: is_kato(code) for code in codes
    }
