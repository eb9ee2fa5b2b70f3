"""Every text of the interface that can be translated, read off the installed Superset.

In: the packages of Superset's environment: Superset's own template, the calls for a translation in its pages and in
its server that the template has missed, and the texts of Flask-AppBuilder, which draws the sign-in pages.
Out: `translations/messages.pot`, kept beside the catalogues: what is not in it is never asked for.
Run as `python -m dashboards.words.vocabulary` after Superset was renewed; `--check` only says what differs.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from dashboards.places import REPOSITORY

TEMPLATE = Path(__file__).resolve().parent / "translations" / "messages.pot"
ENVIRONMENT = REPOSITORY / ".venv-dashboards"
WIDTH = 110
MADE_OF = ("apache-superset", "flask-appbuilder")

_LITERAL = r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\$]|\\.)*`)"""
# How a packed page asks: `(0,x.t)("text")` for one text, `(0,x.tn)("one","many")` for a counted one.
_PAGE_CALL = re.compile(rf"\(0,\s*[\w$]+\.(t|tn)\)\(\s*{_LITERAL}(?:,\s*{_LITERAL})?", re.DOTALL)
# Sizes of big numbers are asked for by the name of a variable; the texts stand where a helper makes the controls.
_PAGE_SIZE = re.compile(rf'\("\w+_font_size",{_LITERAL}')
_JAVASCRIPT_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)")
_PLAIN_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_SERVER_CALLS = {"_", "__", "gettext", "lazy_gettext", "ngettext"}
_IDLE_HEADERS = re.compile(
    rb'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|Report-Msgid-Bugs-To|Last-Translator|Language-Team): .*\n',
    re.MULTILINE,
)
_NOT_SERVED = ("migrations", "examples")

Text = str | tuple[str, str]


def packages(environment: Path = ENVIRONMENT) -> Path | None:
    """Where an environment keeps its packages; None where Superset is not installed."""
    found = sorted(environment.glob("lib/python*/site-packages/superset"))
    return found[0].parent if found else None


def gather(site: Path) -> Catalog:
    """All texts of the packages in `site`, ordered as Superset's template is, the others after them by alphabet."""
    with (site / "superset/translations/messages.pot").open("rb") as stream:
        template = read_po(stream)
    texts = asked(template)
    for source in (_of_pages(site), _of_server(site), _of_sign_in(site)):
        for text in sorted(source, key=key):
            texts.setdefault(key(text), text)
    catalogue = Catalog(project="Interface of", version=_made_of(site), charset="utf-8")
    for text in texts.values():
        catalogue.add(text)
    return catalogue


def asked(catalogue: Catalog) -> dict[str, Text]:
    """The texts of a catalogue, by what they are found by: a counted one by its singular."""
    texts: dict[str, Text] = {}
    for message in catalogue:
        if message.id:
            text = message.id if isinstance(message.id, str) else (message.id[0], message.id[1])
            texts[key(text)] = text
    return texts


def kept() -> dict[str, Text]:
    """The texts of the template that lies beside the catalogues."""
    with TEMPLATE.open("rb") as stream:
        return asked(read_po(stream))


def key(text: Text) -> str:
    """What a catalogue finds a text by: a counted one by its singular."""
    return text if isinstance(text, str) else text[0]


def _of_pages(site: Path) -> set[Text]:
    found: set[Text] = set()
    for path in (site / "superset/static/assets").rglob("*.js"):
        program = path.read_text(encoding="utf-8", errors="ignore")
        found |= {_unescaped(text) for text in _PAGE_SIZE.findall(program)}
        for kind, first, second in _PAGE_CALL.findall(program):
            one, many = _unescaped(first), _unescaped(second)
            if re.search(r"[^\W\d_]", one):
                found.add((one, many) if kind == "tn" and many else one)
    return found


def _unescaped(literal: str) -> str:
    """What a literal of JavaScript, in its quotes, stands for."""

    def character(match: re.Match[str]) -> str:
        code = match[1]
        return chr(int(code[1:], 16)) if len(code) > 1 else _PLAIN_ESCAPES.get(code, code)

    return _JAVASCRIPT_ESCAPE.sub(character, literal[1:-1])


def _of_server(site: Path) -> set[Text]:
    found: set[Text] = set()
    for path in (site / "superset").rglob("*.py"):
        if not any(part in _NOT_SERVED for part in path.parts):
            found |= set(_calls(ast.parse(path.read_text(encoding="utf-8"))))
    return found


def _calls(tree: ast.AST) -> Iterator[Text]:
    """The constant texts a module asks translations of."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SERVER_CALLS:
            said = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if said and re.search(r"[^\W\d_]", said[0]):
                yield (said[0], said[1]) if node.func.id == "ngettext" and len(said) > 1 else said[0]


def _of_sign_in(site: Path) -> set[Text]:
    """Flask-AppBuilder ships no template; each of its catalogues holds all its texts."""
    with (site / "flask_appbuilder/translations/ru/LC_MESSAGES/messages.po").open("rb") as stream:
        return set(asked(read_po(stream)).values())


def _made_of(site: Path) -> str:
    """The releases the texts were read off, as pip names their folders."""
    releases = []
    for name in MADE_OF:
        (folder,) = site.glob(f"{name.replace('-', '_')}-*.dist-info")
        releases.append(f"{name} {folder.name.removesuffix('.dist-info').rpartition('-')[2]}")
    return ", ".join(releases)


def written(catalogue: Catalog) -> bytes:
    """A template as a file, without hours and addresses: the same texts make the same bytes."""
    stream = io.BytesIO()
    catalogue.header_comment = (
        "# Texts of the interface that can be translated: `python -m dashboards.words.vocabulary`."
    )
    write_po(stream, catalogue, width=WIDTH, no_location=True)
    return _IDLE_HEADERS.sub(b"", stream.getvalue())


def differences(there: dict[str, Text], here: dict[str, Text]) -> Iterator[str]:
    """What the kept texts (`here`) lack or have too much."""
    yield from (f"lacks {text!r}" for name, text in there.items() if here.get(name) != text)
    yield from (f"holds {name!r}, which nothing asks for" for name in here if name not in there)


def main() -> int:
    """Write the template, or say what it lacks."""
    parser = argparse.ArgumentParser(description="Gather the texts of the interface.")
    parser.add_argument("--check", action="store_true", help="write nothing, say what differs")
    arguments = parser.parse_args()
    site = packages()
    if site is None:
        print("Superset is not installed: run `make install`", file=sys.stderr)
        return 2
    now = gather(site)
    if not arguments.check:
        TEMPLATE.write_bytes(written(now))
        return 0
    told = list(differences(asked(now), kept()))
    print(*told, sep="\n", end="\n" if told else "")
    return 1 if told else 0


if __name__ == "__main__":
    raise SystemExit(main())
