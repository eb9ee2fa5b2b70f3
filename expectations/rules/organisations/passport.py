"""Rules on the passport of an organisation: rooms, places, equipment and connections beside each other.

They ask: a palace of pupils or a school in a rented house is in order once explained. The columns are those of the
form organisation_passport.
"""

from __future__ import annotations

from typing import Any

from expectations.rules.rule import Rule
from ingest.schema.texts.message import interval


class AreaFitsCapacity(Rule):
    """The building has `least` to `most` square metres for each place it is designed for (`other`)."""

    other: str
    least: int = 2
    most: int = 60

    def _per_place(self) -> str:
        return f"(b.{self.column}::DOUBLE / nullif(b.{self.other}, 0))"

    def fault(self) -> str:
        return f"{self._per_place()} NOT BETWEEN {self.least} AND {self.most}"

    def facts(self) -> dict[str, str]:
        return {"places": f"b.{self.other}", "each": f"round({self._per_place()}, 1)"}

    def params(self) -> dict[str, Any]:
        return {"allowed": interval(self.least, self.most)}


class ClassSetsFitRooms(Rule):
    """There are no more class sets than rooms times shifts (`columns`)."""

    columns: list[str]

    def _room(self) -> str:
        rooms, shifts = self.columns
        return f"b.{rooms} * b.{shifts}"

    def fault(self) -> str:
        return f"b.{self.column} > {self._room()}"

    def facts(self) -> dict[str, str]:
        return {"most": self._room()}


class InternetFitsKind(Rule):
    """Where there is no connection (`other`) nothing is connected; where there is one it has a speed."""

    other: str

    def fault(self) -> str:
        return f"(b.{self.other} = 'none') <> (b.{self.column} = 0)"


class SeatsFitCatering(Rule):
    """Where there is no canteen (`other`) there are no seats in it, and a canteen has some."""

    other: str

    def fault(self) -> str:
        return (
            f"(b.{self.other} = 'none' AND b.{self.column} > 0) OR "
            f"(b.{self.other} = 'canteen' AND b.{self.column} = 0)"
        )


class ToiletWithoutSewer(Rule):
    """An indoor toilet goes with a sewer (`other`)."""

    other: str

    def fault(self) -> str:
        return f"b.{self.column} AND b.{self.other} = 'none'"


class RoundNumbers(Rule):
    """The numbers of a passport (`columns`) are not all round: counted figures seldom end in 00 together."""

    columns: list[str]

    def fault(self) -> str:
        return " AND ".join(
            f"b.{name} >= 100 AND b.{name} % 100 = 0" for name in (self.column, *self.columns)
        )
