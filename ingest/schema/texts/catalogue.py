"""The catalogue of findings: what each code means, in Kazakh, Russian and English.

In: the files of `ingest/schema/findings`, where each code has exactly one emitter. Out: by code a `FindingKind`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from ingest.authored import AuthorError, mapping_in, read_yaml, validated
from ingest.schema.texts.closed import Closed, Labels
from ingest.schema.texts.entries import Entries
from ingest.schema.texts.language import LANGUAGES, Language
from ingest.schema.texts.message import fill
from ingest.schema.texts.severity import Severity
from ingest.schema.texts.words import Words

CATALOGUE = Path(__file__).parents[1] / "findings"
Emitter = Literal["receipt", "reader", "judge", "model"]
Damage = Literal["signs", "zeros"]
"""What happens to identifiers: signs stand in or around the digits, zeros are lost at the beginning."""
_ADVICE = Words("advice")


class Otherwise(Closed):
    """What an entry says instead where a contract gives it another severity."""

    title: Labels | None = None
    message: Labels | None = None
    remedy: Labels | None = None


class FindingKind(Closed):
    """One entry of the catalogue. `message` may hold {placeholders} (`ingest.schema.texts.message`).

    `remedy` says how to put it right; without one it is what all findings of the severity are told. What the judge
    asks about ends with an invitation to explain: `explain`, or the usual one. `if_suggested` is said in addition
    where an identifier is suggested: what probably happened to it → how that comes about. `otherwise`: severity → texts
    that fit it better. `if_dashed`: the message where a cell that counts as empty is not blank. Of the number of an
    example it is said besides whose it is (`is_example` among the facts).
    """

    emitter: Emitter
    severity: Severity
    title: Labels
    message: Labels
    remedy: Labels | None = None
    explain: Labels | None = None
    if_suggested: Mapping[Damage, Labels] = {}
    if_dashed: Labels | None = None
    otherwise: Mapping[Severity, Otherwise] = {}

    def texts(self) -> dict[str, Labels]:
        """Every sentence of the entry, by its place in the file."""
        parts = ("message", "remedy", "explain")
        found: dict[str, Labels | None] = {part: getattr(self, part) for part in parts}
        found["if_dashed"] = self.if_dashed
        found |= {f"if_suggested.{damage}": labels for damage, labels in self.if_suggested.items()}
        for severity, other in self.otherwise.items():
            found |= {f"otherwise.{severity}.{part}": getattr(other, part) for part in ("message", "remedy")}
        return {part: labels for part, labels in found.items() if labels}

    def titled(self, severity: Severity) -> Labels:
        """What is wrong in a few words."""
        return self._otherwise(severity).title or self.title

    def said(self, language: Language, severity: Severity, facts: Mapping[str, Any]) -> str:
        """What is wrong; a placeholder without a fact stays open (`…`)."""
        message = self._otherwise(severity).message or self.message
        if self.if_dashed and str(facts.get("value") or "").strip():
            message = self.if_dashed
        return fill(message.in_language(language), language, facts, lenient=True)

    def advice(
        self,
        language: Language,
        severity: Severity,
        facts: Mapping[str, Any],
        damages: Iterable[Damage] = (),
    ) -> str:
        """How to put it right, and for a query how to answer it. `damages`: what happened to an identifier that the
        finding can suggest."""
        remedy = self._otherwise(severity).remedy or self.remedy or _ADVICE.labels(severity)
        sentences = [remedy]
        sentences += [self.if_suggested[damage] for damage in damages if damage in self.if_suggested]
        if facts.get("is_example"):
            sentences.append(_ADVICE.labels("example"))
        if severity == "query" and (self.explain or self.emitter == "judge"):
            sentences.append(self.explain or _ADVICE.labels("explain"))
        return " ".join(fill(each.in_language(language), language, facts, lenient=True) for each in sentences)

    def _otherwise(self, severity: Severity) -> Otherwise:
        return self.otherwise.get(severity, _AS_EVER)


_AS_EVER = Otherwise()
# A fact for every name, to see whether a text can be filled in.
_ONE: Mapping[str, Any] = defaultdict(lambda: 1)


@lru_cache(maxsize=1)
def catalogue() -> dict[str, FindingKind]:
    """Every finding code. Raises AuthorError, also when two files define one code."""
    kinds: dict[str, FindingKind] = {}
    owners: dict[str, Path] = {}
    for file in sorted(CATALOGUE.glob("*.yml")):
        for code, entry in mapping_in(read_yaml(file), file).items():
            if code in kinds:
                raise AuthorError(file, str(code), "defined_twice", other=owners[code].name)
            kinds[code], owners[code] = validated(FindingKind, entry, file, str(code)), file
            _require_places(kinds[code], file, str(code))
    return _Kinds(kinds)


@lru_cache(maxsize=1024)
def kind_of(code: str) -> FindingKind:
    """One code, its entry alone read and checked: who says three findings need not wait for all. Raises AuthorError."""
    found = [entries for entries in _files() if code in entries]
    return (
        validated(FindingKind, found[0][code], found[0].file, code) if len(found) == 1 else catalogue()[code]
    )


@lru_cache(maxsize=1)
def _files() -> list[Entries]:
    return [Entries(file) for file in sorted(CATALOGUE.glob("*.yml"))]


class _Kinds(dict[str, FindingKind]):
    def __missing__(self, code: str) -> FindingKind:
        raise AuthorError(CATALOGUE, code, "no_finding", found=code, known=list(self))


def _require_places(kind: FindingKind, file: Path, code: str) -> None:
    """The braces of the texts can be filled: nothing else would be noticed before somebody's file has the fault."""
    for part, labels in kind.texts().items():
        for language in LANGUAGES:
            text = labels.in_language(language)
            try:
                fill(text, language, _ONE)
            except (ValueError, LookupError):
                raise AuthorError(file, f"{code}.{part}.{language}", "bad_placeholder", text=text) from None
