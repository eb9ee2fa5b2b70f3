with recursive climbed (territory_code, ancestor_territory_code, distance) as (
    select
        territory_code,
        territory_code as ancestor_territory_code,
        0 as distance
    from {{ ref('int_territory_placed') }}
    union all
    select
        climbed.territory_code,
        placed.parent_territory_code as ancestor_territory_code,
        climbed.distance + 1 as distance
    from climbed
    inner join {{ ref('int_territory_placed') }} as placed
        on climbed.ancestor_territory_code = placed.territory_code
    where placed.parent_territory_code is not null
)

select
    territory_code,
    ancestor_territory_code,
    cast(distance as int) as distance
from climbed
