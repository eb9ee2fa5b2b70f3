"""SQL of the reader's own is one bare expression. Asked in Superset's environment, whose parser reads it."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PYTHON = REPOSITORY / ".venv-dashboards" / "bin" / "python"
ASK = """
import json, sys
from dashboards.access.own_sql import OwnSqlError, require_bare
def is_taken(sql):
    try:
        return require_bare(sql) == sql
    except OwnSqlError:
        return False
print(json.dumps([is_taken(sql) for sql in json.load(sys.stdin)]))
"""
EXPRESSIONS = (
    "sum(a)", "count(*)", "count(distinct a)", "case when a > 1 then 1 else 0 end", "date_trunc('week', d)",
    "sum(a) filter (where b > 1) * 1.0 / nullif(sum(c), 0)", "cast(a as bigint)", "extract(year from d)", "a -- note",
    "d + interval '5' hour", "list_transform([1, 2], x -> x + 1)", "sum(a) over (partition by b)", '"table"',
    "'union select * from x'", "a in ('x', 'y') and b between 1 and 2", "a is not null", "lower(\"аты\") like '%ә%'",
    "case when min(basis) = max(basis) then sum(a) end",
)  # fmt: skip
QUERIES = (
    "(select 1)", "(select max(a) from other)", "(from other)", "(table other)", "(values (1))", "(describe other)",
    "(summarize other)", "(show tables)", "(pivot other on a)", "array(select a from other)", "columns(*)",
    "exists (select 1)", "a in (select a from other)", "a = any (select a from other)",
    "(with x as (select 1) select * from x)", "(with x as (select 1) from x)", "query_table('other')",
    "query('select 1')", "duckdb_tables()", "current_setting('temp_directory')", "getvariable('x')",
    "{{ dataset(1) }}", "{% set a = 1 %} a", "struct_pack(a := (select 1))", "(((select 1)))", "-(select 1)",
    "case when (select 1) = 1 then 1 end", "f((select 1))", "(select 1 union select 2)", "list_value((from other))",
)  # fmt: skip
TAILS = (
    " from other", " union all select 1", " union select a from other", " except select 1", " intersect select 1",
    " where a = 1", " group by a", " limit 1", " qualify 1", "; select 1", ", 2",
    " from other union all select count(*)",
)  # fmt: skip


@pytest.mark.services
def test_nothing_but_an_expression_is_taken() -> None:
    if not PYTHON.is_file():
        pytest.skip("Superset's environment is not installed: run `make install`")
    draw = random.Random(503)
    wanted = {}
    for expression in EXPRESSIONS:
        wanted |= {f"SELECT {expression}": True, f"SELECT 1 ORDER BY {expression}": True, expression: True}
    for query in QUERIES:
        beside = draw.choice([each for each in EXPRESSIONS if "--" not in each])
        for words in (query, f"coalesce({query}, {beside})", f"({beside}) + {query}", query.upper()):
            wanted |= {f"SELECT {words}": False, f"SELECT 1 ORDER BY {words}": False, words: False}
    for tail in TAILS:
        beside = draw.choice([each for each in EXPRESSIONS if "--" not in each])
        wanted |= {f"SELECT {beside}{tail}": False, f"SELECT {beside}\n/* */{tail}": False}
        wanted |= {f"a) {tail} --": False, f"{beside}) or (select 1)=1 --": False}
    wanted |= {"SELECT *": False, "SELECT other.*": False, "SELECT '": False, "": False, "SELECT": False}
    asked = subprocess.run(
        [str(PYTHON), "-c", ASK],
        input=json.dumps(list(wanted)), capture_output=True, text=True, cwd=REPOSITORY, check=False,
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr[-2000:]
    answered = dict(zip(wanted, json.loads(asked.stdout), strict=True))
    assert {sql: taken for sql, taken in answered.items() if taken != wanted[sql]} == {}
