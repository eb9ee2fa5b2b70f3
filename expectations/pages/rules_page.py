"""The rules for everybody to read: `docs/rules.kk.md` and `docs/rules.ru.md`.

In: the contracts, the catalogue of findings, the changelog. Out: one page a language: what each rule says, how
severe it is, how to put it right, which forms it judges and since when; then the changelog, newest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from expectations.rules import RULES
from expectations.rules.changelog import CHANGELOG, changelog, standing
from expectations.suite import rules_for
from ingest.authored import AuthorError
from ingest.emit.emitter import GeneratedFile, notice
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.contract import Contract, Language
from ingest.schema.texts.catalogue import catalogue
from ingest.schema.texts.words import Words

_SOURCE = "expectations/rules/changelog.yml and ingest/schema/findings"
_LANGUAGES: tuple[Language, ...] = ("kk", "ru")
_WORDS = Words("rules_page")


def rules_pages(contracts: Mapping[str, Contract]) -> Iterator[GeneratedFile]:
    """One page a language."""
    require_history()
    judged: dict[str, list[Contract]] = {}
    for contract in contracts.values():
        for code in dict.fromkeys(rule.code for rule in rules_for(contract)):
            judged.setdefault(code, []).append(contract)
    for language in _LANGUAGES:
        text = "\n".join(_page(judged, language)) + "\n"
        yield GeneratedFile(PurePosixPath(f"docs/rules.{language}.md"), text.encode())


def require_history() -> None:
    """The changelog speaks of every rule, and of no other. Raises AuthorError."""
    told = standing()
    for code in told.keys() - RULES.keys():
        raise AuthorError(CHANGELOG, code, "no_rule", found=code, known=list(RULES))
    for code in RULES.keys() - told.keys():
        raise AuthorError(CHANGELOG, code, "no_change", found=code, known=list(told))


def _page(judged: Mapping[str, Iterable[Contract]], language: Language) -> Iterator[str]:
    def say(word: str) -> str:
        return _WORDS.say(word, language)

    rules = standing()
    yield f"<!-- {notice(_SOURCE)} -->"
    yield f"# {say('title')}\n"
    yield f"{say('lead')} {say('count')}: {len(rules)}.\n"
    yield _row(say(word) for word in ("rule", "severity", "says", "remedy", "forms", "since"))
    yield _row(["---"] * 6)
    for code, since in sorted(rules.items()):
        kind = catalogue()[code]
        yield _row(
            (
                f"**{kind.title.in_language(language)}** `{code}`",
                codelist("severity").by_code[kind.severity].labels.in_language(language),
                kind.said(language, kind.severity, {}),
                kind.advice(language, kind.severity, {}),
                ", ".join(contract.labels.in_language(language) for contract in judged.get(code, ())),
                f"{since:%d.%m.%Y}",
            )
        )
    yield f"\n## {say('changes')}\n"
    for entry in reversed(changelog()):
        codes = ", ".join(f"`{code}`" for code in entry.codes)
        yield f"- {entry.since:%d.%m.%Y}, {say(entry.change)}: {entry.reason.in_language(language)} {codes}"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
