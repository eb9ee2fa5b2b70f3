-- The same places with each district under the code it has now: as is an organisation lies where its latest version
-- does. One that a register still has under the old code is a place of its own here, since its names are others.
select
    organisation.organisation_key,
    case
        when now.territory_code is null then organisation.organisation_key
        else {{ bbaj.hash_key(["'as is'", 'organisation.organisation_key']) }}
    end as place_key,
    organisation.is_latest,
    organisation.organisation_code as place_code,
    {{ bbaj.place_keys(
        'coalesce(now.oblast_code, territory.oblast_code)', 'coalesce(now.district_code, territory.district_code)',
        'organisation.locality_code'
    ) }},
    organisation.organisation_code,
    organisation.name_kk as organisation_name_kk,
    organisation.name_ru as organisation_name_ru,
    organisation.locality_kk,
    organisation.locality_ru,
    coalesce(now.oblast_code, territory.oblast_code) as oblast_code,
    coalesce(now.oblast_name_kk, territory.oblast_name_kk) as oblast_name_kk,
    coalesce(now.oblast_name_ru, territory.oblast_name_ru) as oblast_name_ru,
    coalesce(now.district_code, territory.district_code) as district_code,
    coalesce(now.district_name_kk, territory.district_name_kk) as district_name_kk,
    coalesce(now.district_name_ru, territory.district_name_ru) as district_name_ru
from {{ ref('dim_organisation') }} as organisation
inner join {{ ref('dim_territory') }} as territory on organisation.territory_key = territory.territory_key
left join {{ ref('int_territory_succeeded') }} as succeeded on territory.district_code = succeeded.territory_code
left join {{ ref('dim_territory') }} as now on succeeded.successor_code = now.territory_code
