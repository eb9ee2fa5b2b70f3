select
    {{ bbaj.hash_key(['code']) }} as indicator_key,
    code as indicator_code,
    label_kk as indicator_kk,
    label_ru as indicator_ru,
    unit as unit_code,
    is_additive = 'true' as is_additive
from {{ ref('regional_indicator') }}
union all
select
    cast(-1 as bigint) as indicator_key,
    'unknown' as indicator_code,
    {{ bbaj.special_label(-1, 'kk') }} as indicator_kk,
    {{ bbaj.special_label(-1, 'ru') }} as indicator_ru,
    cast(null as string) as unit_code,
    cast(null as boolean) as is_additive
