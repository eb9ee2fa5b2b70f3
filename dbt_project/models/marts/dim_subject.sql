select
    {{ bbaj.hash_key(['code']) }} as subject_key,
    code as subject_code,
    label_kk as subject_kk,
    label_ru as subject_ru,
    is_marked = 'true' as is_marked
from {{ ref('subject') }}
union all
select
    cast(member_key as bigint) as subject_key,
    code as subject_code,
    label_kk as subject_kk,
    label_ru as subject_ru,
    cast(null as boolean) as is_marked
from {{ ref('special_member') }}
where dimension in ('any', 'subject')
