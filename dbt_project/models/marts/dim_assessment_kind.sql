select
    {{ bbaj.hash_key(['code']) }} as assessment_kind_key,
    code as assessment_kind_code,
    label_kk as assessment_kind_kk,
    label_ru as assessment_kind_ru,
    is_summative = 'true' as is_summative,
    cast(usual_maximum as int) as usual_maximum
from {{ ref('assessment_kind') }}
union all
select
    cast(-1 as bigint) as assessment_kind_key,
    'unknown' as assessment_kind_code,
    {{ bbaj.special_label(-1, 'kk') }} as assessment_kind_kk,
    {{ bbaj.special_label(-1, 'ru') }} as assessment_kind_ru,
    cast(null as boolean) as is_summative,
    cast(null as int) as usual_maximum
