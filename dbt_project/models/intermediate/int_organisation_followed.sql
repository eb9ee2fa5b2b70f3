{%- set steps = 6 -%}

-- Mergers and splits followed step by step, as often as organisations have ended one after another; a circle told
-- by mistake ends with the last step. A row for each way: of a whole number each takes every `divisor`th, one after
-- another by `remainder`, so that the ways of an organisation divide any number between them.
with step_0 as (
    select
        organisation_code,
        organisation_code as descendant_code,
        cast(1 as bigint) as divisor,
        cast(0 as bigint) as remainder
    from {{ ref('dim_organisation_current') }}
),

{% for step in range(1, steps + 1) -%}
step_{{ step }} as (
    select
        reached.organisation_code,
        coalesce(following.successor_code, reached.descendant_code) as descendant_code,
        reached.divisor * coalesce(following.parts, cast(1 as bigint)) as divisor,
        reached.remainder + reached.divisor * coalesce(following.parts - following.place, cast(0 as bigint))
            as remainder
    from step_{{ step - 1 }} as reached
    left join {{ ref('int_organisation_succeeded') }} as following
        on reached.descendant_code = following.organisation_code
){% if not loop.last %},{% endif %}

{% endfor -%}

select
    organisation_code,
    descendant_code,
    divisor,
    remainder
from step_{{ steps }}
