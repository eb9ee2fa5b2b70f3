{% set columns_of_register = [
    'name_kk', 'name_ru', 'kind', 'ownership', 'affiliation', 'locality', 'kato', 'languages', 'design_capacity',
    'shifts', 'is_small', 'is_boarding', 'opened_date',
] %}

with reported as (
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
        register.source_row
    from {{ ref('stg_organisation_register') }} as register
    inner join {{ ref('int_submission_winning') }} as winning
        on
            register.submission_id = winning.submission_key
            and register.batch_id = winning.batch_id
    where winning.is_operational and register.bin is not null and register.event_date is not null
),

-- What the installation decided itself of organisations that a register knows. A register that says the same of the
-- same day says more.
decided as (
    select
        cast(-1 as bigint) as submission_key,
        directive.organisation_code,
        directive.event,
        directive.event_date,
        case when directive.event = 'opened' then 1 else 3 end as event_place,
        directive.other_organisation_code,
        {%- for column in columns_of_register %}
        nothing.{{ column }},
        {%- endfor %}
        directive.directive_id as source_row
    from {{ ref('stg_ledger__organisation_event') }} as directive
    left join reported as nothing on 1 = 0
    where directive.organisation_code in (select known.organisation_code from reported as known)
),

accepted as (
    select
        *,
        row_number() over (
            partition by organisation_code, event, event_date order by submission_key desc, source_row desc
        ) as place
    from (
        select * from reported
        union all
        select * from decided
    ) as events
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
