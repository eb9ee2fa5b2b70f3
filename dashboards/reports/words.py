"""What figures, periods and places are called in summaries, in the file `words.yaml` beside this one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dashboards.authored import DefinitionError, read_mapping
from dashboards.reports.content import Both, Level

FILE = Path(__file__).with_name("words.yaml")
Gender = Literal["masculine", "feminine", "neuter", "plural"]
Rhythm = Literal["week", "month", "term", "quarter", "school_year"]
Verb = Literal["was", "rose", "fell", "still"]
T = TypeVar("T", bound=BaseModel)


class Authored(BaseModel):
    """A part of what authors wrote: unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Conjugated(Authored):
    """A verb in the past: Kazakh knows no gender."""

    kk: str
    masculine: str
    feminine: str
    neuter: str
    plural: str

    def of(self, gender: Gender) -> Both:
        """The verb after a noun of that gender."""
        return Both(kk=self.kk, ru=getattr(self, gender))


class Parts(Authored):
    """What the parts of a place are called. `counted_in`: in how many of them; `many`: how many."""

    name: Both
    counted_in: Both = Field(alias="in")
    many: Both
    none: Both


class Against(Authored):
    """What a period is held against, after a comparative and where both are alike."""

    than: Both
    alike: Both = Field(alias="as")


class Period(Against):
    """A kind of period. `days`: from the first day to the last."""

    days: int
    name: Both


class Figure(Authored):
    """What a figure is and where it stands: in rpt_key_figure under its own name, or summed from the columns of
    another mart (`part`, `whole`, expressions) at the periods of the key figure it `follows`. `subject`: what it is
    called in a sentence, whose `gender` is told, where that is not its name."""

    name: Both
    subject: Both | None = None
    gender: Gender
    unit: Literal["share", "count"]
    digits: int
    direction: Literal[-1, 0, 1]
    rhythm: Rhythm
    still: float
    of: Both
    counted: Both | None = None
    follows: str = ""
    mart: str = ""
    period: str = ""
    part: str = ""
    whole: str = ""
    persons: str = ""
    reported: str = "0"
    due: str = "null"

    @property
    def said(self) -> Both:
        """What a sentence calls it."""
        return self.subject or self.name

    @property
    def is_asked(self) -> bool:
        """Whether anybody is to report the figure itself: what follows from others has no number of those due."""
        return self.due != "null" if self.mart else self.rhythm != "school_year"


class Words(Authored):
    """All of the file."""

    verbs: dict[Verb, Conjugated]
    parts: dict[Level, Parts]
    rhythms: dict[Rhythm, Period]
    year_ago: Against
    figures: dict[str, Figure]
    columns: dict[str, Both]


@cache
def words() -> Words:
    """The words, checked. Raises DefinitionError."""
    return checked(Words, FILE)


def checked(kind: type[T], file: Path) -> T:
    """What a file of authors describes. Raises DefinitionError naming the key."""
    try:
        return kind.model_validate(read_mapping(file))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise DefinitionError(file, key, first["msg"], "Correct the value.") from None
