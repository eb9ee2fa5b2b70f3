"""From a page in one language to the same page in the other: the place and the chosen filters come along.

In: the page on which a reader chooses a language (its address, the filters Superset keeps for it). Out: the address of
that page in the other language, with filters that name the same oblasts, periods and bases in its words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Flask, redirect, request, session
from flask_babel import refresh  # type: ignore[import-untyped]

from dashboards.definition import Column, Definition, load
from dashboards.rendering.layout import PHONE
from dashboards.words.speech import DASHBOARD_LANGUAGES, LANGUAGES

DASHBOARD = re.compile(
    rf"^/superset/dashboard/(?P<slug>[a-z0-9-]+?)-(?P<language>{'|'.join(DASHBOARD_LANGUAGES)})(?P<phone>{PHONE})?/?$"
)
KEY = "native_filters_key"
_ELSEWHERE = ("/lang/", "/login", "/logout", "/first-password", "/api/", "/static/")
Known = dict[tuple[str, str], dict[str, list[Any]]]
"""Model and column → word in one language → words in the other."""


def lead_across(app: Flask, on_phone: Callable[[], bool]) -> None:
    """From here on."""

    def follow_reader() -> Any:
        """A dashboard is rendered once per language, for desks and for phones: open the one that suits the reader.

        Who came to it from the same dashboard in the other language has chosen the language by that.
        """
        match = DASHBOARD.match(request.path)
        if not match:
            return None
        chosen = session.get("locale") if session.get("locale") in DASHBOARD_LANGUAGES else None
        came = page_of(request.referrer, request.host)
        before = DASHBOARD.match(came[0]) if came else None
        # Once led across, the browser still names the page before: by then the language is the chosen one.
        if (
            came
            and before
            and before["slug"] == match["slug"]
            and match["language"] not in (before["language"], chosen)
        ):
            return _speak_from_here_on(match["language"], came)
        phone = PHONE if on_phone() else ""
        language = chosen or match["language"]
        if (language, phone) == (match["language"], match["phone"] or ""):
            return None
        return redirect(f"/superset/dashboard/{match['slug']}-{language}{phone}/")

    def change_language() -> Any:
        """Whoever chooses a language in the menu stays on the page."""
        language = (request.view_args or {}).get("locale", "") if request.path.startswith("/lang/") else ""
        came = page_of(request.referrer, request.host)
        if language not in LANGUAGES or came is None:
            return None
        return _speak_from_here_on(language, came)

    app.before_request(follow_reader)
    app.before_request(change_language)


def _speak_from_here_on(language: str, came: tuple[str, str]) -> Any:
    """Change the language of the session, and open the page that the reader is on in it."""
    session["locale"] = language
    refresh()
    return redirect(across(*came, language))


def page_of(referrer: str | None, host: str) -> tuple[str, str] | None:
    """Path and query of a page of ours that a reader came from, None for any other."""
    parts = urlsplit(referrer or "")
    if parts.netloc != host or not parts.path or parts.path.startswith(_ELSEWHERE):
        return None
    return parts.path, parts.query


def across(path: str, query: str, language: str) -> str:
    """The address of the same page in `language`. Needs Superset's application and a signed-in reader."""
    match = DASHBOARD.match(path)
    if match is None or language not in DASHBOARD_LANGUAGES or match["language"] == language:
        return f"{path}?{query}" if query else path
    target = f"{match['slug']}-{language}{match['phone'] or ''}"
    named = {key: values[-1] for key, values in parse_qs(query).items() if key in ("standalone", "edit")}
    kept = _kept(target, match, parse_qs(query).get(KEY, [""])[-1], language)
    if kept:
        named[KEY] = kept
    return f"/superset/dashboard/{target}/" + (f"?{urlencode(named)}" if named else "")


def _kept(there: str, match: re.Match[str], key: str, language: str) -> str | None:
    """The key under which Superset keeps the translated filters; None where there are none or something is amiss."""
    from superset import db
    from superset.commands.dashboard.filter_state.create import CreateFilterStateCommand
    from superset.commands.dashboard.filter_state.get import GetFilterStateCommand
    from superset.commands.temporary_cache.parameters import CommandParameters
    from superset.exceptions import SupersetException
    from superset.models.dashboard import Dashboard

    here = match.group(0).rstrip("/").rpartition("/")[2]
    if not key:
        return None
    numbers = {slug: number for number, slug in db.session.query(Dashboard.id, Dashboard.slug).filter(
        Dashboard.slug.in_((here, there))
    )}  # fmt: skip
    if len(numbers) != 2:
        return None
    try:
        state = json.loads(GetFilterStateCommand(CommandParameters(numbers[here], key=key)).run() or "{}")
        columns = columns_of(_definition(), match["slug"])
        known = _words(state, columns, match["language"], language)
        state = translated(state, columns, known, match["language"], language)
        told = json.dumps(state, ensure_ascii=False)
        return str(CreateFilterStateCommand(CommandParameters(numbers[there], value=told)).run())
    except (SupersetException, ValueError, TypeError):
        return None


def columns_of(definition: Definition, dashboard: str) -> dict[str, tuple[str, Column]]:
    """Superset's name of a filter → the model that its values are from, and their column."""
    if dashboard not in definition.dashboards:
        return {}
    return {
        f"NATIVE_FILTER-{key}": (
            definition.datasets[choice.dataset].model,
            definition.datasets[choice.dataset].columns[choice.column],
        )
        for key, choice in definition.dashboards[dashboard].filters.items()
    }


def translated(
    state: Mapping[str, Any], columns: Mapping[str, tuple[str, Column]], known: Known, here: str, there: str
) -> dict[str, Any]:
    """What the filters of a dashboard hold, in the words of another language. A word that has none there is left out;
    what a click in a chart narrowed is not taken along, its chart is another one."""
    found: dict[str, Any] = {}
    for name, mask in state.items():
        if name not in columns or not isinstance(mask, Mapping):
            continue
        model, column = columns[name]
        words = known.get((model, column.physical(here)), {})

        def say(values: Any, words: dict[str, list[Any]] = words, column: Column = column) -> Any:
            if not isinstance(values, list) or not column.localized:
                return values
            return list(dict.fromkeys(word for value in values for word in words.get(str(value), [])))

        form = dict(mask.get("extraFormData") or {})
        if "filters" in form:
            form["filters"] = [
                {**each, "col": column.physical(there), "val": said}
                for each in form["filters"]
                if (said := say(each.get("val")))
            ]
        shown = dict(mask.get("filterState") or {})
        if shown.get("value"):
            shown["value"] = say(shown["value"]) or None
            shown["label"] = ", ".join(map(str, shown["value"] or ())) or None
        found[name] = {**mask, "extraFormData": form, "filterState": shown}
    return found


def _words(
    state: Mapping[str, Any], columns: Mapping[str, tuple[str, Column]], here: str, there: str
) -> Known:
    """What each chosen word is in the other language, by the file that the reader opens."""
    from superset import db
    from superset.models.core import Database

    from dashboards.rendering.render import DATABASE

    warehouse = db.session.query(Database).filter_by(uuid=DATABASE).one()
    known: Known = {}
    for name, (model, column) in columns.items():
        values = ((state.get(name) or {}).get("filterState") or {}).get("value")
        if not column.localized or not isinstance(values, list) or not values:
            continue
        ours, other = column.physical(here), column.physical(there)
        chosen = ", ".join(quoted(value) for value in values)
        frame = warehouse.get_df(f"SELECT DISTINCT {ours}, {other} FROM {model} WHERE {ours} IN ({chosen})")
        known[model, ours] = _by_first(frame.itertuples(index=False, name=None))
    return known


def _by_first(pairs: Iterable[tuple[Any, ...]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for one, other in pairs:
        found.setdefault(str(one), []).append(other)
    return found


def quoted(value: Any) -> str:
    """A text as SQL writes it."""
    return "'" + str(value).replace("'", "''") + "'"


@lru_cache(maxsize=1)
def _definition() -> Definition:
    return load()
