"""Files that people write for the program (contracts, codelists, layouts, corrections, settings), and what is wrong
with one: a single line with the file, the key and the remedy, in three languages.

In: such a file and the shape it must have. Out: its content, or an `AuthorError`. Everything that reads a file of
an author reads it here, so that none of them meets a traceback. The words stand in `authored.yml`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, get_args

import yaml

# Who only reads words needs no models, and no time to load what makes them.
if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError
    from pydantic_core import PydanticCustomError

_ROOT = Path(__file__).parent.parent
_WORDS = Path(__file__).with_suffix(".yml")
_LANGUAGES = ("kk", "ru", "en")
_MOST_KNOWN = 12
"""Names listed as the ones that may stand there; of more, the nearest alone is said."""
_MOST_SHOWN = 80
_NEAR_ENOUGH = 55.0
Model = TypeVar("Model", bound="BaseModel")
Place = tuple[int | str, ...]


class AuthorError(Exception):
    """A file that somebody wrote and that cannot be followed. Carries `file`, `key`, `kind` and `facts`.

    `kind` names the words of `authored.yml`. `found` and `known` among the facts: what stands there and what may;
    the nearest of these is suggested. A fact may be a text by language.
    """

    def __init__(self, file: Path, key: str, kind: str, **facts: Any) -> None:
        self.file, self.key, self.kind, self.facts = file, key, kind, facts
        super().__init__(self.text("en"))

    @property
    def remedy(self) -> str:
        """What to do, in English."""
        return self._said("en", "remedy")

    def text(self, language: str) -> str:
        """The line: file, key, what is wrong and what to do."""
        said = f"{self._said(language, 'problem')}. {self._said(language, 'remedy')}"
        return " ".join(f"{shown(self.file)}: {self.key}: {said}".split())

    def _said(self, language: str, part: str) -> str:
        words = _words()
        facts = {
            name: words["expected"][fact][language]
            if name == "expected" and fact in words["expected"]
            else _cut(fact[language] if isinstance(fact, dict) and language in fact else fact)
            for name, fact in self.facts.items()
        }
        said = words[self.kind][part][language].format_map(_Facts(facts))
        if part == "remedy" and (meant := nearest(self.facts.get("found"), self.facts.get("known", ()))):
            said = f"{words['meant']['remedy'][language].format(meant=meant)} {said}"
        return said


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def shown(file: Path) -> str:
    """A file as its author knows it: from the project's root where it lies below it."""
    whole = file.absolute()
    return str(whole.relative_to(_ROOT) if whole.is_relative_to(_ROOT) else whole)


def nearest(found: Any, known: Collection[str]) -> str | None:
    """The known name most like the one found, None where none is near."""
    from rapidfuzz import fuzz, process

    if not isinstance(found, str):
        return None
    best = process.extractOne(found, list(known), scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
    return str(best[0]) if best else None


def fault(kind: str, **facts: Any) -> PydanticCustomError:
    """What a validator of such a file raises: its words come from `authored.yml`, in every language."""
    from pydantic_core import PydanticCustomError

    return PydanticCustomError(kind, _words()[kind]["problem"]["en"], facts)


def read_text(file: Path) -> str:
    """The text of a file in UTF-8. Raises AuthorError."""
    try:
        content = file.read_bytes()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise AuthorError(file, "(encoding)", "not_utf8", line=line) from None
    except OSError as error:
        raise AuthorError(file, "(file)", "not_opened", why=error.strerror or type(error).__name__) from None


def read_yaml(file: Path) -> Any:
    """What a YAML file holds, every key once. Raises AuthorError, for an empty file too."""
    text = read_text(file)
    try:
        found = yaml.load(text, _OnceOnly)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        if error.context == _TWICE:
            raise AuthorError(file, str(error.problem), "twice", line=line) from None
        raise AuthorError(file, "(syntax)", "broken", line=line, why=error.problem or error.context) from None
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        why = str(getattr(error, "reason", "") or error or type(error).__name__)
        raise AuthorError(file, "(syntax)", "broken", line="…", why=why) from None
    if found is None:
        raise AuthorError(file, "(file)", "empty")
    return found


def mapping_of_text(text: str) -> dict[Any, Any]:
    """What a piece of YAML holds; an empty mapping where it is none by itself."""
    try:
        found = yaml.load(text, _OnceOnly)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def validated(model: type[Model], content: Any, file: Path, at: str = "") -> Model:
    """The content as an object of the model. `at`: where in the file it stands. Raises AuthorError."""
    from pydantic import ValidationError

    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise _of_validation(error, model, content, file, at) from None
    except RecursionError:
        raise AuthorError(file, at or "(file)", "broken", line="…", why="RecursionError") from None


def mapping_in(found: Any, file: Path, key: str = "(file)") -> dict[Any, Any]:
    """What was read, as the mapping it must be. Raises AuthorError."""
    if not isinstance(found, dict):
        raise AuthorError(file, key, "wrong_type", expected="mapping", value=found)
    return found


def list_in(found: Any, file: Path, key: str = "(file)") -> list[Any]:
    """What was read, as the list it must be. Raises AuthorError."""
    if not isinstance(found, list):
        raise AuthorError(file, key, "wrong_type", expected="list", value=found)
    return found


# libyaml's parser where PyYAML was built with it: ten times faster, and a check begins by reading contracts.
_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TWICE = "twice"


# YAML counts in sixties: `10:30` is 630 to it. Nobody who writes a contract means that.
_BY_SIXTIES = re.compile(r"^[-+]?[0-9]+(:[0-9]+)+(\.[0-9]*)?$")
_TEXT = "tag:yaml.org,2002:str"


class _OnceOnly(_SAFE):  # type: ignore[misc]
    """YAML in which a key may stand once, plain YAML silently takes the last one; and in which a time is a text."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [(_TEXT, _BY_SIXTIES), *resolvers] if first in "+-0123456789" else resolvers
        for first, resolvers in _SAFE.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if isinstance(key.value, str):
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(_TWICE, None, key.value, key.start_mark)
                seen.add(key.value)
        found: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return found


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, dict[str, str]]]:
    read: dict[str, dict[str, dict[str, str]]] = yaml.load(_WORDS.read_text(encoding="utf-8"), _SAFE)
    return read


def _cut(fact: Any) -> str:
    """A fact inside the line: short, and lists of names cut."""
    if isinstance(fact, (list, tuple)):
        return ", ".join(map(str, fact[:_MOST_KNOWN])) + (" …" if len(fact) > _MOST_KNOWN else "") or "—"
    text = " ".join(str(fact).split())
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…"


def _of_validation(
    error: ValidationError, model: type[BaseModel], content: Any, file: Path, at: str
) -> AuthorError:
    """The line on the first mistake; a key nobody knows comes before the one that is missing for it."""
    mistakes = error.errors(include_url=False)
    first = next((each for each in mistakes if each["type"] == "extra_forbidden"), mistakes[0])
    place = first["loc"]
    key = ".".join((*([at] if at else ()), *_named(place, content))) or "(file)"
    if first["type"] == "extra_forbidden":
        known = _keys_at(model, place[:-1])
        return AuthorError(file, key, "unknown_key", found=str(place[-1]), known=known)
    kind, facts = words_of(first)
    return AuthorError(file, key, kind, **facts)


def words_of(error: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Which words say one of pydantic's errors, with their facts: our validators' own, or those of its kind."""
    from ingest.authored_types import kind_and_facts

    kind = error["type"]
    return (kind, dict(error.get("ctx") or {})) if kind in _words() else kind_and_facts(error)


def _named(place: Place, content: Any) -> Iterator[str]:
    """A place as a person would say it: members of lists by their names, not their numbers."""
    for part in place:
        if isinstance(content, dict):
            yield str(part)
            content = content.get(part)
        elif isinstance(content, (list, tuple)) and isinstance(part, int) and part < len(content):
            content = content[part]
            yield _name_of(content, part)
        elif content is not None:
            return  # which of the possible types was tried last
        else:
            yield str(part)


def _name_of(member: Any, number: int) -> str:
    if isinstance(member, dict):
        for key in ("name", "id", "rule"):
            if isinstance(member.get(key), str):
                return str(member[key])
    return str(number + 1)


def _keys_at(model: type[BaseModel], place: Place) -> list[str]:
    """The keys that may stand at a place of the model."""
    for part in place:
        fields = {info.alias or name: info for name, info in model.model_fields.items()}
        if str(part) in fields:
            model = _model_in(fields[str(part)].annotation) or model
    return [info.alias or name for name, info in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    from pydantic import BaseModel

    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_in(each))), None)
