"""Ways in which the author of a file errs, applied anywhere in it.

In: a file of the project and a random generator. Out: `Spoiled` versions of it: what it then holds, and what the
program must name.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

# Keys whose members are named by the author alone: any name is right there.
FREE = {"columns", "constants", "values", "metrics", "filters"}
# Keys below which anything may stand.
OPEN = {"where", "sort"}
NAMING = {
    "use", "rule", "field", "other", "codelist", "form", "primaryKey", "depends_on", "model", "dataset", "metric",
    "metrics", "by", "over", "measures", "stub", "value", "codes",
}  # fmt: skip


@dataclass(frozen=True)
class Spoiled:
    """`must`: whether no program may go on with it; `named`: the key to be named, empty where any will do."""

    file: Path
    how: str
    content: bytes
    must: bool
    named: str = ""


def spoiled(file: Path, rng: random.Random) -> Iterator[Spoiled]:
    """One version of each way, at a place drawn anew."""
    text = file.read_text(encoding="utf-8")
    yield Spoiled(file, "empty", b"", True)
    yield Spoiled(file, "UTF-16", text.encode("utf-16"), True)
    yield Spoiled(file, "cp1251", _in_cp1251(text), True)
    if file.suffix == ".csv":
        yield from _spoiled_list(file, text, rng)
        return
    lines = text.splitlines()
    place = rng.randrange(len(lines))
    yield Spoiled(file, "open bracket", "\n".join([*lines[:place], "[{", *lines[place:]]).encode(), True)
    yield Spoiled(file, "tab", "\n".join([*lines[:place], "\t x: [", *lines[place:]]).encode(), True)
    if twice := [line for line in lines if line[:1].isalpha() and ":" in line]:
        line = rng.choice(twice)
        again = f"{text.rstrip()}\n{line.partition(':')[0]}: 1\n"
        yield Spoiled(file, "a key twice", again.encode(), True, line.partition(":")[0])
    yield from _spoiled_values(file, yaml.safe_load(text), rng)


def _in_cp1251(text: str) -> bytes:
    return text.encode("cp1251", "replace") + b"\n# \xf0\xfe\n"


def _spoiled_values(file: Path, whole: Any, rng: random.Random) -> Iterator[Spoiled]:
    keys = [path for path in _paths(whole) if isinstance(path[-1], str) and not _is_free(path)]
    path = rng.choice(keys)
    # A code only the reader makes is missed when the reader makes it, and not before.
    must = not (file.parent.name == "findings" and len(path) == 1)
    name = misspelled(path[-1], rng)
    yield _with(file, "misspelled key", whole, path, lambda of, key: _renamed(of, key, name), must, path[-1])
    path = rng.choice(keys)
    yield _with(file, "missing key", whole, path, lambda of, key: of.pop(key), False, path[-1])
    path = rng.choice(keys)
    wrong: Any = 5 if isinstance(_at(whole, path), (dict, list)) else [[1]]
    yield _with(file, "another type", whole, path, lambda of, key: of.__setitem__(key, wrong), True)
    naming = [path for path in _paths(whole) if isinstance(_at(whole, path), str) and _names(path)]
    if naming:
        path = rng.choice(naming)
        other = misspelled(_at(whole, path), rng)
        yield _with(file, "unknown name", whole, path, lambda of, key: of.__setitem__(key, other), True)


def _spoiled_list(file: Path, text: str, rng: random.Random) -> Iterator[Spoiled]:
    lines = text.splitlines()
    header = lines[0].split(",")
    name = rng.choice(header[:6])
    renamed = [misspelled(each, rng) if each == name else each for each in header]
    yield Spoiled(file, "misspelled column", "\n".join([",".join(renamed), *lines[1:]]).encode(), True, name)
    place = rng.randrange(1, len(lines))
    yield Spoiled(
        file, "a code twice", "\n".join([*lines, lines[place]]).encode(), True, lines[place].split(",")[0]
    )
    longer = [*lines[:place], lines[place] + ",x", *lines[place + 1 :]]
    yield Spoiled(file, "a cell too many", "\n".join(longer).encode(), True, lines[place].split(",")[0])
    open_quote = [*lines[:place], '"' + lines[place], *lines[place + 1 :]]
    yield Spoiled(file, "open quote", "\n".join(open_quote).encode(), True)


def misspelled(word: str, rng: random.Random) -> str:
    """The word as a hasty hand writes it: a letter lost, doubled or exchanged with its neighbour."""
    place = rng.randrange(len(word))
    made = (
        word[:place] + word[place + 1 :],
        word[:place] + word[place] + word[place:],
        word[:place] + word[place + 1 : place + 2] + word[place : place + 1] + word[place + 2 :],
    )
    return next(each for each in (*rng.sample(made, 3), word + "x") if each and each != word)


def _with(
    file: Path, how: str, whole: Any, path: tuple[Any, ...], change: Any, must: bool, named: str = ""
) -> Spoiled:
    changed = copy.deepcopy(whole)
    change(_at(changed, path[:-1]), path[-1])
    content = yaml.safe_dump(changed, allow_unicode=True, sort_keys=False).encode()
    return Spoiled(file, f"{how} {'.'.join(map(str, path))}", content, must, named)


def _renamed(of: dict[Any, Any], key: str, name: str) -> None:
    of[name] = of.pop(key)


def _paths(whole: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    members = (
        whole.items() if isinstance(whole, dict) else enumerate(whole) if isinstance(whole, list) else ()
    )
    for key, value in members:
        yield (*before, key)
        yield from _paths(value, (*before, key))


def _at(whole: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        whole = whole[key]
    return whole


def _is_free(path: tuple[Any, ...]) -> bool:
    return "words" in path[:-1] or bool(OPEN & set(path[:-1])) or (len(path) > 1 and path[-2] in FREE)


def _names(path: tuple[Any, ...]) -> bool:
    key = next((each for each in reversed(path) if isinstance(each, str)), "")
    return key in NAMING and not _is_free(path)
