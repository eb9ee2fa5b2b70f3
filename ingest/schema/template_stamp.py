"""The stamp a template carries on a hidden sheet, so that a returned workbook says itself what it is.

In: the cells of that sheet, or a `TemplateStamp`. Out: the other of the two. Whoever writes templates and
whoever reads workbooks agree here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field

STAMP_SHEET = "_bbaj"
REGISTER = "register"
"""What a stamp calls the layout of a register."""
GUIDE_SHEETS = ("Нұсқаулық", "Инструкция", "Instructions")
"""What the sheet of instructions of a template is called: nothing is submitted on it."""


@dataclass(frozen=True)
class TemplateStamp:
    """What a template was made for; `node`, `period` and `part` are stated by prefilled templates alone.

    `guide_rows`: how many filled rows its sheet of instructions has. With more, somebody wrote on it, and it is
    told of like any other sheet that is not read. `layout`: `register` where its rows are arranged as in one. Neither
    is part of what the template was made for.
    """

    form: str
    version: int
    language: str
    node: str | None = None
    period: str | None = None
    part: str | None = None
    guide_rows: int | None = field(default=None, compare=False)
    layout: str | None = field(default=None, compare=False)

    def is_guide(self, sheet: str, filled_rows: int) -> bool:
        """Whether a sheet is the template's own instructions, as they were."""
        return sheet in GUIDE_SHEETS and filled_rows == self.guide_rows

    def to_rows(self) -> list[tuple[str, str]]:
        """The cells of the stamp's sheet: a name in column A, its value as text in column B."""
        return [(name, str(value)) for name, value in asdict(self).items() if value is not None]

    @classmethod
    def from_rows(cls, rows: Iterable[Sequence[object]]) -> TemplateStamp | None:
        """The stamp those cells state, None where they state none that can be followed."""
        cells = {str(row[0]): str(row[1]) for row in rows if len(row) > 1 and row[0] and row[1] is not None}
        try:
            version = int(float(cells["version"]))
            guide_rows = cells.get("guide_rows")
            return cls(
                form=cells["form"],
                version=version,
                language=cells.get("language", "kk"),
                node=cells.get("node"),
                period=cells.get("period"),
                part=cells.get("part"),
                guide_rows=int(float(guide_rows)) if guide_rows else None,
                layout=cells.get("layout"),
            )
        except (KeyError, ValueError, OverflowError):
            return None
