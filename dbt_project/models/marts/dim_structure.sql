select
    code as structure,
    label_kk as structure_kk,
    label_ru as structure_ru
from {{ ref('structure') }}
where code in ('as_was', 'as_is')
