with ledger as (
    select
        code,
        label_kk,
        label_ru
    from {{ ref('obligation_status') }}
),

derived as (
    select
        code,
        label_kk,
        label_ru
    from {{ ref('reporting_status') }}
)

select
    code as status,
    label_kk as status_kk,
    label_ru as status_ru,
    code in ('fulfilled', 'late', 'nil_return') as is_reported
from (
    select * from ledger
    union all
    select * from derived
) as statuses
