"""Every number that shapes the synthetic country, in one place, each with its mark.

The marks: [S] read in a secondary source (press quoting the ministry or the Bureau of National Statistics),
[M] plausible and unconfirmed, [E] estimated here for scaling. None may be shown as a published statistic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Locality = Literal["urban", "rural"]


@dataclass(frozen=True)
class Region:
    """What is assumed of one region.

    `schools` and `learners` (thousands) set how many there are, `rural` is the share of rural schools,
    `kazakh` the share of learners taught in Kazakh, `other` shares of further languages, `absence` how many
    times the country's mean the region's learners are absent.
    """

    kato: str
    schools: int
    learners: float
    rural: float
    kazakh: float
    absence: float
    other: Mapping[str, float]


def _region(
    kato: str, schools: int, learners: float, rural: float, kazakh: float, absence: float, **other: float
) -> Region:
    return Region(kato, schools, learners, rural, kazakh, absence, other)


# schools, learners, rural: [E], published values [S] where there were any (Almaty, Zhambyl, Kostanay, North
# Kazakhstan and Turkistan regions, Astana, Shymkent). kazakh: [S] for 43, 47, 62, 61 and 31, else [E].
# absence and other languages: [E].
REGIONS: tuple[Region, ...] = (
    _region("100000000", 320, 112, 0.75, 0.72, 1.10),
    _region("110000000", 600, 145, 0.85, 0.50, 1.22),
    _region("150000000", 440, 195, 0.75, 0.80, 0.95),
    _region("190000000", 484, 369, 0.85, 0.66, 1.02, ug=0.03),
    _region("230000000", 230, 160, 0.60, 0.92, 0.85),
    _region("270000000", 400, 135, 0.80, 0.72, 1.06),
    _region("310000000", 523, 247, 0.80, 0.79, 0.92),
    _region("330000000", 355, 145, 0.80, 0.72, 0.98, ug=0.02),
    _region("350000000", 465, 200, 0.50, 0.50, 1.18),
    _region("390000000", 447, 112, 0.80, 0.36, 1.34),
    _region("430000000", 330, 185, 0.70, 0.94, 0.72),
    _region("470000000", 185, 195, 0.50, 0.93, 1.08),
    _region("550000000", 370, 125, 0.70, 0.52, 1.20),
    _region("590000000", 444, 74, 0.90, 0.34, 1.42),
    _region("610000000", 1000, 530, 0.85, 0.81, 0.78, uz=0.12, tj=0.006),
    _region("620000000", 95, 45, 0.55, 0.83, 1.00),
    _region("630000000", 350, 110, 0.70, 0.48, 1.28),
    _region("710000000", 187, 282, 0.00, 0.68, 0.88),
    _region("750000000", 345, 350, 0.00, 0.56, 1.12, ug=0.01),
    _region("790000000", 280, 260, 0.00, 0.64, 0.82, uz=0.08),
)

# [E] Learners a school has on average: 3.98 m over 7,850 schools.
LEARNERS_PER_ORGANISATION = 507

# [E] Log-normal sizes of schools within a region: median relative to the other locality, and spread.
SIZE_MEDIAN: Mapping[Locality, float] = {"rural": 180.0, "urban": 1050.0}
SIZE_SPREAD: Mapping[Locality, float] = {"rural": 0.75, "urban": 0.45}
LARGEST_SCHOOL = 4000
# [E] A small school («шағын жинақты мектеп») has so few learners that it combines classes.
SMALL_SCHOOL = 140

# [E] Share of learners by grade: 1–9 fall smoothly, 10–11 are those who stay; 0 is the pre-school class.
GRADE_WEIGHTS: Mapping[int, float] = {
    0: 0.091,
    1: 0.0910,
    2: 0.0902,
    3: 0.0895,
    4: 0.0887,
    5: 0.0880,
    6: 0.0872,
    7: 0.0865,
    8: 0.0857,
    9: 0.0850,
    10: 0.060,
    11: 0.057,
}

# [S] Sanitary norm 25; [E] what is usual where a class set is formed.
CLASS_SIZE: Mapping[Locality, int] = {"rural": 18, "urban": 27}

# [M] Grades each kind of organisation teaches; [E] how frequent the kind is by locality.
GRADES_OF_KIND: Mapping[str, tuple[int, int]] = {
    "primary_school": (0, 4),
    "basic_school": (0, 9),
    "general_school": (0, 11),
    "gymnasium": (0, 11),
    "lyceum": (5, 11),
    "school_gymnasium": (0, 11),
    "school_lyceum": (0, 11),
    "boarding_school": (5, 11),
}
KIND_WEIGHTS: Mapping[Locality, Mapping[str, float]] = {
    "rural": {"general_school": 0.93, "school_gymnasium": 0.04, "boarding_school": 0.03},
    "urban": {
        "general_school": 0.58,
        "school_lyceum": 0.14,
        "school_gymnasium": 0.12,
        "gymnasium": 0.07,
        "lyceum": 0.06,
        "boarding_school": 0.03,
    },
}
# [E] Below these numbers of learners a rural school teaches primary, or basic grades only.
PRIMARY_BELOW, BASIC_BELOW = 24, 55
# [S] 9.2 % of learners are in private and republican schools; [E] all of them urban.
PRIVATE_SHARE_URBAN = 0.14

# [E] A year begins with so many learners of each kind; special values are invented for every learner.
MALE_SHARE = 0.51
BOARDER_SHARE = 0.6  # of learners of boarding schools
TRANSPORTED_SHARE: Mapping[Locality, float] = {"rural": 0.07, "urban": 0.005}
FREE_MEALS_SHARE_OLDER = 0.18  # grades 1–4 all have free meals [M]
OTHER_CITIZENSHIP_SHARE = 0.006
SPECIAL_NEEDS_SHARE = 0.04
LEFT_SHARE = 0.006  # who left in the summer, those who finished school aside [E]
LEAVING_WEIGHTS: Mapping[str, float] = {
    "transfer": 0.8,
    "abroad": 0.08,
    "college": 0.07,
    "other": 0.05,
}  # [E]
SOCIAL_STATUS_SHARE = 0.22
STUDY_FORM_WEIGHTS: Mapping[str, float] = {
    "full_time": 0.991,
    "home": 0.005,
    "distance": 0.002,
    "external": 0.001,
    "family": 0.001,
}
# [E] Kazakh names among learners by language of teaching.
KAZAKH_NAMES: Mapping[str, float] = {"kk": 0.985, "ru": 0.47, "uz": 0.05, "ug": 0.05, "tj": 0.05}

# [S] Lessons a week by grade, taught in Kazakh and in other languages, for grades 1–6; [M] 7–11; [E] grade 0.
WEEKLY_LESSONS: Mapping[int, tuple[float, float]] = {
    0: (20.0, 20.0),
    1: (19.5, 20.5),
    2: (24.0, 24.0),
    3: (26.0, 26.0),
    4: (26.0, 27.0),
    5: (28.5, 29.5),
    6: (28.5, 29.5),
    7: (32.0, 33.0),
    8: (33.0, 34.0),
    9: (35.0, 36.0),
    10: (36.0, 37.0),
    11: (36.0, 37.0),
}

# [E] Lessons missed: 5 % of those scheduled, by cause; no national rate was found.
ABSENCE_RATE = 0.05
ABSENCE_BY_CAUSE: Mapping[str, float] = {"ill": 0.725, "valid": 0.175, "invalid": 0.10}
# [E] How much a school differs from its region, as the spread of a log-normal factor.
ABSENCE_SPREAD = 0.22
# [E] Illness by month, 1 = the year's mean: peaks from November to February.
ILLNESS_BY_MONTH: Mapping[int, float] = {
    9: 0.90,
    10: 1.00,
    11: 1.20,
    12: 1.25,
    1: 1.20,
    2: 1.20,
    3: 0.95,
    4: 0.80,
    5: 0.65,
}
# [E] September begins healthy and the first colds come with the third week: factor by school week.
ILLNESS_BY_WEEK: Mapping[int, float] = {1: 0.70, 2: 0.90, 3: 1.12, 4: 1.30}
# [E] Monday to Friday: more stay away at both ends of a week.
ABSENCE_BY_WEEKDAY: tuple[float, ...] = (1.12, 0.96, 0.90, 0.94, 1.10)
# [E] Young learners are ill more often, old ones stay away without a reason more often.
ILLNESS_BY_GRADE: tuple[float, ...] = (1.5, 1.35, 1.2, 1.1, 1.05, 1.0, 0.95, 0.9, 0.85, 0.85, 0.8, 0.8)
INVALID_BY_GRADE: tuple[float, ...] = (0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.3, 1.6, 1.8, 1.9, 1.9)
MEAN_ILLNESS_DAYS = 3.2
MEAN_VALID_DAYS = 1.4
LATE_SHARE = 0.013

# [E] What becomes of the duty to report: shares of organisations in each week.
LATE_REPORTS = 0.07
MISSING_REPORTS = (0.00, 0.025, 0.0375, 0.075)
# [E] Share of accepted reports that departments have approved by now: the roster, then week by week, the last
# share for every later week; and the share of departments that have decided nothing yet.
APPROVED_REPORTS = (0.92, 0.95, 0.90, 0.78, 0.42)
SLOW_DEPARTMENTS = 0.12
# [E] Share of schools, the smallest, that write workbooks; the others export CSV from a program.
WORKBOOK_SHARE = 0.30
# [S] Share of women among educators, October 2025.
WOMEN_AMONG_EDUCATORS = 0.73
# [E] Learners to one employee, 13; share of staff that completes a course in a quarter; every which department reports
# courses of its own.
LEARNERS_PER_EMPLOYEE = 13
COURSE_SHARE = 0.12
DEPARTMENTS_WITH_COURSES = 6
# [E] What learners reach of the points there are, and how much they differ; no national figure was found. The share of
# schools that give out current marks is of the demonstration alone: they are ten times as many rows as the results.
MEAN_RESULT, RESULT_SPREAD = 0.70, 0.13
# [E] The year before: a little lower, and with a little more illness in its autumn.
MEAN_RESULT_BEFORE, ILLNESS_BEFORE = 0.69, 1.07
SCHOOLS_WITH_CURRENT_MARKS = 0.1
# [E] What passports say of buildings, rural and urban; no published figure is in it.
ACCREDITED_SHARE, REPAIRED_SHARE = 0.4, 0.55
WORN_IN_NEED_OF_REPAIR, EMERGENCY_SHARE_OF_WORN = 0.35, 0.12
ADAPTED_SHARE: Mapping[Locality, float] = {"rural": 0.14, "urban": 0.03}
ADAPTED_SHARE_PRIVATE = 0.5
NETWORKS: Mapping[Locality, Mapping[str, Mapping[str, float]]] = {
    "rural": {
        "heating": {"central": 0.10, "boiler": 0.72, "stove": 0.13, "electric": 0.05},
        "water_supply": {"central": 0.58, "well": 0.32, "delivered": 0.10},
        "sewerage": {"central": 0.14, "septic": 0.68, "none": 0.18},
    },
    "urban": {
        "heating": {"central": 0.90, "boiler": 0.09, "electric": 0.01},
        "water_supply": {"central": 0.98, "well": 0.02},
        "sewerage": {"central": 0.95, "septic": 0.05},
    },
}
CATERING: Mapping[Literal["small", "large"], Mapping[str, float]] = {
    "small": {"canteen": 0.35, "buffet": 0.35, "none": 0.30},
    "large": {"canteen": 0.93, "buffet": 0.07},
}
INTERNET: Mapping[Locality, Mapping[str, float]] = {
    "rural": {"fibre": 0.62, "mobile": 0.20, "satellite": 0.14, "other": 0.02, "none": 0.02},
    "urban": {"fibre": 0.98, "mobile": 0.02},
}
# Least and most Mbit/s of each kind of connection.
INTERNET_MBPS: Mapping[str, tuple[int, int]] = {
    "fibre": (20, 200),
    "mobile": (4, 20),
    "satellite": (8, 60),
    "other": (2, 10),
    "none": (0, 0),
}
BARRIER_FREE_SHARE: Mapping[Locality, float] = {"rural": 0.52, "urban": 0.78}
LEARNERS_PER_VACANCY = 300
# [E] Shares of organisations whose passport never comes.
MISSING_PASSPORTS = 0.05
