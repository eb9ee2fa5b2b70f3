select
    {{ bbaj.hash_key(['ancestored.territory_code']) }} as territory_key,
    {{ bbaj.hash_key(['ancestored.ancestor_territory_code']) }} as ancestor_territory_key,
    ancestored.distance,
    ancestor.level as ancestor_level,
    ancestor.reporting_level as ancestor_reporting_level
from {{ ref('int_territory_ancestored') }} as ancestored
inner join {{ ref('int_territory_placed') }} as ancestor
    on ancestored.ancestor_territory_code = ancestor.territory_code
union all
select
    cast(special.member_key as bigint) as territory_key,
    cast(special.member_key as bigint) as ancestor_territory_key,
    cast(0 as int) as distance,
    special.code as ancestor_level,
    cast(null as string) as ancestor_reporting_level
from {{ ref('special_member') }} as special
where special.dimension in ('any', 'territory')
