"""Contracts → the tests of the model that hold for every form: each landed row says where it is from, no accepted row
is lost, none counts twice.

In: the contracts. Out: three singular tests of the dbt project, with every form in them: nobody keeps a list of forms
beside the contracts, and a form whose rows nothing models cannot be published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from ingest.emit.emitter import Emitter, GeneratedFile, notice
from ingest.schema.forms.contract import Contract

FOLDER = PurePosixPath("dbt_project/tests/singular")
MODELLED, TWICE = FOLDER / "every_accepted_row_is_modelled.sql", FOLDER / "accepted_row_counts_twice.sql"
LANDED = FOLDER / "every_landed_row_says_where_it_is_from.sql"
_SOURCE = "the contracts in ingest/contracts"

_MODELLED = """\
-- {notice}
-- What the verdict accepted, the lake holds and the model reads are the same number of rows, submission by submission.
{{{{ config(tags=['invariant']) }}}}

with modelled as (
{counts}
)

select
    winning.submission_key,
    winning.form,
    winning.rows_accepted,
    coalesce(modelled.n, 0) as rows_modelled
from {{{{ ref('int_submission_winning') }}}} as winning
left join modelled
    on
        winning.form = modelled.form
        and winning.submission_key = modelled.submission_key
        and winning.batch_id = modelled.batch_id
where winning.rows_accepted <> coalesce(modelled.n, 0)
"""
_OF_STAGING = """\
    select
        '{form}' as form,
        submission_id as submission_key,
        batch_id,
        count(*) as n
    from {{{{ ref('{mart}') }}}}
    group by submission_id, batch_id"""
_OF_MART = """\
    select
        '{form}' as form,
        fact.submission_key,
        winning.batch_id,
        fact.n
    from (
        select
            submission_key,
            count(*) as n
        from {{{{ ref('{mart}') }}}}
        group by submission_key
    ) as fact
    inner join {{{{ ref('int_submission_winning') }}}} as winning on fact.submission_key = winning.submission_key"""

_LANDED = """\
-- {notice}
-- Every row of the lake names the submission it came with, the landing that wrote it, and its row there. The three are
-- no key: several sheets of a workbook have a row 9, and a row of a class register is a week.
{{{{ config(tags=['invariant']) }}}}

{rows}
"""
_ANONYMOUS = """\
select
    '{form}' as form,
    period,
    submission_id,
    batch_id,
    source_row
from {{{{ ref('stg_{form}') }}}}
where submission_id is null or batch_id is null or source_row is null"""

_TWICE = """\
-- {notice}
-- Of two parts of one report that hold the same row, the later one is named: both together would count it twice.
{{{{ config(tags=['data'], severity='warn', store_failures=true, schema='held_back') }}}}

with parts as (
    select
        'operational' as basis,
        submission_key,
        batch_id,
        node_code,
        period
    from {{{{ ref('int_submission_winning') }}}}
    where is_operational and part <> 'whole'
    union all
    select
        'official' as basis,
        submission_key,
        batch_id,
        node_code,
        period
    from {{{{ ref('int_submission_winning') }}}}
    where is_official and part <> 'whole'
),

-- The rows of each form are named once: of those named twice an engine makes a table first.
counted as (
{rows}
)

select
    submission_key,
    count(*) as failing_rows
from counted
where submission_key > first_submission_key
group by submission_key
"""
_ROWS = """\
    select
        part.submission_key,
        min(part.submission_key) over (
            partition by
                part.basis, part.node_code, part.period,
                {key}
        ) as first_submission_key
    from {{{{ ref('stg_{form}') }}}} as landed
    inner join parts as part on landed.submission_id = part.submission_key and landed.batch_id = part.batch_id"""


def modelled_sql(contracts: Mapping[str, Contract]) -> str:
    """The test that compares the rows of each form's mart with what verdicts accepted."""
    counts = [
        (_OF_STAGING if contract.mart.startswith("stg_") else _OF_MART).format(form=form, mart=contract.mart)
        for form, contract in sorted(contracts.items())
    ]
    return _MODELLED.format(notice=notice(_SOURCE), counts="\n    union all\n".join(counts))


def landed_sql(contracts: Mapping[str, Contract]) -> str:
    """The test that no row of any form's staging lacks what tells where it is from: one for all forms, since the cost
    of a test lies in its being one."""
    rows = (_ANONYMOUS.format(form=form) for form in sorted(contracts))
    return _LANDED.format(notice=notice(_SOURCE), rows="\nunion all\n".join(rows))


def twice_sql(contracts: Mapping[str, Contract]) -> str:
    """The test that no two parts that count together hold a row of the same key."""
    rows = [
        _ROWS.format(
            form=form,
            key=", ".join(f"landed.{contract.field(name).lake_name}" for name in contract.primary_key),
        )
        for form, contract in sorted(contracts.items())
    ]
    return _TWICE.format(notice=notice(_SOURCE), rows="\n    union all\n".join(rows))


def _files(contracts: Mapping[str, Contract]) -> Iterator[GeneratedFile]:
    yield GeneratedFile(MODELLED, modelled_sql(contracts).encode())
    yield GeneratedFile(LANDED, landed_sql(contracts).encode())
    yield GeneratedFile(TWICE, twice_sql(contracts).encode())


MODEL_TESTS = Emitter("model_tests", (str(MODELLED), str(LANDED), str(TWICE)), _files)
