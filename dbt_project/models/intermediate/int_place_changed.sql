-- Which places have other figures as is than as was, for all of time: they alone have rows of both. Where several
-- versions, or several organisations, become one, all of their rows do, so that either way is a series without holes.
with followed as (
    select * from {{ ref('int_place_followed') }}
),

codes as (
    select own_code as code
    from followed
    where level = 'organisation' and (own_key <> place_key or divisor > 1)
    union distinct
    select place_code as code
    from followed
    where level = 'organisation' and (own_key <> place_key or divisor > 1)
)

select
    'organisation' as level,
    own_key as place_key
from followed
where level = 'organisation' and own_code in (select codes.code from codes)
union distinct
select
    'organisation' as level,
    place_key
from followed
where level = 'organisation' and place_code in (select codes.code from codes)
{%- for level in ['locality', 'district', 'oblast'] %}
{%- for key in ['own_' ~ level ~ '_key', level ~ '_key'] %}
union distinct
select
    '{{ level }}' as level,
    {{ key }} as place_key
from followed
where level = 'organisation' and own_{{ level }}_key <> {{ level }}_key
{%- endfor %}
{%- endfor %}
