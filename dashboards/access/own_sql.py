"""SQL that a reader writes into a metric, a column, a filter or an order: one bare expression over columns.

In: the words as Superset hands them on, with what it puts before them. Out: the same words, or OwnSqlError where they
read anything else: a table, another query, a function of the database that tells of it. Superset itself looks for a
SELECT at the root alone and lets UNION, EXCEPT and table functions through.
"""

from __future__ import annotations

import sqlglot  # type: ignore[import-not-found]
from flask import Flask, Response, jsonify
from sqlglot import exp
from sqlglot.errors import SqlglotError  # type: ignore[import-not-found]
from sqlglot.tokens import Token, TokenType  # type: ignore[import-not-found]

REFUSED = (
    "Өз SQL өрнегіңізде тек деректер жиынының бағандары болуы тиіс: ішкі сұрауға, кестеге, UNION мен EXCEPT-ке жол жоқ "
    "/ Собственное выражение SQL может содержать только столбцы набора данных: вложенные запросы, таблицы, UNION и "
    "EXCEPT не допускаются."
)
_DIALECT = "duckdb"
_QUERIES = (
    exp.Query,
    exp.From,
    exp.Join,
    exp.Table,
    exp.Lateral,
    exp.With,
    exp.Values,
    exp.Into,
    exp.Command,
)
_TELLING = ("current_setting", "getvariable", "getenv", "nextval", "currval", "query", "query_table", "glob")
_TELLING_BEGIN = ("duckdb_", "pragma_", "read_", "sqlite_", "parquet_", "sniff_")
_WORDS = {
    *(
        "table",
        "show",
        "describe",
        "summarize",
        "pivot",
        "unpivot",
        "values",
        "with",
        "union",
        "except",
        "intersect",
    ),
    *("call", "columns", "execute", "prepare", "pragma", "attach", "copy", "install", "load", "set"),
}
"""Words that make a query of what follows, some of them in DuckDB's grammar alone."""
_PARTS_OF_A_QUERY = (
    *(
        "from",
        "from_",
        "joins",
        "laterals",
        "where",
        "group",
        "having",
        "qualify",
        "windows",
        "distinct",
        "with",
    ),
    *(
        "with_",
        "limit",
        "offset",
        "into",
        "sample",
        "pivots",
        "kind",
        "operation_modifiers",
        "sort",
        "cluster",
    ),
)


class OwnSqlError(ValueError):
    """What a reader wrote is more than one bare expression."""


def require_bare(sql: str) -> str:
    """The words themselves. They come as `SELECT words`, as `SELECT 1 ORDER BY words` or as a bare condition.

    Raises OwnSqlError.
    """
    words = sql.strip()
    if not words or any(sign in words for sign in ("{{", "{%", "{#")):
        raise OwnSqlError(REFUSED)
    begins_so = words[:6].casefold() == "select"
    try:
        if any(token.text.casefold() in _WORDS for token in _bare_words(words)):
            raise OwnSqlError(REFUSED)
        statements = sqlglot.parse(words if begins_so else f"SELECT ({words}\n)", read=_DIALECT)
    except (SqlglotError, RecursionError) as error:
        raise OwnSqlError(REFUSED) from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Select):
        raise OwnSqlError(REFUSED)
    [query] = statements
    if len(query.expressions) != 1 or any(query.args.get(part) for part in _PARTS_OF_A_QUERY):
        raise OwnSqlError(REFUSED)
    if query.expressions[0].is_star:
        raise OwnSqlError(REFUSED)
    for node in query.walk():
        if node is not query and isinstance(node, _QUERIES):
            raise OwnSqlError(REFUSED)
        if isinstance(node, exp.Func) and _tells(node):
            raise OwnSqlError(REFUSED)
    return sql


def _bare_words(sql: str) -> list[Token]:
    """Words outside of quotation marks."""
    quoted = (TokenType.STRING, TokenType.IDENTIFIER)
    return [token for token in sqlglot.tokenize(sql, read=_DIALECT) if token.token_type not in quoted]


def _tells(function: exp.Func) -> bool:
    """Whether it says something else than what stands in the row."""
    name = (function.name if isinstance(function, exp.Anonymous) else function.sql_name()).casefold()
    return name in _TELLING or name.startswith(_TELLING_BEGIN)


def check_own_sql(app: Flask) -> None:
    """Let Superset ask this in place of its own check, and say in words what it refuses wherever it asks."""
    from superset.exceptions import QueryObjectValidationError
    from superset.models import helpers

    def checked(sql: str, *_database: object, **_named: object) -> str:
        try:
            return require_bare(sql)
        except OwnSqlError as error:
            raise QueryObjectValidationError(REFUSED) from error

    def refused(error: Exception) -> tuple[Response, int]:
        return jsonify(message=str(error)), 400

    helpers.validate_adhoc_subquery = checked
    app.register_error_handler(QueryObjectValidationError, refused)
