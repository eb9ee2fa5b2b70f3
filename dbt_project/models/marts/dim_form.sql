select
    {{ bbaj.hash_key(['form']) }} as form_key,
    form,
    label_kk as form_name_kk,
    label_ru as form_name_ru,
    label_en as form_name_en,
    period_kind
from {{ ref('form') }}
union all
select
    cast(-1 as bigint) as form_key,
    'unknown' as form,
    {{ bbaj.special_label(-1, 'kk') }} as form_name_kk,
    {{ bbaj.special_label(-1, 'ru') }} as form_name_ru,
    {{ bbaj.special_label(-1, 'en') }} as form_name_en,
    cast(null as string) as period_kind
