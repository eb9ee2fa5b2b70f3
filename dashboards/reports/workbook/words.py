"""The words around figures, in the language of the workbook."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("words.yml")
_LOCAL_TIME = timezone(timedelta(hours=5))


@cache
def words(language: str) -> Mapping[str, str]:
    """Name → words of the language."""
    read: dict[str, dict[str, str]] = yaml.load(_FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return {name: texts[language] for name, texts in read.items()}


def day(value: date) -> str:
    """A day as the country writes it."""
    return value.strftime("%d.%m.%Y")


def moment(value: datetime) -> str:
    """A moment of the country's one time zone, to the minute."""
    return (value.astimezone(_LOCAL_TIME) if value.tzinfo else value).strftime("%d.%m.%Y %H:%M")
