{{ config(tags=['data'], severity='warn', store_failures=true, schema='held_back') }}

select
    submission_key,
    cast(sum(n) as bigint) as failing_rows
from (
    select
        winning.submission_key,
        register.kato,
        count(*) as n
    from {{ ref('stg_territory_register') }} as register
    inner join {{ ref('int_submission_winning') }} as winning
        on register.submission_id = winning.submission_key and register.batch_id = winning.batch_id
    group by winning.submission_key, register.kato
    having count(*) > 1
) as repeated
group by submission_key
