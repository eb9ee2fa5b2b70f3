"""What a form and its columns are said to be."""

import pytest

from ingest.emit.wording import allowed_words, due_words, span_words, type_words
from ingest.schema.forms.contract import Constraints, Contract, Due, FormField, Labels
from ingest.schema.forms.load import contract
from ingest.schema.values.period import Period


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (Due(after="start", days=4), "До 5-го дня периода включительно"),
        (Due(after="start", days=0), "До 1-го дня периода включительно"),
        (Due(after="end", days=1), "До 1-го дня после окончания периода включительно"),
        (Due(after="end", days=0), "До последнего дня периода включительно"),
        (Due(after="end", days=-3), "Не позднее чем до окончания периода останется дней: 3"),
        (Due(after="start", days=-7), "Не позднее чем до начала периода останется дней: 7"),
        (None, "До начала периода; постоянный срок не установлен"),
    ],
)
def test_when_a_report_is_due_is_said_as_a_rule(due: Due | None, said: str) -> None:
    form = contract("attendance").model_copy(update={"due": due})
    assert due_words(form, "ru") == said


def test_for_one_period_it_is_said_as_a_day() -> None:
    week = Period.parse("week", "2026-W37")
    assert due_words(contract("attendance"), "kk", week) == "14.09.2026 күніне дейін (сол күнді қоса алғанда)"
    assert span_words(week) == "2026-W37 (07.09.2026–13.09.2026)"
    assert span_words(Period.parse("as_of", "2026-09-07")) == "07.09.2026"


LABELS = Labels(kk="Аты", ru="Имя", en="Name")


@pytest.mark.parametrize(
    ("kind", "limits", "said"),
    [
        ("integer", {"minimum": 1, "maximum": 12}, "от 1 до 12"),
        ("number", {"minimum": 0.5}, "не менее 0,5"),
        ("integer", {"maximum": 9}, "не более 9"),
        ("date", {"minimum": "1990-01-01"}, "не ранее 01.01.1990"),
        ("string", {"maxLength": 100}, "число символов: не более 100"),
        ("string", {"minLength": 3, "maxLength": 3}, "число символов: 3"),
        ("string", {"minLength": 3}, "число символов: не менее 3"),
        ("string", {"codelist": "sex", "unique": True}, "мужской; женский, не повторяется"),
        ("boolean", {}, "да; нет"),
        ("string", {}, ""),
    ],
)
def test_what_is_allowed_is_said_in_words(kind: str, limits: dict[str, object], said: str) -> None:
    field = FormField.model_validate(
        {"name": "x", "labels": LABELS, "type": kind, "privacy": "plain", "constraints": limits}
    )
    assert allowed_words(field, "ru") == said


def test_a_type_is_said_with_its_unit(school_meals: Contract) -> None:
    assert type_words(school_meals.field("iin"), "kk") == "ЖСН, 12 цифр"
    field = contract("attendance").field("lessons_missed")
    assert type_words(field, "ru") == "целое число, единица измерения: урок"
    assert type_words(field.model_copy(update={"constraints": Constraints()}), "kk").startswith("бүтін сан")
