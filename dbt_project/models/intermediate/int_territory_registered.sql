with accepted as (
    select
        winning.submission_key,
        winning.period_start as registered_date,
        register.kato as territory_code,
        register.kato_version,
        register.level,
        register.type_code,
        register.name_kk,
        register.name_ru,
        row_number() over (
            partition by register.kato, winning.period_start
            order by winning.submission_key desc, register.source_row asc
        ) as place
    from {{ ref('stg_territory_register') }} as register
    inner join {{ ref('int_submission_winning') }} as winning
        on
            register.submission_id = winning.submission_key
            and register.batch_id = winning.batch_id
    where winning.is_operational and register.kato is not null
),

registers as (
    select
        registered_date,
        lead(registered_date) over (order by registered_date asc) as next_registered_date
    from (select distinct accepted.registered_date from accepted) as dates
),

dated as (
    select
        accepted.*,
        registers.next_registered_date,
        min(accepted.registered_date) over (partition by accepted.territory_code) as valid_from_date,
        max(accepted.registered_date) over (partition by accepted.territory_code) as last_registered_date
    from accepted
    inner join registers on accepted.registered_date = registers.registered_date
    where accepted.place = 1
)

select
    submission_key,
    registered_date,
    territory_code,
    kato_version,
    level,
    type_code,
    name_kk,
    name_ru,
    valid_from_date,
    {{ bbaj.add_days('next_registered_date', -1) }} as valid_to_date,
    registered_date = last_registered_date as is_latest
from dated
