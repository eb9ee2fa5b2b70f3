"""What we add to Superset's web application, without touching its installed files.

In: the Flask application (Superset calls `prepare` once it is made).
Out: language packs served from our own compiled catalogues, our logo, dashboards that follow the chosen
language, the map of the regions, relative times in its words, the page of what indicators mean, pages for what is not
there and what went wrong.
"""

from __future__ import annotations

import re
from gettext import GNUTranslations
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import humanize.i18n  # type: ignore[import-not-found]
from flask import Flask, abort, current_app, render_template, request, send_file, session
from flask_login import current_user, logout_user
from jinja2 import ChoiceLoader, FileSystemLoader

from dashboards.access.hooks import note_page
from dashboards.access.own_sql import check_own_sql
from dashboards.access.readers import readers
from dashboards.answering.asked_once import answer_once
from dashboards.answering.query_limits import keep_written_limits, name_interruption
from dashboards.answering.schemas import list_own_schemas
from dashboards.cards import lead_to_cards
from dashboards.definition import load
from dashboards.exports.hooks import lead_exports
from dashboards.first_choices import choose_at_opening
from dashboards.places import Places
from dashboards.region_map import RegionMap, is_kazakhstan
from dashboards.words import meanings
from dashboards.words.crossing import DASHBOARD, lead_across
from dashboards.words.error_pages import speak
from dashboards.words.failures import explain_failures
from dashboards.words.lists import narrow_lists
from dashboards.words.speech import DASHBOARD_LANGUAGES, LANGUAGES
from dashboards.words.titles import title_tables
from signin.page import add_page

STATIC = Path(__file__).resolve().parent / "static"
TEMPLATES = STATIC.parent / "templates"
STATICS = {"logo.svg": "image/svg+xml", "icon.svg": "image/svg+xml", "words.js": "text/javascript"}
_OPEN_TO_ALL = {"static", "appbuilder.static", "bbaj_static"}


def prepare(app: Flask) -> None:
    """Add our pages to Superset's application. Superset calls this through FLASK_APP_MUTATOR."""
    places = Places.from_environment()
    translations, regions = places.translations, RegionMap(places.geometry)

    def language_pack() -> Any:
        """Answer with our compiled catalogue before Superset looks for its own."""
        if request.endpoint != "Superset.language_pack":
            return None
        path = translations / (request.view_args or {}).get("lang", "") / "LC_MESSAGES" / "messages.json"
        language = path.parent.parent.name
        if language not in LANGUAGES or not path.is_file():
            return None
        return send_file(path, mimetype="application/json", max_age=0)

    def static(name: str) -> Any:
        if name not in STATICS:
            abort(404)
        return send_file(STATIC / name, mimetype=STATICS[name], max_age=3_600)

    def map_of_the_regions() -> Any:
        """Answer with our map where a page asks for the one of Kazakhstan that Superset ships."""
        name = (request.view_args or {}).get("filename", "") if request.endpoint == "static" else ""
        if not name.endswith(".geojson") or not is_kazakhstan(Path(app.static_folder or "") / name):
            return None
        answer = app.response_class(regions.content(_language_of_page()), mimetype="application/json")
        answer.headers["Cache-Control"] = "no-store"  # the address is the same in each language
        return answer

    def shut_out_ended() -> Any:
        """Whom the ledger has ended opens nothing more, whether Superset's own accounts know of it yet or not."""
        if request.endpoint in _OPEN_TO_ALL:  # a page is made of dozens; each would look the account up
            return None
        found = readers(places).get(getattr(current_user, "username", ""))
        if found is None or found.is_open:
            return None
        logout_user()
        session.clear()
        return abort(401)

    app.jinja_loader = ChoiceLoader([FileSystemLoader(str(TEMPLATES)), *filter(None, [app.jinja_loader])])
    app.add_url_rule("/bbaj/<name>", "bbaj_static", static)
    app.add_url_rule(f"{meanings.PAGE}/<language>", "bbaj_indicators", _what_indicators_mean)
    _speak_relative_times(translations)
    app.before_request(note_page)
    app.before_request(shut_out_ended)
    app.after_request(lambda response: speak(response, app.config["BABEL_DEFAULT_LOCALE"]))
    app.before_request(language_pack)
    lead_across(app, on_phone)
    lead_to_cards(app, on_phone)
    app.context_processor(lambda: {"on_phone": on_phone()})
    app.before_request(map_of_the_regions)
    add_page(app, _choose_password)
    name_interruption()
    explain_failures(app)
    keep_written_limits()
    list_own_schemas()
    answer_once()
    check_own_sql(app)
    lead_exports(app)
    narrow_lists(_language_of_lists, on_phone)
    title_tables()
    choose_at_opening(app)


def _what_indicators_mean(language: str) -> str:
    """Every indicator with its meaning: nothing of it is secret, so that the page opens to whoever has its address."""
    if language not in DASHBOARD_LANGUAGES:
        abort(404)
    [other] = [each for each in DASHBOARD_LANGUAGES if each != language]
    return render_template(
        "bbaj/indicators.html",
        language=language,
        other=other,
        elsewhere=meanings.address(other),
        words=meanings.WORDS,
        sections=meanings.sections(load(), language),
    )


def on_phone() -> bool:
    """Whether a phone asks, as its browser says."""
    said = request.headers.get("Sec-CH-UA-Mobile")
    return said == "?1" if said else bool(re.search(r"\bMobi", request.headers.get("User-Agent", "")))


def _language_of_lists() -> str:
    chosen = session.get("locale")
    return str(chosen) if chosen in LANGUAGES else DASHBOARD_LANGUAGES[0]


def _language_of_page() -> str:
    """The language a page's reader chose, or the one of the dashboard that asks."""
    if session.get("locale") in DASHBOARD_LANGUAGES:
        return str(session["locale"])
    match = DASHBOARD.match(urlsplit(request.headers.get("Referer", "")).path)
    return match["language"] if match else DASHBOARD_LANGUAGES[0]


def _choose_password(user: Any, password: str) -> None:
    superset: Any = current_app
    superset.appbuilder.sm.reset_password(user.id, password)


def _speak_relative_times(translations: Path) -> None:
    """Teach `humanize`, which writes "three days ago" in lists, our languages.

    It has no Kazakh, and looks for Russian under its full name only, while Superset asks by the short one.
    """
    known = humanize.i18n._TRANSLATIONS
    known["ru"] = humanize.i18n.activate("ru_RU")
    humanize.i18n.deactivate()
    for catalogue in sorted(translations.glob("*/LC_MESSAGES/humanize.mo")):
        with catalogue.open("rb") as stream:
            known[catalogue.parent.parent.name] = GNUTranslations(stream)
