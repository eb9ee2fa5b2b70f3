"""What the passport of each school says: its building, rooms, networks, canteen, library, computers, vacancies.

In: a school, how many classes its list has, a seed. Out: the row of the form `organisation_passport`. What the register
tells too (places, shifts, where it stands) is the register's. No coordinates: an invented school stands nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

import numpy as np

from ingest.demo.world import estimates
from ingest.demo.world.organisations import Organisation

Row = dict[str, Any]
_THIS_YEAR = 2026
_INSTITUTION, _STATE_ENTERPRISE, _PARTNERSHIP = "35", "11", "20"


def passport_of(school: Organisation, class_sets: int, seed: int) -> Row:
    """One row of the form. The same school has the same building in every country of the seed."""
    rng = np.random.default_rng([seed, 24, school.index])
    return {
        "bin": school.bin,
        "kato": school.site.place.kato,
        "design_capacity": school.design_capacity,
        "shifts": school.shifts,
        **_papers(school, rng),
        **_lessons(school, class_sets, rng),
        **_building(school, rng),
        **_networks(school, rng),
        **_meals_and_books(school, rng),
        **_computers(school, rng),
        **_surroundings(school, rng),
        "site": f"https://mektep{school.index + 1}.bilim.example",
    }


def passport_before(row: Row, class_sets: int) -> Row:
    """The passport of the same school a year earlier: what is repaired by now was not, computers were fewer."""
    was_repaired = row["repaired_year"] == _THIS_YEAR - 1
    fewer = row["computers"] // 12
    return row | {
        "class_sets": class_sets,
        "building_condition": "repair" if was_repaired else row["building_condition"],
        "repaired_year": None if was_repaired else row["repaired_year"],
        "computers": row["computers"] - fewer,
        "computers_online": max(row["computers_online"] - fewer, 0),
        "interactive_boards": max(row["interactive_boards"] - 1, 0),
        "library_books": row["library_books"] - row["library_books"] // 40,
        "library_textbooks": row["library_textbooks"] - row["library_textbooks"] // 40,
        "vacant_rates": row["vacant_rates"] + 0.5,
        "licence_date": min(row["licence_date"], date(_THIS_YEAR - 2, 8, 20)),
    }


def _papers(school: Organisation, rng: np.random.Generator) -> Row:
    first = max(school.opened_date.year, 2000)
    state = _STATE_ENTERPRISE if rng.uniform() < 0.05 else _INSTITUTION
    is_accredited = rng.uniform() < estimates.ACCREDITED_SHARE
    return {
        "legal_form": _PARTNERSHIP if school.is_private else state,
        "is_public_private": bool(school.is_private and rng.uniform() < 0.2),
        "licence_no": f"KZ00LAA{school.index + 1:08d}",
        "licence_date": date(int(rng.integers(first, _THIS_YEAR)), 8, int(rng.integers(1, 29))),
        "accreditation_until": date(int(rng.integers(_THIS_YEAR + 1, _THIS_YEAR + 5)), 6, 30)
        if is_accredited
        else None,
    }


def _lessons(school: Organisation, class_sets: int, rng: np.random.Generator) -> Row:
    needed = -(-class_sets // school.shifts)
    rooms = max(needed, round(school.design_capacity / float(rng.uniform(20, 28)))) + int(rng.integers(0, 4))
    is_late = school.shifts > 1
    return {
        "class_sets": class_sets,
        "study_days": 5,
        "lessons_begin": time(8, 0) if is_late else time(8, 30),
        "lessons_end": time(18, int(rng.integers(0, 12)) * 5) if is_late else time(15, 10),
        "classrooms": rooms,
        "subject_rooms": int(rng.integers(0, 1 + min(rooms // 4, 12))),
    }


def _building(school: Organisation, rng: np.random.Generator) -> Row:
    built = school.opened_date.year
    age = _THIS_YEAR - built
    is_repaired = age > 20 and rng.uniform() < estimates.REPAIRED_SHARE
    repaired = int(rng.integers(max(built + 10, 2000), _THIS_YEAR)) if is_repaired else None
    is_worn = age > 45 and repaired is None
    condition = "good"
    if is_worn and rng.uniform() < estimates.WORN_IN_NEED_OF_REPAIR:
        condition = "emergency" if rng.uniform() < estimates.EMERGENCY_SHARE_OF_WORN else "repair"
    is_adapted = rng.uniform() < (
        estimates.ADAPTED_SHARE_PRIVATE
        if school.is_private
        else estimates.ADAPTED_SHARE[school.site.locality]
    )
    return {
        "building_kind": "adapted" if is_adapted else "modular" if rng.uniform() < 0.02 else "standard",
        "building_condition": condition,
        "built_year": built,
        "repaired_year": repaired,
        "total_area_m2": round(school.design_capacity * float(rng.uniform(7, 14)), 1),
        "has_sports_hall": _is(rng, 0.97 if school.design_capacity > 150 else 0.6),
        "has_assembly_hall": _is(rng, 0.85 if school.design_capacity > 300 else 0.25),
    }


def _networks(school: Organisation, rng: np.random.Generator) -> Row:
    shares = estimates.NETWORKS[school.site.locality]
    found = {name: _one_of(rng, shares[name]) for name in ("heating", "water_supply", "sewerage")}
    return {**found, "has_indoor_toilet": found["sewerage"] != "none" and _is(rng, 0.97)}


def _meals_and_books(school: Organisation, rng: np.random.Generator) -> Row:
    catering = _one_of(rng, estimates.CATERING["large" if school.design_capacity > 100 else "small"])
    seats = {
        "canteen": max(20, round(school.design_capacity * float(rng.uniform(0.2, 0.4)))),
        "buffet": int(rng.integers(8, 40)),
        "none": 0,
    }
    # A counted stock ends in any digit; one that ends in two zeros is guessed.
    textbooks = round(school.site.usual_size * float(rng.uniform(11, 17))) // 10 * 10 + 7
    return {
        "catering": catering,
        "canteen_seats": seats[catering],
        "has_medical_room": _is(rng, 0.95 if school.design_capacity > 150 else 0.5),
        "library_books": textbooks + round(school.site.usual_size * float(rng.uniform(4, 14))),
        "library_textbooks": textbooks,
    }


def _computers(school: Organisation, rng: np.random.Generator) -> Row:
    kind = _one_of(rng, estimates.INTERNET[school.site.locality])
    computers = 5 + round(school.site.usual_size / float(rng.uniform(5, 12)))
    least, most = estimates.INTERNET_MBPS[kind]
    return {
        "computers": computers,
        "computers_online": round(computers * float(rng.uniform(0.7, 1.0))) if kind != "none" else 0,
        "interactive_boards": int(rng.integers(1, 3 + computers // 8)),
        "internet_kind": kind,
        "internet_mbps": float(int(rng.integers(least, most + 1))),
    }


def _surroundings(school: Organisation, rng: np.random.Generator) -> Row:
    is_rural = school.site.locality == "rural"
    vacant = round(2 * float(rng.exponential(school.site.usual_size / estimates.LEARNERS_PER_VACANCY))) / 2
    return {
        "has_barrier_free_access": _is(rng, estimates.BARRIER_FREE_SHARE[school.site.locality]),
        "has_video_surveillance": _is(rng, 0.97),
        "has_security": _is(rng, 0.7 if is_rural else 0.98),
        "school_buses": int(rng.integers(1, 3)) if is_rural and rng.uniform() < 0.3 else 0,
        "boarding_places": round(school.design_capacity * 0.6 / 10) * 10 if school.is_boarding else 0,
        "vacant_rates": vacant,
        "vacant_teacher_rates": round(2 * vacant * float(rng.uniform(0.5, 1.0))) / 2,
    }


def _is(rng: np.random.Generator, share: float) -> bool:
    return bool(rng.uniform() < share)


def _one_of(rng: np.random.Generator, shares: Mapping[str, float]) -> str:
    return str(rng.choice(list(shares), p=list(shares.values())))
