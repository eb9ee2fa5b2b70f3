with causes as (
    select
        cause,
        severity,
        label_kk,
        label_ru
    from {{ ref('finding_cause') }}
    union all
    select
        'unknown' as cause,
        severity,
        {{ bbaj.special_label(-1, 'kk') }} as label_kk,
        {{ bbaj.special_label(-1, 'ru') }} as label_ru
    from {{ ref('finding_severity') }}
)

select
    {{ bbaj.hash_key(['cause.cause', 'cause.severity']) }} as finding_cause_key,
    cause.cause as cause_code,
    cause.label_kk as cause_name_kk,
    cause.label_ru as cause_name_ru,
    severity.severity as severity_code,
    severity.label_kk as severity_name_kk,
    severity.label_ru as severity_name_ru
from causes as cause
inner join {{ ref('finding_severity') }} as severity on cause.severity = severity.severity
