"""What DuckDB says when it cannot answer is said in the reader's words, with its own below."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.words.failures import explained, failures
from dashboards.words.speech import DASHBOARD_LANGUAGES

# What an analyst gets wrong or may not do, and what of it the sentence has to name.
WRONG = {
    "selct grade from pupils": "selct", "select grade from pupils where (grade = 1": "", "select grade,, grade": ",",
    "select 'open": "", "select from pupils": "", "select grade from classes": "classes",
    "select grade from pupil": "pupils", "select learner_key from persons.fct_enrolment": "",
    "select 1 from other.pupils": "other", "select grad from pupils": "grade",
    "select pupils.grad from pupils": "grade",
    "select absent_days": "absent_days", "select * exclude (grad) from pupils": "grad",
    "select grade from pupils where other.grade = 1": "other", "select middle(grade) from pupils": "middle",
    "from nowhere(1)": "nowhere", "select grade, count(*) from pupils": "grade",
    "select count(*) from pupils where count(*) > 1": "HAVING", "select max(max(grade)) from pupils": "",
    "select 1 from pupils where row_number() over () = 1": "QUALIFY", "select sum(name) from pupils": "sum(VARCHAR)",
    "select grade from pupils join pupils as others on true": "grade", "select name::int from pupils": "Айша",
    "select 'x'::date": "x", "select make_date(2026, 13, 1)": "", "select grade from pupils union select 1, 2": "UNION",
    "select grade from pupils order by 7": "ORDER BY", "create table more as select 1": "CREATE",
    "delete from pupils": "DELETE", "insert into pupils values (1, 'x')": "INSERT", "drop table pupils": "DROP",
    "update pupils set grade = 1": "UPDATE", "attach '/tmp/x.duckdb'": "", "from read_csv('/etc/passwd')": "",
    "copy pupils to '/tmp/x.csv'": "", "install httpfs": "", "load httpfs": "", "set memory_limit = '9GB'": "",
    "select 9223372036854775807 + 1": "", "select (select range from range(3))": "",
    "select grade from pupils limit -1": "", "execute q": "", "select regexp_matches('a', '(')": "",
    "select list(range) from range(100000000)": "",
}  # fmt: skip
Ask = Callable[[str], str]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """What DuckDB says of a statement, where it is as closed as the one that is published."""
    file = tmp_path_factory.mktemp("asked") / "warehouse.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute("create table pupils as select 7 as grade, 'Айша' as name")
    closed = {"enable_external_access": "false", "lock_configuration": "true", "memory_limit": "100MB"}
    with duckdb.connect(str(file), read_only=True, config=closed) as con:

        def says(sql: str) -> str:
            with pytest.raises(duckdb.Error) as failure:
                con.execute(sql).fetchall()
            return str(failure.value)

        yield says


@pytest.mark.parametrize("language", DASHBOARD_LANGUAGES)
def test_every_wrong_statement_gets_a_sentence_with_its_words_below(ask: Ask, language: str) -> None:
    said: dict[str, str] = {}
    for sql, named in WRONG.items():
        own = ask(sql)
        # As SQL Lab hands it on, and as charts do.
        for message in (
            f"duckdb error: {own}",
            f"(_duckdb.BinderException) {own}\n[SQL: {sql}]\n(Background",
        ):
            sentence, _, below = explained(message, language).partition("\n\n")
            assert below == f"DuckDB: {own.strip()}"
            assert named in sentence, sql
            assert re.search("[Ѐ-ӿ]{3}", sentence) and "{" not in sentence, sql
            assert sentence != failures()[-1].said[language], sql
            said[sql] = sentence
    assert "persons" not in said["select learner_key from persons.fct_enrolment"]
    assert len(set(said.values())) > len(WRONG) * 0.7, (
        "a sentence says what is wrong, and not that something is"
    )


@given(st.text(), st.sampled_from(DASHBOARD_LANGUAGES))
def test_whatever_is_said_there_is_a_sentence(message: str, language: str) -> None:
    sentence, _, _ = explained(message, language).partition("\n\n")
    assert re.search("[Ѐ-ӿ]{3}", sentence)


def test_who_reads_english_gets_the_words_as_they_are(ask: Ask) -> None:
    own = ask("select grade from classes")
    assert explained(f"duckdb error: {own}", "en") == own.strip()


def test_sentences_say_the_same_in_both_languages() -> None:
    for each in failures():
        names = set(each.pattern.groupindex)
        for said in (each.said, each.more):
            told = {language: set(re.findall(r"{(\w+)}", words)) for language, words in said.items()}
            assert all(found <= names for found in told.values())
            assert len({frozenset(found) for found in told.values()}) <= 1, each.pattern.pattern
