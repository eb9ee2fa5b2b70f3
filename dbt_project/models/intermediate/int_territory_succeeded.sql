{%- set steps = 3 -%}

-- Which district or oblast has the place of one whose code is gone: the one of the same names and level whose code is
-- new in the register in which the old one is missing. Where several could be meant nobody is.
with gone as (
    select
        territory_code,
        reporting_level,
        name_kk,
        name_ru,
        {{ bbaj.add_days('valid_to_date', 1) }} as gone_date
    from {{ ref('int_territory_placed') }}
    where valid_to_date is not null and reporting_level is not null
),

paired as (
    select
        gone.territory_code,
        new.territory_code as successor_code,
        count(*) over (partition by gone.territory_code) as successors,
        count(*) over (partition by new.territory_code) as predecessors
    from gone
    inner join {{ ref('int_territory_placed') }} as new
        on
            gone.gone_date = new.valid_from_date
            and gone.reporting_level = new.reporting_level
            and upper(gone.name_kk) = upper(new.name_kk)
            and upper(gone.name_ru) = upper(new.name_ru)
),

step_0 as (
    select
        territory_code,
        successor_code
    from paired
    where successors = 1 and predecessors = 1
),

{% for step in range(1, steps + 1) -%}
step_{{ step }} as (
    select
        reached.territory_code,
        coalesce(following.successor_code, reached.successor_code) as successor_code
    from step_{{ step - 1 }} as reached
    left join step_0 as following on reached.successor_code = following.territory_code
){% if not loop.last %},{% endif %}

{% endfor -%}

select
    territory_code,
    successor_code
from step_{{ steps }}
