"""The page that says how an installation stands, as HTML in one language. It works without scripts and fetches nothing
from elsewhere.

In: what was measured. Out: the whole page as text, everything in it escaped.
"""

from __future__ import annotations

import re
from html import escape

from ingest.schema.texts.language import LANGUAGES, Language
from ingest.schema.values.period import LOCAL_TIME
from warehouse.services.health.look import Health
from warehouse.services.health.wording import WORDS, Row, rows_of

_NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
# A state is told by a word and a shape, not by its colour alone.
_SHAPES = {"well": "●", "attention": "▲", "broken": "■"}


def health_page(health: Health, language: Language) -> str:
    """What is not well first, what to do beside it; then everything else."""
    rows = rows_of(health, language)
    troubled = [row for row in rows if row.state != "well"]
    well = [row for row in rows if row.state == "well"]
    at = f"{health.at.astimezone(LOCAL_TIME):%d.%m.%Y %H:%M}"
    return _whole(
        f'<p class="all {health.state}" role="status"><span aria-hidden="true">{_SHAPES[health.state]}</span> '
        f"{_say(f'all_{health.state}', language)}</p>"
        f'<p class="small">{escape(WORDS.say("measured_at", language, at=at))}</p>'
        f"{_table(sorted(troubled, key=lambda row: row.state != 'broken'), language, has_remedy=True)}"
        f"{_table(well, language, has_remedy=False)}",
        language,
    )


def missing_page(language: Language) -> str:
    """What is said of an address that is no page."""
    return _whole(
        f'<p>{_say("no_page", language)} <a href="/?lang={language}">{_say("title", language)}</a></p>',
        language,
    )


def _whole(body: str, language: Language) -> str:
    links = "".join(
        f'<a href="/?lang={each}" lang="{each}" hreflang="{each}"{" aria-current=page" if each == language else ""}>'
        f"{_NAMES[each]}</a>"
        for each in LANGUAGES
    )
    title = _say("title", language)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title} · bbaj</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="/health.css"></head>'
        f"<body><header><h1>{title}</h1><nav>{links}</nav></header><main>{body}</main></body></html>"
    )


def _table(rows: list[Row], language: Language, *, has_remedy: bool) -> str:
    if not rows:
        return ""
    names = ["gauge_head", "state_head", "said_head", *(["remedy_head"] if has_remedy else [])]
    heads = "".join(f'<th scope="col">{_say(name, language)}</th>' for name in names)
    body = "".join(_line(row, names, language, has_remedy) for row in rows)
    kind = "troubled" if has_remedy else "well"
    return f'<table class="{kind}"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


def _line(row: Row, names: list[str], language: Language, has_remedy: bool) -> str:
    """On a narrow screen each cell stands on a line of its own, behind the name of its column."""
    shape = f'<span aria-hidden="true">{_SHAPES[row.state]}</span>'
    state = f'<span class="state {row.state}">{shape} {escape(row.state_word)}</span>'
    cells = [state, escape(row.said), *([_with_commands(row.remedy)] if has_remedy else [])]
    shown = "".join(
        f'<td data-name="{_say(name, language)}"><div>{cell}</div></td>'
        for name, cell in zip(names[1:], cells, strict=True)
    )
    return f'<tr><th scope="row">{escape(row.name)}</th>{shown}</tr>'


def _with_commands(text: str) -> str:
    """A text, what is typed in it as it is typed."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _say(name: str, language: Language) -> str:
    return escape(WORDS.say(name, language))
