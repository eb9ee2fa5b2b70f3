"""The pages of the checker, as HTML in one language. They work without scripts and fetch nothing from elsewhere.

In: a desk, a checked file, what went wrong. Out: whole pages as text. Whatever comes from a file or a person is
escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from expectations.findings.causes import Cause, Explained, causes, says_suggestion
from expectations.marked.findings_sheet import place_words
from ingest.checker.desk import CheckedFile, Desk
from ingest.schema.forms.contract import LANGUAGES, Language
from ingest.schema.forms.load import contracts
from ingest.schema.texts.catalogue import catalogue
from ingest.schema.texts.words import Words
from ingest.schema.values.period import EXAMPLES, LOCAL_TIME

SHOWN = 200
"""Places of one cause on the page; all of them stand in the marked workbook."""
_OPEN_AT_FIRST = 3
_NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}


say = Words("checker").say


def page(body: str, language: Language, at: str, *, can_finish: bool = True) -> str:
    """A whole page. `at`: its address without the language, to come back to in another."""
    links = "".join(
        f'<a href="{at}?lang={each}" lang="{each}"{" aria-current=page" if each == language else ""}>{_NAMES[each]}</a>'
        for each in LANGUAGES
    )
    finish = (
        f'<footer><form method="post" action="finish?lang={language}"><button class="quiet">'
        f"{escape(say('finish', language))}</button></form></footer>"
    )
    title = escape(say("title", language))
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="style.css">'
        '<script src="script.js" defer></script></head>'
        f"<body><header><h1>{title}</h1><nav>{links}</nav></header><main>{body}</main>"
        f"{finish if can_finish else ''}</body></html>"
    )


def start_page(desk: Desk, language: Language, troubles: Sequence[str] = ()) -> str:
    """The page to hand files over on, below what was found in those before. `troubles`: why some of the last ones could
    not be checked."""
    forms = "".join(
        f'<option value="{form}">{escape(contract.labels.in_language(language))}</option>'
        for form, contract in contracts().items()
    )
    examples = dict.fromkeys(EXAMPLES[contract.period] for contract in contracts().values())
    hint = say("period_examples", language, examples=", ".join(examples))
    refused = "".join(
        f'<p class="outcome refused" role="alert">{escape(trouble)}</p>' for trouble in troubles
    )
    return page(
        f"<p>{escape(say('intro', language))}</p>{refused}{_files(desk, language)}"
        f'<form class="check" method="post" action="check?lang={language}" enctype="multipart/form-data">'
        f"<label>{escape(say('file', language))}<span class=drop><input type=file name=file required multiple>"
        f"<span>{escape(say('choose', language))}</span></span></label>"
        f"<label>{escape(say('form', language))}<select name=form><option value="
        f'"">{escape(say("form_by_file", language))}</option>{forms}</select></label>'
        f"<label>{escape(say('period', language))}<input name=period autocomplete=off>"
        f'<span class="small">{escape(hint)}</span></label>'
        f'<button data-busy="{escape(say("checking", language))}">{escape(say("check", language))}</button></form>'
        f"{_pack(desk, language)}",
        language,
        "./",
    )


def _files(desk: Desk, language: Language) -> str:
    listed = "".join(
        f'<li><a href="{checked.key}?lang={language}">{escape(checked.path.name)}</a> — '
        f'<span class="{checked.verdict.outcome}">{escape(say(checked.verdict.outcome, language))}</span></li>'
        for checked in desk.files
    )
    return f"<h2>{escape(say('checked_files', language))}</h2><ul>{listed}</ul>" if listed else ""


def _pack(desk: Desk, language: Language) -> str:
    if desk.pack is None:
        return f'<p class="small">{escape(say("no_pack", language))}</p>'
    made = f"{desk.pack.facts.made_at.astimezone(LOCAL_TIME):%d.%m.%Y}"
    return f'<p class="small">{escape(say("pack_used", language, node=desk.pack.facts.node, made=made))}</p>'


def finished_page(language: Language) -> str:
    """The last page."""
    return page(
        f'<p class="outcome accepted">{escape(say("finished", language))}</p>',
        language,
        "./",
        can_finish=False,
    )


def verdict_page(checked: CheckedFile, language: Language) -> str:
    """What was found in a file: the outcome, every cause with its places, what was not checked."""
    verdict = checked.verdict
    more = (
        "accepted_queries"
        if verdict.outcome == "accepted" and verdict.open_queries
        else f"{verdict.outcome}_more"
    )
    facts = verdict.to_json()
    rows = say("rows", language, **facts, rows_data=verdict.rows_accepted + verdict.rows_rejected)
    form = checked.contract.labels.in_language(language)
    period = checked.period or say("period_unknown", language)
    found = causes(verdict.findings)
    marked = (
        f'<p><a class="button" href="{checked.key}.xlsx?lang={language}">{escape(say("marked", language))}</a></p>'
        if found and verdict.outcome != "unreadable"
        else ""
    )
    listed = "".join(
        _cause(cause, checked, language, is_open=place < _OPEN_AT_FIRST) for place, cause in enumerate(found)
    )
    return page(
        f'<section class="outcome {verdict.outcome}"><h2>{escape(say(verdict.outcome, language))}: '
        f"{escape(checked.path.name)}</h2><p>{escape(say(more, language))}</p>"
        f'<p class="facts">{escape(say("checked_as", language, form=form, period=period))}<br>{escape(rows)}</p>'
        f"</section>{marked}{listed}{_not_checked(checked, language)}"
        f'<p><a href="./?lang={language}">{escape(say("another", language))}</a></p>',
        language,
        checked.key,
    )


def _cause(cause: Cause, checked: CheckedFile, language: Language, *, is_open: bool) -> str:
    column = cause.column_label(checked.contract, language)
    title = cause.title(language) + (f" · «{column}»" if column else "")
    shown = cause.findings[:SHOWN]
    suggests = any(_suggestion(finding, language) for finding in shown)
    names = ("place", "value", "text", "suggestion") if suggests else ("place", "value", "text")
    heads = "".join(f"<th>{escape(say(name, language))}</th>" for name in names)
    rows = "".join(_row(finding, language, suggests=suggests) for finding in shown)
    hidden = cause.count - SHOWN
    more = f'<p class="small">{escape(say("more", language, count=hidden))}</p>' if hidden > 0 else ""
    return (
        f'<details{" open" if is_open else ""}><summary><span class="kind {cause.severity}">'
        f"{escape(say(cause.severity, language))}</span> {escape(title)} ({cause.count})</summary>"
        f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{more}</details>'
    )


def _row(finding: Explained, language: Language, *, suggests: bool) -> str:
    place = place_words(finding, language)
    suggested = escape(_suggestion(finding, language))
    named = escape(say("suggestion", language))
    suggestion = f'<td data-name="{named}">{suggested}</td>' if suggests else ""
    return (
        f'<tr><td class="place">{escape(place)}</td><td class="value">{escape(finding.value or "")}</td>'
        f"<td>{escape(finding.text(language))}</td>{suggestion}</tr>"
    )


def _suggestion(finding: Explained, language: Language) -> str:
    """What was probably meant, where the message does not say it."""
    said = says_suggestion(finding.text(language), finding.suggestion)
    return "" if said else finding.suggestion or ""


def _not_checked(checked: CheckedFile, language: Language) -> str:
    codes = checked.verdict.not_checked
    if not codes:
        return ""
    known = catalogue()
    listed = "".join(
        f"<li>{escape(known[code].title.in_language(language))}</li>" for code in codes if code in known
    )
    title = say("not_checked", language, count=len(codes))
    return (
        f"<details><summary>{escape(title)}</summary><ul>{listed}</ul>"
        f'<p class="small">{escape(say("not_checked_more", language))}</p></details>'
    )
