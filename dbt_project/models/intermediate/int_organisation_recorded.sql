with accepted as (
    select
        winning.submission_key,
        register.bin as organisation_code,
        register.event,
        register.event_date,
        case
            when register.event = 'opened' then 1
            when register.event in ('merged', 'closed') then 3
            else 2
        end as event_place,
        register.other_bin as other_organisation_code,
        register.name_kk,
        register.name_ru,
        register.kind,
        register.ownership,
        register.affiliation,
        register.locality,
        register.kato,
        register.languages,
        register.design_capacity,
        register.shifts,
        register.is_small,
        register.is_boarding,
        register.opened_date,
        row_number() over (
            partition by register.bin, register.event, register.event_date
            order by winning.submission_key desc, register.source_row desc
        ) as place
    from {{ ref('stg_organisation_register') }} as register
    inner join {{ ref('int_submission_winning') }} as winning
        on
            register.submission_id = winning.submission_key
            and register.batch_id = winning.batch_id
    where winning.is_operational and register.bin is not null and register.event_date is not null
)

select
    submission_key,
    organisation_code,
    event,
    event_date,
    event_place,
    other_organisation_code,
    name_kk,
    name_ru,
    kind,
    ownership,
    affiliation,
    locality,
    kato,
    languages,
    design_capacity,
    shifts,
    is_small,
    is_boarding,
    opened_date
from accepted
where place = 1
