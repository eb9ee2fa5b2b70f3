{%- set steps = 6 -%}

-- Mergers and splits followed step by step, as often as organisations have ended one after another; a circle told
-- by mistake ends with the last step.
with step_0 as (
    select
        organisation_code,
        organisation_code as descendant_code,
        cast(1 as double) as weight
    from {{ ref('dim_organisation_current') }}
),

{% for step in range(1, steps + 1) -%}
step_{{ step }} as (
    select
        reached.organisation_code,
        coalesce(following.successor_code, reached.descendant_code) as descendant_code,
        sum(reached.weight * coalesce(following.share, cast(1 as double))) as weight
    from step_{{ step - 1 }} as reached
    left join {{ ref('int_organisation_succeeded') }} as following
        on reached.descendant_code = following.organisation_code
    group by reached.organisation_code, coalesce(following.successor_code, reached.descendant_code)
){% if not loop.last %},{% endif %}

{% endfor -%}

select
    reached.organisation_code,
    reached.descendant_code,
    coalesce(descendant.organisation_key, cast(-1 as bigint)) as descendant_key,
    reached.weight
from step_{{ steps }} as reached
left join {{ ref('dim_organisation_current') }} as descendant
    on reached.descendant_code = descendant.organisation_code
