-- In which places an organisation lies at each level (macros/levels.sql), by keys; names are joined last.
select
    organisation.organisation_key,
    organisation.organisation_key as place_key,
    organisation.organisation_code as place_code,
    {{ bbaj.place_keys('territory.oblast_code', 'territory.district_code', 'organisation.locality_code') }},
    organisation.organisation_code,
    organisation.name_kk as organisation_name_kk,
    organisation.name_ru as organisation_name_ru,
    organisation.locality_kk,
    organisation.locality_ru,
    territory.oblast_code,
    territory.oblast_name_kk,
    territory.oblast_name_ru,
    territory.district_code,
    territory.district_name_kk,
    territory.district_name_ru
from {{ ref('dim_organisation') }} as organisation
inner join {{ ref('dim_territory') }} as territory on organisation.territory_key = territory.territory_key
