select
    {{ bbaj.hash_key(['reason.code']) }} as absence_reason_key,
    reason.code as absence_reason_code,
    reason.label_kk as absence_reason_kk,
    reason.label_ru as absence_reason_ru,
    reason.is_absence = 'true' as is_absence,
    reason.is_valid = 'true' as is_valid,
    reason.is_illness = 'true' as is_illness,
    coalesce(reported.absence_group, 'unexplained') as absence_group,
    reason.valid_from as valid_from_date,
    reason.valid_to as valid_to_date
from {{ ref('absence_reason') }} as reason
left join {{ ref('absence_group') }} as reported on reason.code = reported.code
union all
select
    cast(member_key as bigint) as absence_reason_key,
    code as absence_reason_code,
    label_kk as absence_reason_kk,
    label_ru as absence_reason_ru,
    cast(null as boolean) as is_absence,
    cast(null as boolean) as is_valid,
    false as is_illness,
    'unexplained' as absence_group,
    cast(null as date) as valid_from_date,
    cast(null as date) as valid_to_date
from {{ ref('special_member') }}
where dimension in ('any', 'absence_reason')
