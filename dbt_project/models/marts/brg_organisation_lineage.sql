with reached as (
    select
        organisation_code,
        descendant_code,
        sum(cast(1 as double) / cast(divisor as double)) as weight
    from {{ ref('int_organisation_followed') }}
    group by organisation_code, descendant_code
)

select
    reached.organisation_code,
    reached.descendant_code,
    coalesce(descendant.organisation_key, cast(-1 as bigint)) as descendant_key,
    reached.weight
from reached
left join {{ ref('dim_organisation_current') }} as descendant
    on reached.descendant_code = descendant.organisation_code
