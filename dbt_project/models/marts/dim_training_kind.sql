select
    {{ bbaj.hash_key(['code']) }} as training_kind_key,
    code as training_kind_code,
    label_kk as training_kind_kk,
    label_ru as training_kind_ru,
    is_course = 'true' as is_course
from {{ ref('training_kind') }}
union all
select
    cast(-1 as bigint) as training_kind_key,
    'unknown' as training_kind_code,
    {{ bbaj.special_label(-1, 'kk') }} as training_kind_kk,
    {{ bbaj.special_label(-1, 'ru') }} as training_kind_ru,
    cast(null as boolean) as is_course
