"""A small published warehouse with only the three reporting models, filled with plausible figures.

In: a list of reporting districts (code, names) read from a KATO file, and a target path.
Out: a DuckDB file with rpt_attendance_by_territory, rpt_reporting_discipline and rpt_publication.
It serves the work on the dashboards alone; the integration tests prefer the demo country's warehouse.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

BASES = {
    "operational": ("жедел деректер", "оперативные данные"),
    "official": ("бекітілген деректер", "утверждённые данные"),
}
STATUSES = {
    "fulfilled": ("Мерзімінде ұсынылды", "Представлено в срок"),
    "late": ("кешіктіріп тапсырылды", "сдано с опозданием"),
    "missing": ("тапсырылмады", "не сдано"),
    "nil_return": ("нөлдік есеп", "нулевой отчёт"),
}
FORMS = {
    "attendance": ("Сабаққа қатысу", "Посещаемость"),
    "learner_roster": ("Білім алушылар тізімі", "Список обучающихся"),
}
CITIES = {"71", "75", "79"}
WEEKS = [date(2026, 8, 31) + timedelta(weeks=n) for n in range(4)]

Territory = tuple[str, str, str, str, str, str]  # oblast code, kk, ru; district code, kk, ru


def territories(kato: Path) -> Iterator[Territory]:
    """Yield the 228 reporting districts of a KATO file with the oblast of each."""
    with kato.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    oblasts = {r["kato"][:2]: r for r in rows if r["level"] == "oblast"}
    for row in rows:
        code = row["kato"]
        oblast = oblasts[code[:2]]
        in_city = code[:2] in CITIES and row["level"] == "sub_district" and code[2] != "0"
        if (row["level"] == "district" and code[:2] not in CITIES) or in_city:
            yield (oblast["kato"], oblast["name_kk"], oblast["name_ru"], code, row["name_kk"], row["name_ru"])


def attendance_rows(places: list[Territory], dice: random.Random) -> Iterator[tuple[object, ...]]:
    for place in places:
        poor = 0.02 + int(place[0][:2]) % 7 / 200
        for basis, (kk, ru) in BASES.items():
            for week, start in enumerate(WEEKS):
                for locality in (
                    ("қалалық жер", "городская местность"),
                    ("ауылдық жер", "сельская местность"),
                ):
                    learners = dice.randint(300, 3000) if basis == "operational" else dice.randint(200, 1500)
                    lessons = learners * 5 * 6
                    missed = int(lessons * (poor + week * 0.004 + dice.random() * 0.01))
                    valid = int(missed * 0.8)
                    label_kk = f"{36 + week}-апта ({start:%d.%m}–{start + timedelta(6):%d.%m})"
                    label_ru = f"{36 + week}-я неделя ({start:%d.%m}–{start + timedelta(6):%d.%m})"
                    yield (
                        basis, kk, ru, f"2026-W{36 + week}", start, label_kk, label_ru, *place, *locality,
                        dice.randint(1, 12), learners, learners * 5, lessons, missed, valid, int(valid * 0.7),
                        int(learners * 0.1), int(missed / 8),
                    )  # fmt: skip


def discipline_rows(places: list[Territory], dice: random.Random) -> Iterator[tuple[object, ...]]:
    for number, place in enumerate(places):
        for basis, (kk, ru) in BASES.items():
            for school in range(2):
                code = f"65094{number:05d}{school}1"
                name_kk, name_ru = (
                    f"№ {number + school + 1} жалпы білім беретін мектеп",
                    f"Школа № {number + school + 1}",
                )
                for week, start in enumerate(WEEKS):
                    forms = ["attendance"] + (["learner_roster"] if week == 0 else [])
                    for form in forms:
                        weights = (80, 9, 10, 1) if basis == "operational" else (60, 9, 30, 1)
                        status = dice.choices(list(STATUSES), weights=weights)[0]
                        due = datetime.combine(start + timedelta(7), datetime.min.time()) + timedelta(
                            hours=18, minutes=59
                        )
                        late = status in ("late", "missing")
                        weekly = form == "attendance"
                        first = start if weekly else date(2026, 9, 1)
                        label = (
                            (f"{36 + week}-апта ({start:%d.%m}–{start + timedelta(6):%d.%m})",
                             f"{36 + week}-я неделя ({start:%d.%m}–{start + timedelta(6):%d.%m})")
                            if weekly else ("2026 жылғы қыркүйек", "сентябрь 2026 года")
                        )  # fmt: skip
                        yield (
                            basis, kk, ru, form, *FORMS[form], f"2026-W{36 + week}" if weekly else "2026-09",
                            "week" if weekly else "month", first, *label, *place, code, "organisation",
                            name_kk, name_ru, due, status, *STATUSES[status], 1, int(status != "missing"),
                            int(status in ("fulfilled", "nil_return")), int(status == "late"),
                            int(status == "missing"), 0, int(status == "nil_return"),
                            dice.randint(1, 9) if late else None,
                        )  # fmt: skip


PLACE = "oblast_code varchar, oblast_name_kk varchar, oblast_name_ru varchar, district_code varchar, district_name_kk varchar, district_name_ru varchar"  # noqa: E501
ATTENDANCE = f"""create table rpt_attendance_by_territory (
    basis varchar, basis_kk varchar, basis_ru varchar, period varchar, week_start_date date,
    period_label_kk varchar, period_label_ru varchar, {PLACE}, locality_kk varchar, locality_ru varchar,
    organisations_reported bigint, learners bigint, learner_days bigint, lessons_scheduled bigint,
    lessons_missed bigint, lessons_missed_valid bigint, lessons_missed_ill bigint, late_arrivals bigint,
    learner_days_absent bigint)"""
DISCIPLINE = f"""create table rpt_reporting_discipline (
    basis varchar, basis_kk varchar, basis_ru varchar,
    form varchar, form_name_kk varchar, form_name_ru varchar,
    period varchar, period_kind varchar, period_start_date date,
    period_label_kk varchar, period_label_ru varchar,
    {PLACE}, node_code varchar, node_kind varchar, node_name_kk varchar, node_name_ru varchar,
    due_at timestamp,
    status varchar, status_kk varchar, status_ru varchar,
    is_due int, is_reported int, is_on_time int, is_late int,
    is_missing int, is_awaiting_approval int, is_nil_return int, days_late int)"""
PUBLICATION = """create table rpt_publication (
    basis varchar, basis_kk varchar, basis_ru varchar, publication_number int, data_as_of_local timestamp,
    organisations_reported bigint, organisations_due bigint)"""


def build(kato: Path, target: Path, publication: int = 7) -> None:
    """Write the warehouse file at `target`, replacing what is there."""
    dice = random.Random(7)
    places = list(territories(kato))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    with duckdb.connect(str(target)) as con:
        for ddl, rows in (
            (ATTENDANCE, list(attendance_rows(places, dice))),
            (DISCIPLINE, list(discipline_rows(places, dice))),
            (
                PUBLICATION,
                [
                    (b, *BASES[b], publication, datetime(2026, 9, 29, 10), n, 456)
                    for b, n in (("operational", 431), ("official", 322))
                ],
            ),
        ):
            con.execute(ddl)
            table = ddl.split()[2]
            con.begin()
            marks = ",".join("?" * len(rows[0]))
            con.executemany(f"insert into {table} values ({marks})", rows)
            con.commit()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kato", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--publication", type=int, default=7)
    arguments = parser.parse_args()
    build(arguments.kato, arguments.target, arguments.publication)
