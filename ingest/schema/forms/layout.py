"""Other layouts a form may come in: data beside the contract, one file a layout.

In: `ingest/contracts/layouts/<form>/*.yml`. Out: in the order of the names of their files, `CrossTable`s,
`Rearranged` tables and `Register`s. A layout says how what others write becomes the columns of the contract; none
is code.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from ingest.authored import AuthorError, fault, mapping_in, read_yaml, validated
from ingest.schema.forms.codelist import Codelist, codelist, codelists
from ingest.schema.forms.contract import Closed, Contract, Labels, Name
from ingest.schema.forms.load import CONTRACTS
from ingest.schema.forms.register_layout import Register
from ingest.schema.forms.split import Split


class Axis(Closed):
    """What stands along one side of a cross-table.

    `words`: the codelist its words are looked up in, or `period` for years, school years and quarters.
    `fields`: field of the form → `code` or a column of the codelist. `default`: the code where nothing is said.
    """

    words: Name
    fields: Annotated[dict[Name, Name], Field(min_length=1)]
    default: str | None = None


class CrossTable(Closed):
    """One layout: `down` heads the rows, `across` the columns, `blocks` captions stacked parts, `title` stands
    above; `value` is the field the cells hold."""

    down: Axis
    across: Axis
    blocks: Axis
    title: Axis
    value: Name


class Across(Closed):
    """Columns that stand side by side for the values of one field: marks by subject, or by term.

    `field`: what the headers say; `value`: what the cells hold. `columns`: header → value of `field`; `words`: the
    codelist whose words head columns besides. A blank cell is absent.
    """

    field: Name
    value: Name
    columns: dict[str, str] = Field(default_factory=dict)
    words: Name | None = None

    @property
    def headed(self) -> dict[str, str]:
        """Every header of such a column and the value it stands for."""
        listed = codelist(self.words).by_word if self.words else {}
        return {**listed, **self.columns}


class Rearranged(Closed):
    """A table whose columns are those of another software, or of another year.

    `source`: whose export it is, in words for people. `headers`: field → how that software heads it, besides the
    words of the contract. `splits`: columns that hold several fields. `constants`: field → what holds for every
    row. `words`: field → a word of that software → the contract's. `across`: columns side by side that become rows.
    `stub`: the field in the first column where nothing heads it, as in statistical tables. `ignored`: headers that
    are known and not asked for.
    """

    source: Labels
    headers: dict[Name, tuple[str, ...]] = Field(default_factory=dict)
    splits: tuple[Split, ...] = ()
    constants: dict[Name, str] = Field(default_factory=dict)
    words: dict[Name, dict[str, str]] = Field(default_factory=dict)
    across: Across | None = None
    stub: Name | None = None
    ignored: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not (self.headers or self.splits or self.constants or self.across or self.stub):
            raise fault("layout_changes_nothing")
        return self


AnyLayout = CrossTable | Rearranged | Register
# The layouts of one form that a replay reads by instead of today's files.
_recorded: ContextVar[tuple[str, tuple[AnyLayout, ...]] | None] = ContextVar("recorded_layouts", default=None)


def cross_tables(form: str, directory: Path | None = None) -> tuple[CrossTable, ...]:
    """The cross-tables a form may come as. Raises AuthorError on a file that cannot be followed."""
    return tuple(each for each in _in_force(form, directory) if isinstance(each, CrossTable))


def layouts_of(contract: Contract, directory: Path | None = None) -> tuple[AnyLayout, ...]:
    """Every layout a form may come in, in their order. Raises as `cross_tables` and `rearranged`."""
    rearranged(contract, directory)
    return _in_force(contract.form, directory)


@contextmanager
def layouts_as(form: str, layouts: tuple[AnyLayout, ...]) -> Iterator[None]:
    """Within, these layouts and no others are those of the form."""
    token = _recorded.set((form, layouts))
    try:
        yield
    finally:
        _recorded.reset(token)


def rearranged(contract: Contract, directory: Path | None = None) -> tuple[Rearranged, ...]:
    """The rearranged tables a form may come as. Raises AuthorError, also where one names a field the form lacks."""
    require_layouts(contract, directory)
    found = _in_force(contract.form, directory)
    return tuple(each for each in found if isinstance(each, Rearranged))


def registers(contract: Contract, directory: Path | None = None) -> tuple[Register, ...]:
    """The registers a form may come as. Raises as `rearranged`."""
    require_layouts(contract, directory)
    found = _in_force(contract.form, directory)
    return tuple(each for each in found if isinstance(each, Register))


def require_layouts(contract: Contract, directory: Path | None = None) -> None:
    """Every layout of the form can be followed. Raises AuthorError."""
    _require(_folder(contract.form, directory), tuple(field.name for field in contract.fields))


@lru_cache(maxsize=64)
def _require(folder: Path, known: tuple[str, ...]) -> None:
    for file, layout in _files(folder):
        for key, name in _names(layout):
            if name not in known:
                raise AuthorError(file, key, "no_column", found=name, known=known)
        if isinstance(layout, CrossTable):
            for side in ("down", "across", "blocks", "title"):
                _require_axis(file, side, getattr(layout, side))
        elif isinstance(layout, Register):
            _require_register(file, layout)
        elif layout.across and layout.across.words:
            _require_codelist(file, "across.words", layout.across.words)


def _names(layout: AnyLayout) -> Iterator[tuple[str, str]]:
    """Key → field of the form, for every field a layout speaks of."""
    if isinstance(layout, CrossTable):
        return _names_of_cross_table(layout)
    return layout.keys_and_fields() if isinstance(layout, Register) else _names_of(layout)


def _require_register(file: Path, layout: Register) -> None:
    if layout.words:
        _require_codelist(file, "words", layout.words)
    key, cells = layout.key_of_cells, layout.cells
    listed = _require_codelist(file, f"{key}.words", cells.words)
    if layout.marks and layout.marks.named:
        _require_codelist(file, f"{key}.named", layout.marks.named)
    for column in ("is_absence", "is_valid") if layout.lessons else ():
        if column not in listed.codes[0].extra:
            facts = {"codelist": cells.words, "found": column, "known": list(listed.codes[0].extra)}
            raise AuthorError(file, f"{key}.words", "no_codelist_column", **facts)
    usual, among = None, listed
    if layout.marks:
        usual = layout.marks.usual
    elif layout.points:
        usual, among = layout.points.usual, _require_codelist(file, f"{key}.kinds", layout.points.kinds)
    if usual is not None and usual not in among.by_code:
        facts = {"codelist": among.name, "found": usual, "known": list(among.by_code)}
        raise AuthorError(file, f"{key}.usual", "no_code", **facts)


def _names_of_cross_table(layout: CrossTable) -> Iterator[tuple[str, str]]:
    """Key → field of the form, for every field a cross-table speaks of."""
    yield "value", layout.value
    for side in ("down", "across", "blocks", "title"):
        yield from ((f"{side}.fields.{name}", name) for name in getattr(layout, side).fields)


def _names_of(layout: Rearranged) -> Iterator[tuple[str, str]]:
    for part in ("headers", "constants", "words"):
        yield from ((f"{part}.{name}", name) for name in getattr(layout, part))
    for number, split in enumerate(layout.splits, 1):
        yield from ((f"splits.{number}.pattern", name) for name in split.fields)
    if layout.across:
        yield from (("across.field", layout.across.field), ("across.value", layout.across.value))
    if layout.stub:
        yield "stub", layout.stub


def _require_axis(file: Path, side: str, axis: Axis) -> None:
    if axis.words == "period":
        columns: tuple[str, ...] = ("code",)
    else:
        listed = _require_codelist(file, f"{side}.words", axis.words)
        columns = ("code", *listed.codes[0].extra)
        if axis.default is not None and axis.default not in listed.by_code:
            facts = {"codelist": axis.words, "found": axis.default, "known": list(listed.by_code)}
            raise AuthorError(file, f"{side}.default", "no_code", **facts)
    for name, column in axis.fields.items():
        if column not in columns:
            facts = {"codelist": axis.words, "found": column, "known": columns}
            raise AuthorError(file, f"{side}.fields.{name}", "no_codelist_column", **facts)


def _require_codelist(file: Path, key: str, name: str) -> Codelist:
    if name not in (known := codelists()):
        raise AuthorError(file, key, "no_codelist", found=name, known=known)
    return codelist(name)


def _in_force(form: str, directory: Path | None) -> tuple[AnyLayout, ...]:
    recorded = _recorded.get()
    if recorded and recorded[0] == form and directory is None:
        return recorded[1]
    return _layouts(_folder(form, directory))


def _folder(form: str, directory: Path | None) -> Path:
    # The own one is asked for several times of every file.
    return (directory.resolve() if directory else CONTRACTS) / "layouts" / form


def _layouts(folder: Path) -> tuple[AnyLayout, ...]:
    return tuple(layout for _, layout in _files(folder))


@lru_cache(maxsize=64)
def _files(folder: Path) -> tuple[tuple[Path, AnyLayout], ...]:
    return tuple((file, _layout(file)) for file in sorted(folder.glob("*.yml")))


def _layout(file: Path) -> AnyLayout:
    found = mapping_in(read_yaml(file), file)
    return validated(_kind_of(found), found, file)


def layout_of(read: Any) -> AnyLayout:
    """The layout these plain values describe. Raises pydantic.ValidationError."""
    return _kind_of(read).model_validate(read)


def _kind_of(read: Any) -> type[AnyLayout]:
    """What names a side of a cross-table is meant as one, however another side is misspelled."""
    keys = set(read) if isinstance(read, dict) else set()
    if {"down", "title", "blocks"} & keys:
        return CrossTable
    return Register if {"lessons", "marks", "points"} & keys else Rearranged
