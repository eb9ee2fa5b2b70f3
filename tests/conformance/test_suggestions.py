"""Whatever is suggested for a cell, of any contract: the cell may hold it, and no rule refuses it again."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from expectations.judging.direct import run_rules
from expectations.judging.judge import JudgeFile, judge
from expectations.reference import Reference
from expectations.verdict import Verdict
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.contract import Contract, FormField
from ingest.schema.forms.load import contracts
from tests.conformance.breaking import GIRL, ORGANISATION, REFERENCE, Row, sound

CONTRACTS = contracts()
SEED = 20
LOOK_ALIKE = str.maketrans({"0": "О", "1": "l", "3": "З", "А": "A", "о": "o", "е": "e", "с": "c"})
Spoil = Callable[[str, random.Random], str]

SPOILED: tuple[Spoil, ...] = (
    lambda text, chance: text.translate(LOOK_ALIKE),
    lambda text, chance: text.lstrip("0")[chance.randint(0, 3) :],
    lambda text, chance: f"{chance.choice(('ИИН', '№', 'БСН:', 'код'))} {text}",
    lambda text, chance: f"{text} {chance.choice(('чел.', 'сынып', 'А', 'м²', '%'))}",
    lambda text, chance: text.upper(),
    lambda text, chance: text.lower(),
    lambda text, chance: text.replace("2026", "26").replace("2015", "15").replace("-", chance.choice("./-")),
    lambda text, chance: str(chance.randint(30_000, 50_000)),
    lambda text, chance: (
        f"{chance.randint(1, 40)}.{chance.randint(1, 40)}.{chance.choice(('26', '2026', '1926'))}"
    ),
    lambda text, chance: f"{chance.randint(0, 99)}{chance.choice(('А', '%', ' чел.', 'О', ',5', '.500'))}",
    lambda text, chance: text.replace(chance.choice(text), "", 1) if text else text,
    lambda text, chance: chance.choice((ORGANISATION, GIRL))[chance.randint(0, 2) :] + chance.choice("ОxА"),
)
# Numbers of nobody, of the century of the demo, without their zeros, and with a letter besides.
WITHOUT_ZEROS = ("103700015", "0103700025", "1О3700035", "112700014", "310700010")


@dataclass(frozen=True)
class Spoilt:
    """A file of a form, and its verdict."""

    contract: Contract
    rows: tuple[Row, ...]
    verdict: Verdict


def _spoilt_rows(contract: Contract) -> tuple[Row, ...]:
    """Rows of which one cell each is no more what it was."""
    chance = random.Random(SEED)
    (well,) = sound(contract).rows
    found = []
    for field in contract.fields:
        texts = [field.example or "", *_words(field, chance)]
        made = [spoil(chance.choice(texts), chance) for spoil in SPOILED]
        made += WITHOUT_ZEROS if field.format != "default" else ()
        found += [{**well, field.name: text} for text in made if text]
    return tuple(found)


def _words(field: FormField, chance: random.Random) -> list[str]:
    listed = field.constraints.codelist
    if not listed:
        return []
    entries = chance.choices(codelist(listed).codes, k=4)
    return [entry.labels.in_language(chance.choice(("kk", "ru", "en"))) for entry in entries]


def _judged(contract: Contract, rows: tuple[Row, ...], folder: Path, *, demo: bool) -> Verdict:
    file = folder / "file.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(field.labels.ru for field in contract.fields)
        lines.writerows([row[field.name] for field in contract.fields] for row in rows)
    scope = sound(contract).scope
    with judge(
        [JudgeFile(0, file, file.name, scope)], contract, REFERENCE, demo=demo, engine=run_rules
    ) as judged:
        return judged.verdicts[0]


@pytest.fixture(scope="module", params=CONTRACTS)
def spoilt(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Spoilt:
    contract = CONTRACTS[request.param]
    rows = _spoilt_rows(contract)
    return Spoilt(contract, rows, _judged(contract, rows, tmp_path_factory.mktemp("spoilt"), demo=True))


def _suggested(verdict: Verdict) -> Mapping[tuple[int, str], set[str]]:
    found: dict[tuple[int, str], set[str]] = {}
    for finding in verdict.findings:
        if finding.suggestion and finding.column and finding.row and finding.cell and finding.row > 1:
            found.setdefault((finding.row, finding.column), set()).add(finding.suggestion)
    return found


def test_what_is_suggested_is_not_refused(spoilt: Spoilt, tmp_path: Path) -> None:
    suggested = [
        (row, column, text)
        for (row, column), texts in _suggested(spoilt.verdict).items()
        for text in sorted(texts)
    ]
    assert suggested
    # Row 1 is the header. Each suggestion in a row of its own.
    mended = tuple({**spoilt.rows[row - 2], column: text} for row, column, text in suggested)
    verdict = _judged(spoilt.contract, mended, tmp_path, demo=True)
    again = {
        (finding.row, finding.column): finding for finding in verdict.findings if finding.severity == "error"
    }
    alone = {"not_unique", "several_values", "parent_in_register"}
    refused = [
        (text, column, again[place, column].code, again[place, column].value)
        for place, (_, column, text) in enumerate(suggested, 2)
        if (place, column) in again and again[place, column].code not in alone
    ]
    assert refused == []


def test_numbers_of_the_demo_range_are_suggested_to_demos_alone(tmp_path: Path) -> None:
    contract = CONTRACTS["attendance"]
    (well,) = sound(contract).rows
    for demo in (True, False):
        findings = _judged(contract, ({**well, "iin": "ЖСН 150310700010"},), tmp_path, demo=demo).findings
        (told,) = [each for each in findings if each.code == "iin_length"]
        assert (told.suggestion == "150310700010") is demo


def test_lost_zeros_are_named_where_zeros_are_put_back_and_signs_where_there_are_any(tmp_path: Path) -> None:
    contract = CONTRACTS["attendance"]
    (well,) = sound(contract).rows
    texts = ("ИИН 150310700010", "15О3I0700010", "103700015", "1О3700015")
    rows = tuple({**well, "iin": text} for text in texts)
    file = tmp_path / "file.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([[*well], *(row.values() for row in rows)])
    with judge([JudgeFile(0, file, file.name)], contract, Reference(), demo=True, engine=run_rules) as judged:
        findings = judged.verdicts[0].findings
    told = {each.value: each.text("ru") for each in findings if each.code == "iin_length"}
    assert {
        text: ("оставлены только цифры" in said, "отбросил нули" in said) for text, said in told.items()
    } == {
        "ИИН 150310700010": (True, False),
        "15О3I0700010": (True, False),
        "103700015": (False, True),
        "1О3700015": (True, True),
    }
