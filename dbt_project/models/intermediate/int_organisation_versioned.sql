{%- set carried = [
    'name_kk', 'name_ru', 'kind', 'ownership', 'affiliation', 'locality', 'kato', 'languages',
    'design_capacity', 'shifts', 'is_small', 'is_boarding', 'opened_date',
] -%}
{%- set sequence = 'event_date asc, event_place asc, event asc' -%}

with counted as (
    select
        submission_key,
        organisation_code,
        event,
        event_date,
        event_place,
        {{ carried | join(',\n        ') }},
        lead(event_date) over (
            partition by organisation_code order by {{ sequence }}
        ) as next_event_date,
        {{- bbaj.carry_forward_runs(carried, 'organisation_code', sequence) | indent(4) }}
    from {{ ref('int_organisation_recorded') }}
),

filled as (
    select
        submission_key,
        organisation_code,
        event,
        event_date,
        event_place,
        next_event_date,
        {{- bbaj.carry_forward_values(carried, 'organisation_code') | indent(4) }}
    from counted
),

-- An event takes effect with its day. Of several on one day the last tells how the day ended.
versions as (
    select * from filled
    where event not in ('merged', 'closed') and (next_event_date is null or next_event_date > event_date)
),

neighboured as (
    select
        *,
        lag(event_date) over (partition by organisation_code order by event_date asc) as previous_version_date,
        lead(event_date) over (partition by organisation_code order by event_date asc) as next_version_date
    from versions
)

select
    submission_key,
    organisation_code,
    {{ carried | join(',\n    ') }},
    event_date as valid_from_date,
    coalesce({{ bbaj.add_days('next_event_date', -1) }}, cast('9999-12-31' as date)) as valid_to_date,
    case when previous_version_date is null then cast('1900-01-01' as date) else event_date end as applies_from_date,
    coalesce({{ bbaj.add_days('next_version_date', -1) }}, cast('9999-12-31' as date)) as applies_to_date,
    next_version_date is null as is_latest,
    next_event_date is null as is_current
from neighboured
