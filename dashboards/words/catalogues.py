"""Message catalogues of the interface, compiled for Superset.

In: our `translations/<language>/LC_MESSAGES/*.po` and the catalogues Superset ships.
Out: under $BBAJ_HOME/superset/translations, for each language `messages.mo` (server texts) and
`messages.json` (Jed form, for the pages). Superset's installed files stay untouched, so a fresh
environment needs nothing but the next bring-up.
Run as `python -m dashboards.words.catalogues` it says what share of the interface each language covers.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from dashboards.words import vocabulary

SOURCES = Path(__file__).resolve().parent / "translations"
DOMAINS = ("messages", "humanize")


def compile_all(target: Path, shipped: Path) -> dict[str, int]:
    """Compile every language of `SOURCES` into `target`; return the number of messages we wrote in each.

    `shipped` is Superset's own translations directory: where it has the language, ours is laid over it.
    """
    counts = {}
    for language in sorted(p.name for p in SOURCES.iterdir() if p.is_dir()):
        directory = target / language / "LC_MESSAGES"
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        for domain in DOMAINS:
            source = SOURCES / language / "LC_MESSAGES" / f"{domain}.po"
            if source.is_file():
                with (directory / f"{domain}.mo").open("wb") as stream:
                    write_mo(stream, catalogue(source, language))
        ours = catalogue(SOURCES / language / "LC_MESSAGES" / "messages.po", language)
        pack = shipped_pack(shipped, language) | jed(ours)
        document = {"domain": "superset", "locale_data": {"superset": pack}}
        text = json.dumps(document, ensure_ascii=False, sort_keys=True)
        (directory / "messages.json").write_text(text, encoding="utf-8")
        counts[language] = len(messages(ours))
    return counts


def catalogue(path: Path, language: str) -> Catalog:
    """Read one .po file."""
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def messages(source: Catalog) -> dict[str, list[str]]:
    """Messages that have a translation: text → its forms."""
    found = {}
    for message in source:
        key = message.id if isinstance(message.id, str) else message.id[0]
        forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
        if key and all(forms) and not message.fuzzy:
            found[key] = forms
    return found


def jed(source: Catalog) -> dict[str, Any]:
    """A catalogue in Jed's form, which the pages read."""
    head = {"domain": "superset", "plural_forms": source.plural_forms, "lang": str(source.locale)}
    return {"": head, **messages(source)}


def shipped_pack(shipped: Path, language: str) -> dict[str, Any]:
    """The messages Superset ships for a language, those left untranslated taken out; none is no error."""
    path = shipped / language / "LC_MESSAGES" / "messages.json"
    if not path.is_file():
        return {}
    pack: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["locale_data"]["superset"]
    return {
        key: value for key, value in pack.items() if key == "" or (isinstance(value, list) and any(value))
    }


def share(language: str, site: Path) -> tuple[int, int]:
    """How many texts of the interface a language has, of how many; a guess that was shipped counts for none."""
    asked = set(vocabulary.kept())
    said = set(messages(catalogue(SOURCES / language / "LC_MESSAGES" / "messages.po", language)))
    for package in ("superset", "flask_appbuilder"):
        path = site / package / "translations" / language / "LC_MESSAGES" / "messages.po"
        if path.is_file():
            said |= set(messages(catalogue(path, language)))
    return len(asked & said), len(asked)


def main() -> int:
    """Print the share of every language; fail where a text is left in English."""
    site = vocabulary.packages()
    if site is None:
        print("Superset is not installed: run `make install`", file=sys.stderr)
        return 2
    left = 0
    for language in sorted(p.name for p in SOURCES.iterdir() if p.is_dir()):
        here, asked = share(language, site)
        print(f"interface in {language}: {here:,} of {asked:,} texts ({here / asked:.1%})")
        left += asked - here
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main())
