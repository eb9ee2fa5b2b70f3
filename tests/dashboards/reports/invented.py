"""A summary of figures that are obviously invented: round steps, names of places that are, of schools that are not."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

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

_REGIONS = Path(__file__).parents[3] / "ingest" / "codelists" / "region.csv"
LETTERS = "ӘҒҚҢӨҰҮҺІ әғқңөұүһі"
NOT_THERE = Cell(symbol="x")


def both(kk: str, ru: str) -> Both:
    return Both(kk=kk, ru=ru)


def regions() -> list[tuple[str, Both]]:
    with _REGIONS.open(encoding="utf-8") as file:
        return [
            (row["code"], both(row["label_kk"], row["label_ru"]))
            for row in csv.DictReader(file)
            if row["code"] != "KZ"
        ]


COUNTRY = both("Қазақстан Республикасы", "Республика Казахстан")
LAST_WEEK = both("46-апта", "46-я неделя")
YEAR_AGO = both("2025 ж. сол апта", "та же неделя 2025 г.")
THIS_WEEK = both("2026 ж. 47-апта", "47-я неделя 2026 г.")
SOURCE = Source(
    table="rpt_attendance_by_territory",
    conditions={"basis": "operational", "period": "2026-W47"},
    reported=7698,
    due=7850,
    explained="rpt_attendance_by_territory basis=operational period=2026-W47 oblast_code=110000000",
)
SHARE = Column(code="rate", label=both("Сабаққа қатысу", "Посещаемость"), unit="share", digits=1)
BEFORE = Column(code="change", label=both("Аптадағы өзгеріс", "Изменение за неделю"), unit="points", digits=1)
LEARNERS = Column(code="learners", label=both("Білім алушылар", "Обучающиеся"), unit="count")
COVERED = Column(code="covered", label=both("Қамту", "Охват"), unit="share", digits=1)
LOW = Column(code="low", label=both("Төменгі шек", "Нижняя граница"), unit="share", digits=1)
HIGH = Column(code="high", label=both("Жоғарғы шек", "Верхняя граница"), unit="share", digits=1)


def _heads() -> tuple[Headline, ...]:
    def head(code: str, kk: str, ru: str, **other: object) -> Headline:
        usual: dict[str, object] = {
            "unit": "share",
            "digits": 1,
            "direction": 1,
            "before_period": LAST_WEEK,
            "year_ago_period": YEAR_AGO,
            "based_on": 3_912_345,
            "based_on_label": both("білім алушы", "обучающихся"),
            "reported": 7698,
            "due": 7850,
            "source": SOURCE,
            "period": THIS_WEEK,
        }
        return Headline.model_validate({"code": code, "label": both(kk, ru), **usual, **other})

    def at(value: float, before: float, year_ago: float) -> dict[str, object]:
        return {
            "value": Cell(value=value),
            "before": Cell(value=before),
            "change_before": Cell(value=round(value - before, 6)),
            "year_ago": Cell(value=year_ago),
            "change_year_ago": Cell(value=round(value - year_ago, 6)),
        }

    none = {"year_ago": NOT_THERE, "change_year_ago": NOT_THERE, "year_ago_period": None}
    return (
        head("rate", "Сабаққа қатысу", "Посещаемость", **at(0.934, 0.937, 0.921), low=0.929, high=0.938),
        head(
            "unexcused",
            "Дәлелсіз себеппен қалдырылған сабақтар",
            "Пропуски без уважительной причины",
            direction=-1,
            **at(0.011, 0.013, 0.011),
        ),
        head(
            "persistent",
            "Тұрақты келмейтін білім алушылар",
            "Обучающиеся с устойчивыми пропусками",
            direction=-1,
            **{**at(0.074, 0.071, 0.08), **none},
            low=0.07,
            high=0.081,
        ),
        head(
            "reported",
            "Мерзімінде тапсырылған есептер",
            "Отчёты, сданные в срок",
            based_on=7850,
            based_on_label=both("есеп", "отчётов"),
            **at(0.981, 0.975, 0.969),
        ),
        head(
            "learners",
            "Білім алушылар",
            "Обучающиеся",
            unit="count",
            digits=0,
            direction=0,
            **at(3_912_345, 3_911_045, 3_850_200),
        ),
        head(
            "missed",
            "Бір білім алушыға шаққандағы қалдырылған сабақ",
            "Пропущено уроков на обучающегося",
            unit="decimal",
            digits=2,
            direction=-1,
            **at(2.05, 2.05, 2.4),
        ),
    )


def region_rows() -> tuple[Row, ...]:
    """Twenty regions in steps of four tenths; one is withheld, one did not report."""
    parts = []
    for step, (code, name) in enumerate(regions()):
        rate = 0.965 - step * 0.004
        cells = [Cell(value=rate), Cell(value=(step % 7 - 3) / 1000), Cell(value=50_000 + step * 11_111)]
        cells += [Cell(value=1 - step % 5 / 100), Cell(value=rate - 0.01), Cell(value=rate + 0.006)]
        if step == 7:
            cells = [Cell(symbol="c")] * 6
        if step == 15:
            cells = [NOT_THERE] * 6
        if step == 3:
            cells[0] = Cell(value=rate, mark="p")
        parts.append(Row(code=code, name=name, cells=tuple(cells)))
    whole = [0.934, -0.003, 3_912_345, 0.981, 0.929, 0.938]
    total = Row(code="all", name=COUNTRY, cells=tuple(Cell(value=each) for each in whole), is_total=True)
    return (*parts, total)


def week_rows() -> tuple[Row, ...]:
    """Twelve weeks from September; the holidays between the quarters have none."""
    rows = []
    for week in range(36, 48):
        if week in (44, 45):
            continue
        first = date.fromisocalendar(2026, week, 1)
        name = f"{first:%d.%m}"
        cells = (Cell(value=0.95 - (week - 36) * 0.0015), Cell(value=0.94 - (week % 3) * 0.004))
        rows.append(Row(code=f"2026-W{week}", name=both(name, name), cells=cells))
    return tuple(rows)


def bin_rows() -> tuple[Row, ...]:
    rows = []
    for step, count in enumerate((12, 40, 181, 905, 2310, 3100, 1150)):
        name = f"{70 + step * 4}–{74 + step * 4} %"
        rows.append(Row(code=str(step), name=both(name, name), cells=(Cell(value=count),)))
    return tuple(rows)


def silent_rows(count: int = 14) -> tuple[Row, ...]:
    rows = []
    for step in range(count):
        days = date(2026, 11, 23) - timedelta(days=step)
        name = both(f"№ {step + 1} ойдан шығарылған мектеп", f"Вымышленная школа № {step + 1}")
        inside = both("Ойдағы ауданы", "Мысленный район")
        cells = (Cell(text=inside), Cell(day=days), Cell(value=120 + step * 10))
        rows.append(Row(code=f"{step:012}", name=name, cells=cells))
    return tuple(rows)


def _table(columns: tuple[Column, ...], rows: tuple[Row, ...], kk: str, ru: str) -> Table:
    return Table(named=both(kk, ru), columns=columns, rows=rows)


def _only(rows: tuple[Row, ...], kept: tuple[int, ...]) -> tuple[Row, ...]:
    return tuple(row.model_copy(update={"cells": tuple(row.cells[each] for each in kept)}) for row in rows)


def sections() -> tuple[Section, ...]:
    by_region, subtitle = (
        region_rows(),
        both(
            "Өткізілген сабақтардың жоспарланған сабақтардағы үлесі, %, өңірлер бойынша, 2026 ж. 47-апта",
            "Доля посещённых уроков среди запланированных, %, по регионам, 47-я неделя 2026 г.",
        ),
    )
    weeks = (
        SHARE.model_copy(update={"label": both("2026/27 оқу жылы", "2026/27 учебный год")}),
        Column(code="before", label=both("2025/26 оқу жылы", "2025/26 учебный год"), unit="share", digits=1),
    )
    return (
        Section(
            code="ranking",
            drawn="ranking",
            measure="rate",
            subtitle=subtitle,
            source=SOURCE,
            heading=both(
                "Жеті өңірде сабаққа қатысу республикадан төмен",
                "В семи регионах посещаемость ниже, чем по республике",
            ),
            alt=both(
                "Өңірлердің бағанды диаграммасы: Абай облысы бірінші, Шымкент соңғы.",
                "Столбцы по регионам: область Абай первая, Шымкент последний.",
            ),
            table=_table(
                (SHARE, BEFORE, LEARNERS, COVERED), _only(by_region, (0, 1, 2, 3)), "Өңір", "Регион"
            ),
            notes=(both("Жамбыл облысының мәні жасырылған.", "Значение Жамбылской области скрыто."),),
        ),
        Section(
            code="tiles",
            drawn="tiles",
            measure="rate",
            subtitle=subtitle,
            source=SOURCE,
            heading=both(
                "Оңтүстікте сабаққа қатысу оңтүстік-шығысқа қарағанда жоғары",
                "На севере посещаемость выше, чем на юго-востоке",
            ),
            alt=both("Өңірлердің плиткалық картасы.", "Плиточная карта регионов."),
            table=_table((SHARE,), _only(by_region, (0,)), "Өңір", "Регион"),
        ),
        Section(
            code="trend",
            drawn="trend",
            measure="rate",
            source=SOURCE,
            heading=both(
                "Қыркүйектен бері сабаққа қатысу біртіндеп төмендеп келеді",
                "С сентября посещаемость понемногу снижается",
            ),
            subtitle=both(
                "Өткізілген сабақтар үлесі, %, республика, апталар бойынша",
                "Доля посещённых уроков, %, республика, по неделям",
            ),
            alt=both("Екі сызық: биылғы және былтырғы.", "Две линии: этот год и прошлый."),
            table=_table(weeks, week_rows(), "Апта басы", "Начало недели"),
            notes=(both("44 және 45-аптада каникул болды.", "44-я и 45-я недели: каникулы."),),
        ),
        Section(
            code="distribution",
            drawn="distribution",
            measure="count",
            source=SOURCE,
            heading=both(
                "Ұйымдардың басым бөлігінде қатысу 86 %-дан жоғары",
                "У большинства организаций посещаемость выше 86 %",
            ),
            subtitle=both(
                "Ұйымдар саны, сабаққа қатысу деңгейі бойынша", "Число организаций по уровню посещаемости"
            ),
            alt=both("Гистограмма, ең көбі 90–94 %.", "Гистограмма, больше всего 90–94 %."),
            table=_table(
                (Column(code="count", label=both("Ұйымдар", "Организации"), unit="count"),),
                bin_rows(),
                "Қатысу",
                "Посещаемость",
            ),
        ),
        Section(
            code="bounds",
            drawn="bounds",
            measure="rate",
            low="low",
            high="high",
            subtitle=subtitle,
            source=SOURCE,
            heading=both(
                "Есеп тапсырмағандар көрсеткішті бір пайыздық тармақтан артық өзгерте алмайды",
                "Несдавшие не сдвинут показатель больше чем на один процентный пункт",
            ),
            alt=both("Нүктелер мен шектер.", "Точки и границы."),
            table=_table((SHARE, LOW, HIGH), _only(by_region, (0, 4, 5)), "Өңір", "Регион"),
        ),
        Section(
            code="silent",
            drawn="table",
            source=SOURCE,
            first=10,
            heading=both("Он төрт ұйым есеп тапсырған жоқ", "Четырнадцать организаций не сдали отчёт"),
            subtitle=both("Ұйымдар, 2026 ж. 47-апта", "Организации, 47-я неделя 2026 г."),
            alt=both("", ""),
            table=_table(
                (
                    Column(code="inside", label=both("Аудан", "Район"), unit="text"),
                    Column(code="due", label=both("Мерзімі", "Срок"), unit="date"),
                    Column(code="learners", label=both("Білім алушылар", "Обучающиеся"), unit="count"),
                ),
                silent_rows(),
                "Ұйым",
                "Организация",
            ),
        ),
    )


def _calls() -> tuple[tuple[Call, ...], tuple[Call, ...]]:
    why = both(
        "сабаққа қатысу бір аптада 2,1 п. т. төмендеді", "посещаемость за неделю снизилась на 2,1 п. п."
    )
    three = tuple(Call(code=code, name=name, inside=None, why=why) for code, name in regions()[-3:])
    ten = tuple(
        Call(
            code=f"{step:012}",
            name=both(f"№ {step} ойдан шығарылған жалпы білім беретін мектеп", f"Вымышленная школа № {step}"),
            inside=both("Ойдағы ауданы, Абай облысы", "Мысленный район, область Абай"),
            why=both("үш апта қатарынан есеп жоқ", "нет отчёта три недели подряд"),
        )
        for step in range(1, 11)
    )
    return three, ten


def content(**other: object) -> Content:
    """The whole of it; `other`: what is to be different."""
    three, ten = _calls()
    usual: dict[str, object] = {
        "report": "weekly",
        "title": both("Сабаққа қатысудың апталық жиынтығы", "Еженедельная сводка о посещаемости"),
        "place": Place(level="republic", name=COUNTRY),
        "period": "2026-W47",
        "period_label": both("2026 жылғы 16–22 қараша", "16–22 ноября 2026 года"),
        "headlines": _heads(),
        "sentences": (
            both(
                "Сабаққа қатысу 93,4 %-ға дейін төмендеді, бірақ былтырғыдан жоғары",
                "Посещаемость снизилась до 93,4 %, но осталась выше прошлогодней",
            ),
            both(
                "Жиырма өңірдің жетеуінде ол республикадан төмен; ең төменгісі — Шымкент қаласы (88,9 %).",
                "В семи регионах из двадцати она ниже республиканской; самая низкая — город Шымкент (88,9 %).",
            ),
            both(
                "152 ұйым есеп тапсырған жоқ: олар көрсеткішті 92,9–93,8 % аралығында өзгерте алады.",
                "152 организации не сдали отчёт: они могут сдвинуть показатель в пределах 92,9–93,8 %.",
            ),
        ),
        "regions": three,
        "organisations": ten,
        "sections": sections(),
        "method": (
            both(
                "Көрсеткіштер жарияланған кестелерден есептеледі.",
                "Показатели считаются по опубликованным таблицам.",
            ),
            both(f"Әріптер: {LETTERS}.", f"Буквы: {LETTERS}."),
        ),
        "glossary": (
            Term(
                word=both("Сабаққа қатысу", "Посещаемость"),
                meaning=both(
                    "өткізілген сабақтардың жоспарланған сабақтардағы үлесі",
                    "доля посещённых уроков среди запланированных",
                ),
            ),
            Term(
                word=both("Тұрақты келмеу", "Устойчивые пропуски"),
                meaning=both(
                    "сабақтардың он пайызын және одан көбін қалдыру",
                    "пропуск десяти процентов уроков и более",
                ),
            ),
        ),
        "imprint": Imprint(
            edition=2,
            status="corrected",
            publication=118,
            data_as_of=datetime(2026, 11, 24, 3, 0, tzinfo=UTC),
            made_at=datetime(2026, 11, 24, 4, 30, tzinfo=UTC),
            next_date=date(2026, 12, 1),
            content_hash="00ff" * 16,
            rules="2026.11",
            submissions=7698,
            approved=7102,
            changes=(
                both(
                    "Абай облысы: 96,1 % орнына 96,5 %, түзетілген есептен кейін.",
                    "Область Абай: 96,5 % вместо 96,1 % после исправленного отчёта.",
                ),
            ),
        ),
    }
    return Content.model_validate({**usual, **other})
