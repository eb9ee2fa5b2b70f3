"""One column, or one caption, that holds several fields of a form.

In: a pattern written in a layout. Out: `Split`, checked.
"""

from __future__ import annotations

import re

from pydantic import field_validator

from ingest.authored import fault
from ingest.schema.forms.contract import Closed
from ingest.schema.forms.pattern import checked_pattern


class Split(Closed):
    """One column that holds several fields.

    `headers`: how it is headed. `pattern`: a regular expression whose named groups are fields of the form, in what
    Python and RE2 read alike (letters by their ranges, no `\\p`, no look-around); a cell that does not follow it
    goes whole into the first of them, where the rules of the form meet it.
    """

    headers: tuple[str, ...]
    pattern: str

    @field_validator("pattern")
    @classmethod
    def _can_be_run(cls, pattern: str) -> str:
        if not re.compile(checked_pattern(pattern)).groupindex:
            raise fault("pattern_without_groups")
        return pattern

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields it holds, in the order of the pattern."""
        groups = re.compile(self.pattern).groupindex
        return tuple(sorted(groups, key=groups.__getitem__))
