select
    organisation_code,
    organisation_key,
    name_kk,
    name_ru,
    kind_code,
    kind_kk,
    kind_ru,
    locality_code,
    locality_kk,
    locality_ru,
    territory_key,
    is_current as is_open,
    case when not is_current then {{ bbaj.add_days('valid_to_date', 1) }} end as closed_date
from {{ ref('dim_organisation') }}
where is_latest
