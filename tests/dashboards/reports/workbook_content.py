"""A summary of invented figures for the workbook: every kind of section, symbols, texts that look like formulas."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from dashboards.reports.content import (
    Both,
    Call,
    Cell,
    Column,
    Content,
    Headline,
    Imprint,
    Place,
    Row,
    Section,
    Source,
    Table,
    Term,
)

SOURCE = Source(
    table="rpt_attendance", reported=18, due=20, explained="rpt_attendance period=2026-W40 level=oblast"
)


def both(kk: str, ru: str) -> Both:
    return Both(kk=kk, ru=ru)


def share_table(
    rows: int = 20, *, withheld: tuple[int, ...] = (3,), missing: tuple[int, ...] = (5,)
) -> Table:
    def cells(number: int) -> tuple[Cell, ...]:
        if number in withheld or number in missing:
            symbol: Any = "c" if number in withheld else "x"
            return (Cell(symbol=symbol), Cell(symbol=symbol), Cell(symbol=symbol), Cell(value=number))
        value = 0.97 - number * 0.0031
        return (
            Cell(value=value),
            Cell(value=-0.004 + number * 0.0007, mark="r" if number == 7 else ""),
            Cell(value=value - 0.02),
            Cell(value=1200 * number),
        )

    return Table(
        named=both("Өңір", "Регион"),
        columns=(
            Column(
                code="rate",
                label=both("Сабаққа қатысу үлесі", "Доля посещённых уроков"),
                unit="share",
                digits=1,
            ),
            Column(
                code="change",
                label=both("Өткен аптаға өзгеріс", "Изменение к прошлой неделе"),
                unit="points",
                digits=1,
            ),
            Column(code="low", label=both("Төменгі шегі", "Нижняя граница"), unit="share", digits=1),
            Column(code="learners", label=both("Білім алушылар", "Обучающиеся"), unit="count"),
        ),
        rows=(
            Row(code="all", name=both("Республика", "Республика"), is_total=True, cells=cells(0)),
            *(
                Row(code=f"{n:03}", name=both(f"{n}-облыс", f"Область {n}"), cells=cells(n))
                for n in range(1, rows)
            ),
        ),
    )


def section(code: str, drawn: Any, table: Table | None = None, **more: Any) -> Section:
    return Section(
        code=code,
        drawn=drawn,
        heading=both(
            f"Сабаққа қатысу екі өңірде төмендеді: {code}", f"Посещаемость снизилась в двух регионах: {code}"
        ),
        subtitle=both(
            "Қатысылған сабақтар үлесі, %, 2026 жылғы 40-апта",
            "Доля посещённых уроков, %, 40-я неделя 2026 года",
        ),
        alt=both("Өңірлер қатысу үлесі бойынша реттелген", "Регионы упорядочены по доле посещённых уроков"),
        table=table or share_table(),
        **{
            "measure": "rate",
            "source": SOURCE,
            "notes": (both("=1+1 түсіндірме", "=1+1 пояснение"),),
            **more,
        },
    )


def trend() -> Table:
    names = ("rate", "year_ago")
    labels = (
        both("2026/2027 оқу жылы", "2026/2027 учебный год"),
        both("2025/2026 оқу жылы", "2025/2026 учебный год"),
    )
    columns = tuple(
        Column(code=code, label=label, unit="share", digits=1)
        for code, label in zip(names, labels, strict=True)
    )
    rows = tuple(
        Row(
            code=f"2026-W{36 + n}",
            name=both(f"{36 + n}-апта", f"{36 + n}-я неделя"),
            cells=(
                Cell(symbol="x") if n == 3 else Cell(value=0.95 - n * 0.002),
                Cell(value=0.96 - n * 0.001),
            ),
        )
        for n in range(8)
    )
    return Table(named=both("Апта", "Неделя"), columns=columns, rows=rows)


def headline(code: str = "attendance", **more: Any) -> Headline:
    given: dict[str, Any] = {
        "code": code,
        "label": both("Сабаққа қатысу үлесі", "Доля посещённых уроков"),
        "unit": "share",
        "digits": 1,
        "direction": 1,
        "value": Cell(value=0.9437),
        "period": both("2026 жылғы 40-апта", "40-я неделя 2026 года"),
        "before": Cell(value=0.951),
        "before_period": both("39-апта", "39-я неделя"),
        "change_before": Cell(value=-0.0073),
        "year_ago": Cell(symbol="x"),
        "year_ago_period": None,
        "change_year_ago": Cell(symbol="x"),
        "based_on": 3_912_004,
        "based_on_label": both("білім алушы", "обучающихся"),
        "reported": 7_640,
        "due": 7_840,
        "low": 0.921,
        "high": 0.946,
        "source": SOURCE,
    }
    return Headline(**{**given, **more})


def content(**more: Any) -> Content:
    given: dict[str, Any] = {
        "report": "weekly",
        "title": both("Сабаққа қатысу туралы апталық жинақ", "Еженедельная сводка о посещаемости"),
        "place": Place(level="republic", name=both("Қазақстан Республикасы", "Республика Казахстан")),
        "period": "2026-W40",
        "period_label": both("2026 жылғы 40-апта", "40-я неделя 2026 года"),
        "headlines": (
            headline(),
            headline("learners", unit="count", digits=0, value=Cell(value=3_912_004), low=None, high=None),
            headline("withheld", value=Cell(symbol="c"), change_before=Cell(symbol="c"), based_on=None, due=None),
        ),
        "sentences": tuple(both(f"Қатысу төмендеді ({n}).", f"Посещаемость снизилась ({n}).") for n in range(3)),
        "regions": (
            Call(code="10", name=both("Абай", "Абай"), inside=None, why=both("төмендеді", "снизилась")),
        ),
        "organisations": (
            Call(
                code="1", name=both("№ 1 мектеп", "Школа № 1"), inside=both("Семей қ.", "г. Семей"),
                why=both("=есеп тапсырылмаған", "=не отчиталась"),
            ),
        ),
        "sections": (
            section("ranking", "ranking", short=both("Өңірлер", "Регионы")),
            section("tiles", "tiles"),
            section("trend", "trend", trend(), measure="rate"),
            section("distribution", "distribution", measure="learners"),
            section("bounds", "bounds", measure="rate", low="low", high="rate"),
            section("table", "table", short=both("Өңірлер", "Регионы")),
        ),
        "method": (both("Үлес — қатысылған сабақтар өткізілгеніне.", "Доля — посещённые уроки к проведённым."),),
        "glossary": (Term(word=both("Сабаққа қатысу", "Посещаемость"), meaning=both("мағынасы", "значение")),),
        "imprint": Imprint(
            publication=7,
            data_as_of=datetime(2026, 10, 5, 19, 5, tzinfo=UTC),
            made_at=datetime(2026, 10, 6, 3, 0, tzinfo=UTC),
            next_date=date(2026, 10, 13),
            content_hash="abc",
            rules="12",
            submissions=7_640,
            approved=7_100,
            changes=(both("Абай облысы: 94,1 % → 94,3 %", "Область Абай: 94,1 % → 94,3 %"),),
        ),
    }  # fmt: skip
    return Content(**{**given, **more})
