"""Cross-tables a form may come as: data beside the contract, one file a layout.

In: `ingest/contracts/layouts/<form>/*.yml`. Out: `CrossTable` objects in the order of the names of their files.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from ingest.schema.contract import Closed, Name
from ingest.schema.load import CONTRACTS


class Axis(Closed):
    """What stands along one side of a cross-table.

    `words`: the codelist its words are looked up in, or `period` for years, school years and quarters.
    `fields`: field of the form → `code` or a column of the codelist. `default`: the code where nothing is said.
    """

    words: Name
    fields: dict[Name, Name]
    default: str | None = None


class CrossTable(Closed):
    """One layout: `down` heads the rows, `across` the columns, `blocks` captions stacked parts, `title` stands
    above; `value` is the field the cells hold."""

    down: Axis
    across: Axis
    blocks: Axis
    title: Axis
    value: Name


def cross_tables(form: str, directory: Path | None = None) -> tuple[CrossTable, ...]:
    """The cross-tables a form may come as. Raises pydantic.ValidationError on a file that cannot be followed."""
    return _cross_tables((directory or CONTRACTS).resolve() / "layouts" / form)


@lru_cache(maxsize=64)
def _cross_tables(folder: Path) -> tuple[CrossTable, ...]:
    files = sorted(folder.glob("*.yml"))
    return tuple(
        CrossTable.model_validate(yaml.safe_load(file.read_text(encoding="utf-8"))) for file in files
    )
