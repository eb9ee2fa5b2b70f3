"""What is wrong with a file of the dashboards' definition: one line with file, key and remedy.

In: the YAML files of `assets/` and the shapes they must have. Out: their content, or a `DefinitionError`.
The room runs in Superset's environment, so it imports nothing of the pipeline, which has the like of this.
"""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Collection, Hashable, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, TypeVar

import yaml

REPOSITORY = Path(__file__).resolve().parent.parent
LANGUAGES = ("kk", "ru", "en")
MISUSED = 64
"""Exit code of a program whose authors' files are wrong; 1 says that links are broken, other codes are faults."""
# libyaml's parser where PyYAML was built with it: ten times faster, and each start reads every file of the definition.
SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
T = TypeVar("T")


class DefinitionError(ValueError):
    """The definition is wrong. Carries `file`, `key`, `problem` and `remedy`."""

    def __init__(self, file: Path | str, key: str, problem: str, remedy: str) -> None:
        self.file, self.key, self.problem, self.remedy = shown(file), key, problem, remedy
        super().__init__(" ".join(f"{self.file}: {key}: {problem}. {remedy}".split()))


def shown(file: Path | str) -> str:
    """A file as its author knows it: from the repository's root where it lies below it."""
    if isinstance(file, str):
        return file
    whole = file.absolute()
    return str(whole.relative_to(REPOSITORY) if whole.is_relative_to(REPOSITORY) else whole)


def meant(found: object, known: Collection[str]) -> str:
    """A sentence that suggests the nearest known name, empty where none is near; then the known ones."""
    near = difflib.get_close_matches(str(found), known, n=1, cutoff=0.55)
    suggested = f"Did you mean {near[0]}? " if near else ""
    return f"{suggested}Known: {', '.join(known) or 'none'}."


class _OnceOnly(SAFE):  # type: ignore[misc]
    """YAML in which a key may stand once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if isinstance(key.value, str):
                if key.value in seen:
                    problem = f"the key {key.value} stands there twice"
                    raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
                seen.add(key.value)
        found: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return found


def read_mapping(file: Path) -> dict[str, Any]:
    """The mapping a YAML file holds, every key once. Raises DefinitionError."""
    try:
        found = yaml.load(file.read_text(encoding="utf-8"), _OnceOnly)
    except UnicodeDecodeError:
        raise DefinitionError(file, "(encoding)", "is not in UTF-8", "Save it in UTF-8.") from None
    except OSError as error:
        raise DefinitionError(
            file, "(file)", f"cannot be opened ({error.strerror})", "See that it is there."
        ) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = f"line {mark.line + 1 if mark else '?'} cannot be read ({error.problem})"
        raise DefinitionError(file, "(syntax)", problem, "Correct the YAML at that line.") from None
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise DefinitionError(file, "(syntax)", f"cannot be read ({error})", "Correct the YAML.") from None
    if found is None:
        raise DefinitionError(file, "(file)", "is empty", "Give it back its content, or remove it.")
    return mapping(found, file, "(file)")


def mapping(found: Any, file: Path, key: str) -> dict[str, Any]:
    """What was read, as a mapping with texts for keys. Raises DefinitionError."""
    if not isinstance(found, dict):
        raise DefinitionError(file, key, f"must hold keys and values (found {found!r:.60})", "Correct it.")
    for name in found:
        if not isinstance(name, str):
            raise DefinitionError(file, key, f"the key {name!r} is no text", "Put it in quotes.")
    return found


def listed(found: Any, file: Path, key: str) -> list[Any]:
    """What was read, as a list. Raises DefinitionError."""
    if not isinstance(found, list):
        raise DefinitionError(
            file, key, f"must be a list (found {found!r:.60})", "Begin each entry with `- `."
        )
    return found


def made(
    kind: type[T], raw: Mapping[str, Any], file: Path, at: str = "", names: Mapping[str, str] | None = None
) -> T:
    """The object the keys describe. `at`: where in the file they stand; `names`: attribute → key where they differ.

    Raises DefinitionError for a key that is unknown, missing or of another type.
    """
    known = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]
    keys = {name: (names or {}).get(name, name) for name in known}

    def place(name: str) -> str:
        return f"{at}.{keys.get(name, name)}" if at else keys.get(name, name)

    for name in raw:
        if name not in known:
            remedy = f"Remove it or correct its spelling. {meant(name, list(keys.values()))}"
            raise DefinitionError(file, place(name), "unknown key", remedy)
    for name, of in known.items():
        if of.default is MISSING and of.default_factory is MISSING and name not in raw:
            raise DefinitionError(file, place(name), "missing", "Add it.")
    wanted = typing.get_type_hints(kind)
    for name, value in raw.items():
        if problem := _unsuited(value, wanted[name], str(known[name].type)):
            raise DefinitionError(file, place(name), problem, "Correct the value.")
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()})


def _unsuited(value: Any, wanted: Any, said: str) -> str | None:
    """Why a value is not what the attribute holds, None where it is."""
    if said == "Text":
        is_told = isinstance(value, Mapping) and {"kk", "ru"} <= set(value) <= set(LANGUAGES)
        is_text = is_told and all(isinstance(text, str) and text for text in value.values())
        return None if is_text else f"must hold kk and ru (found {value!r:.60})"
    return None if _suits(value, wanted) else f"is of another type than {said} (found {value!r:.60})"


def _suits(value: Any, wanted: Any) -> bool:
    origin, inside = typing.get_origin(wanted), typing.get_args(wanted)
    if wanted is Any:
        return True
    if origin in (typing.Union, types.UnionType):
        return any(_suits(value, each) for each in inside)
    if origin is tuple:
        return isinstance(value, (list, tuple)) and all(_suits(each, inside[0]) for each in value)
    if origin is not None:
        return isinstance(value, Mapping) and all(_suits(each, inside[1]) for each in value.values())
    if isinstance(value, bool):
        return wanted is bool
    return isinstance(value, (int, float) if wanted is float else wanted)
