"""The pages that say what is not there and what went wrong, in the reader's language and from our own host.

In: an answer of Superset, which has two such pages, in English, with a font of another host.
Out: the same answer with ours in its place.
"""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, session

from dashboards.words.speech import LANGUAGES

_WORDS = {
    404: {
        "kk": ("Бет табылмады", "Мекенжай қате терілген немесе бет басқа жерге көшірілген болуы мүмкін."),
        "ru": ("Страница не найдена", "Возможно, адрес набран с ошибкой или страница переехала."),
        "en": ("Page not found", "The address may be mistyped, or the page has moved."),
    },
    500: {
        "kk": ("Қате пайда болды", "Кейінірек қайталап көріңіз. Қате қайталанса, әкімшіге хабарласыңыз."),
        "ru": ("Произошла ошибка", "Попробуйте позже. Если ошибка повторится, обратитесь к администратору."),
        "en": ("Something went wrong", "Try again later. If it happens again, tell your administrator."),
    },
}
_HOME = {"kk": "Басты бетке оралу", "ru": "Вернуться на главную", "en": "Back to home"}


def speak(response: Response, default: str) -> Any:
    """Put our page in the place of Superset's: a file, where its other answers of that kind are data."""
    words = _WORDS.get(response.status_code)
    if words is None or response.mimetype != "text/html" or not response.direct_passthrough:
        return response
    chosen = session.get("locale")
    language = chosen if chosen in LANGUAGES else default
    title, advice = words[language]
    page = render_template(
        "bbaj/error.html", language=language, title=title, advice=advice, home=_HOME[language]
    )
    return Response(page, response.status_code, mimetype="text/html")
