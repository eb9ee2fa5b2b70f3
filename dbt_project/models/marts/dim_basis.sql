select
    code as basis,
    label_kk as basis_kk,
    label_ru as basis_ru,
    code = 'official' as is_official
from {{ ref('basis') }}
where code in ('operational', 'official')
