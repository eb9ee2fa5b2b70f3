with spoken_of as (
    select
        period_kind,
        period,
        period_start,
        period_end
    from {{ ref('stg_ledger__obligation') }}
    union distinct
    select
        form.period_kind,
        submission.period,
        submission.period_start,
        submission.period_end
    from {{ ref('stg_ledger__submission') }} as submission
    inner join {{ ref('form') }} as form on submission.form = form.form
    union distinct
    select
        period_kind,
        period,
        period_start,
        period_end
    from {{ ref('int_submission_winning') }}
),

labelled as (
    select
        spoken_of.period_kind,
        spoken_of.period,
        spoken_of.period_start,
        spoken_of.period_end,
        {{ bbaj.day_month('spoken_of.period_start') }} as start_text,
        {{ bbaj.day_month_year('spoken_of.period_end') }} as end_text,
        {{ bbaj.day_month_year('spoken_of.period_start') }} as day_text,
        cast({{ bbaj.iso_week('spoken_of.period_start') }} as string) as number_text,
        cast(
            case
                when spoken_of.period_kind = 'term' then {{ bbaj.term_number('spoken_of.period_start') }}
                else {{ bbaj.quarter_number('spoken_of.period_start') }}
            end as string
        ) as part_text,
        cast({{ bbaj.school_year_start('spoken_of.period_start') }} as string)
        || '–' || cast({{ bbaj.school_year_start('spoken_of.period_start') }} + 1 as string) as school_year_text,
        cast(extract(year from spoken_of.period_start) as string) as year_text,
        cast(extract(year from spoken_of.period_end) as string) as end_year_text,
        month.label_kk as month_kk,
        month.label_ru as month_ru,
        pattern.label_kk as pattern_kk,
        pattern.label_ru as pattern_ru
    from spoken_of
    left join {{ ref('period_label') }} as pattern on spoken_of.period_kind = pattern.period_kind
    left join {{ ref('month') }} as month
        on month.code = cast(extract(month from spoken_of.period_start) as string)
)

select
    {{ bbaj.hash_key(['period_kind', 'period']) }} as period_key,
    period_kind,
    period,
    period_start as period_start_date,
    period_end as period_end_date,
    cast({{ bbaj.school_year_start('period_start') }} as string)
    || '-' || cast({{ bbaj.school_year_start('period_start') }} + 1 as string) as school_year,
    coalesce({{ bbaj.filled_pattern('pattern_kk', 'month_kk') }}, period) as period_label_kk,
    coalesce({{ bbaj.filled_pattern('pattern_ru', 'month_ru') }}, period) as period_label_ru
from labelled
union all
select
    cast(-1 as bigint) as period_key,
    cast(null as string) as period_kind,
    'unknown' as period,
    cast(null as date) as period_start_date,
    cast(null as date) as period_end_date,
    cast(null as string) as school_year,
    {{ bbaj.special_label(-1, 'kk') }} as period_label_kk,
    {{ bbaj.special_label(-1, 'ru') }} as period_label_ru
