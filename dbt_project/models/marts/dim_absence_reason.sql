select
    {{ bbaj.hash_key(['code']) }} as absence_reason_key,
    code as absence_reason_code,
    label_kk as absence_reason_kk,
    label_ru as absence_reason_ru,
    is_absence = 'true' as is_absence,
    is_valid = 'true' as is_valid,
    is_illness = 'true' as is_illness,
    valid_from as valid_from_date,
    valid_to as valid_to_date
from {{ ref('absence_reason') }}
union all
select
    cast(member_key as bigint) as absence_reason_key,
    code as absence_reason_code,
    label_kk as absence_reason_kk,
    label_ru as absence_reason_ru,
    cast(null as boolean) as is_absence,
    cast(null as boolean) as is_valid,
    false as is_illness,
    cast(null as date) as valid_from_date,
    cast(null as date) as valid_to_date
from {{ ref('special_member') }}
where dimension in ('any', 'absence_reason')
