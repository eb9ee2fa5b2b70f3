select
    {{ bbaj.hash_key(['codelist', 'code']) }} as code_key,
    codelist,
    code,
    cast(place as int) as place,
    label_kk as code_kk,
    label_ru as code_ru
from {{ ref('codelist_code') }}
