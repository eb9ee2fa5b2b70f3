"""What files of a form are read by: its contract, its layouts and its dictionaries, as they were at one moment.

In: a contract. Out: `Means`, which the ledger keeps with every verdict, so that a replay reads a file as it was
read when it was judged, whatever became of the files in the repository since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from ingest.schema.forms.codelist import YES_NO, Codelist, codelist, codelists_as
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.layout import AnyLayout, CrossTable, layout_of, layouts_as, layouts_of
from ingest.schema.forms.register_layout import Register

_NO_CODELIST = "period"


@dataclass(frozen=True)
class Means:
    """One form's contract, layouts in their order, and every dictionary that reading its files looks into."""

    contract: Contract
    layouts: tuple[AnyLayout, ...] = ()
    codelists: Mapping[str, Codelist] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """All of it as plain values; `from_json` makes the same of them."""
        return {
            "contract": self.contract.model_dump(mode="json", by_alias=True),
            "layouts": [layout.model_dump(mode="json", by_alias=True) for layout in self.layouts],
            "codelists": {name: words.to_json() for name, words in sorted(self.codelists.items())},
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Raises pydantic.ValidationError where today's schema no longer knows what was written then."""
        return cls(
            Contract.model_validate(content["contract"]),
            tuple(layout_of(entry) for entry in content["layouts"]),
            {name: Codelist.from_json(name, entries) for name, entries in content["codelists"].items()},
        )

    @cached_property
    def sha256(self) -> str:
        """Equal for equal content."""
        text = json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def means_of(contract: Contract) -> Means:
    """What files of the form are read by now. Raises AuthorError."""
    layouts = layouts_of(contract)
    names = {field.constraints.codelist for field in contract.fields if field.constraints.codelist}
    names |= {field.named for field in contract.fields if field.named}
    names |= {YES_NO for field in contract.fields if field.type == "boolean"}
    names |= {name for layout in layouts for name in _words_of(layout)}
    return Means(contract, layouts, {name: codelist(name) for name in sorted(names)})


@contextmanager
def reading_by(means: Means | None) -> Iterator[None]:
    """Within, layouts and dictionaries are those of `means`; None: those that stand in the repository."""
    if means is None:
        yield
        return
    with codelists_as(means.codelists), layouts_as(means.contract.form, means.layouts):
        yield


def _words_of(layout: AnyLayout) -> set[str]:
    if isinstance(layout, CrossTable):
        axes = (layout.down, layout.across, layout.blocks, layout.title)
        return {axis.words for axis in axes if axis.words != _NO_CODELIST}
    if isinstance(layout, Register):
        return {*layout.cells.codelists, *([layout.words] if layout.words else [])}
    return {layout.across.words} if layout.across and layout.across.words else set()
