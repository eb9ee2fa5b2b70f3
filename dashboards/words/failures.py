"""What DuckDB says when it cannot answer, in the reader's words.

In: a message of DuckDB, which is English, and a language. Out: a sentence of `failures.yml` with DuckDB's own words
below it, by which whoever knows SQL finds the place. Charts, dashboards and SQL Lab say it so; SQL Lab answers inside a
request of its own, which does not know who reads, so that the language is taken along.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from dashboards.words.speech import DASHBOARD_LANGUAGES

FILE = Path(__file__).with_name("failures.yml")
_ENGINE = re.compile(r"^\s*duckdb error: ")
_KIND = re.compile(r"^\(_?duckdb[\w.]*\)\s*")
_REST = re.compile(r"\n\[SQL: .*", re.DOTALL)
_reader: ContextVar[str | None] = ContextVar("reader", default=None)


@dataclass(frozen=True)
class Failure:
    """One kind of message: how it is known, what is said of it in each language."""

    pattern: re.Pattern[str]
    said: Mapping[str, str]
    more: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=1)
def failures() -> tuple[Failure, ...]:
    """Every kind, in the order in which they are tried; the last one fits whatever is left."""
    return tuple(
        Failure(
            re.compile(each["pattern"]), {of: each[of] for of in DASHBOARD_LANGUAGES}, each.get("more") or {}
        )
        for each in yaml.safe_load(FILE.read_text(encoding="utf-8"))
    )


def explained(message: str, language: str) -> str:
    """The sentence, and DuckDB's own words in a paragraph below it; those alone in a language we do not speak."""
    own = _REST.sub("", _KIND.sub("", _ENGINE.sub("", message))).strip()
    if language not in DASHBOARD_LANGUAGES:
        return own
    failure, found = next((each, match) for each in failures() if (match := each.pattern.search(own)))
    facts = {name: value for name, value in found.groupdict().items() if value}
    said = failure.said[language].format(**facts)
    if failure.more and "meant" in facts:
        said += " " + failure.more[language].format(**facts)
    return f"{said}\n\nDuckDB: {own}"


def explain_failures(app: Any) -> None:
    """From here on. Needs Superset's application, before its first question."""
    from flask import session
    from flask_babel import refresh  # type: ignore[import-untyped]
    from superset import db, sql_lab
    from superset.db_engine_specs.duckdb import DuckDBEngineSpec
    from superset.errors import SupersetError

    default = str(app.config["BABEL_DEFAULT_LOCALE"])
    find, run, fail = (
        DuckDBEngineSpec.extract_errors.__func__,
        sql_lab.execute_sql_statements,
        sql_lab.handle_query_error,
    )

    def note_reader() -> None:
        _reader.set(session.get("locale"))

    def extract_errors(cls: Any, ex: Any, context: Any = None, database_name: Any = None) -> Any:
        errors = find(cls, ex, context, database_name)
        for error in errors:
            error.message = explained(cls._extract_error_message(ex), session.get("locale") or default)
            # Not the guesses at a cause: the sentence says more than they do.
            error.extra = {**(error.extra or {}), "show_issue_info": False}
        return errors

    def execute_sql_statements(*given: Any, **named: Any) -> Any:
        session["locale"] = _reader.get() or default
        refresh()
        return run(*given, **named)

    def handle_query_error(ex: Any, query: Any, payload: Any = None, prefix_message: str = "") -> Any:
        """The list of questions says of a failed one what the page said."""
        found = fail(ex, query, payload, prefix_message)
        said = "\n".join(str(error["message"]) for error in found["errors"])
        if said:
            found["error"] = query.error_message = said
            db.session.commit()
        return found

    def number_no_issues(error: Any) -> None:
        """Guesses at a cause are shown with their numbers, an English word before each."""
        begin(error)
        for issue in (error.extra or {}).get("issue_codes", ()):
            issue["message"] = str(issue["message"]).removeprefix(f"Issue {issue['code']} - ")

    begin, SupersetError.__post_init__ = SupersetError.__post_init__, number_no_issues
    app.before_request(note_reader)
    DuckDBEngineSpec.extract_errors = classmethod(extract_errors)
    sql_lab.execute_sql_statements, sql_lab.handle_query_error = execute_sql_statements, handle_query_error
