-- Whole school years around everything the build speaks of; never the clock.
with spoken_of as (
    select
        period_start_date as first_date,
        period_end_date as last_date
    from {{ ref('dim_period') }}
    union all
    select
        school_year_start as first_date,
        school_year_end as last_date
    from {{ ref('int_calendar_segmented') }}
),

bounds as (
    select
        make_date({{ bbaj.school_year_start('min(first_date)') }}, 9, 1) as first_date,
        make_date({{ bbaj.school_year_start('max(last_date)') }} + 1, 8, 31) as last_date
    from spoken_of
),

days as (
    {{ bbaj.day_series('bounds', 'first_date', 'last_date') | indent(4) }}
),

segments as (
    select * from {{ ref('int_calendar_segmented') }}
),

known_years as (
    select distinct
        school_year_start,
        school_year_end
    from segments
),

placed as (
    select
        days.date_day,
        max(case when segments.segment = 'term' then segments.segment_no end) as term_no,
        max(case when segments.segment = 'term' then segments.start_date end) as term_start_date,
        max(case when segments.segment = 'break' and segments.grade_from is null then 1 else 0 end) as breaks,
        max(
            case
                when
                    segments.segment = 'break'
                    and coalesce(segments.grade_from, 0) <= 1 and coalesce(segments.grade_to, 12) >= 1
                    then 1
                else 0
            end
        ) as breaks_grade_1,
        max(case when segments.segment = 'holiday' then 1 else 0 end) as holidays,
        coalesce(
            max(case when segments.segment = 'holiday' then segments.name_kk end),
            max(case when segments.segment = 'break' and segments.grade_from is null then segments.name_kk end),
            max(case when segments.segment = 'term' then segments.name_kk end)
        ) as segment_name_kk,
        coalesce(
            max(case when segments.segment = 'holiday' then segments.name_ru end),
            max(case when segments.segment = 'break' and segments.grade_from is null then segments.name_ru end),
            max(case when segments.segment = 'term' then segments.name_ru end)
        ) as segment_name_ru
    from days
    left join segments on days.date_day between segments.start_date and segments.end_date
    group by days.date_day
),

described as (
    select
        placed.*,
        {{ bbaj.iso_weekday('placed.date_day') }} as iso_weekday,
        cast({{ bbaj.school_year_start('placed.date_day') }} as string)
        || '-' || cast({{ bbaj.school_year_start('placed.date_day') }} + 1 as string) as school_year,
        known_years.school_year_start is not null as is_calendar_known
    from placed
    left join known_years
        on placed.date_day between known_years.school_year_start and known_years.school_year_end
)

select
    {{ bbaj.date_key('described.date_day') }} as date_key,
    described.date_day,
    {{ bbaj.week_text('described.date_day') }} as iso_week,
    {{ bbaj.add_days('described.date_day', '1 - described.iso_weekday') }} as week_start_date,
    {{ bbaj.add_days('described.date_day', '7 - described.iso_weekday') }} as week_end_date,
    described.iso_weekday,
    weekday.label_kk as weekday_kk,
    weekday.label_ru as weekday_ru,
    cast(extract(month from described.date_day) as int) as month_no,
    month.label_kk as month_kk,
    month.label_ru as month_ru,
    described.school_year,
    described.is_calendar_known,
    case
        when described.holidays = 1 then 'holiday'
        when described.breaks = 1 then 'break'
        when described.term_no is not null then 'term'
    end as segment,
    described.segment_name_kk,
    described.segment_name_ru,
    described.term_no,
    case
        when described.term_no is null then cast(-1 as bigint)
        else {{ bbaj.hash_key(['described.school_year', 'described.term_no', 'described.term_start_date']) }}
    end as term_key,
    described.holidays = 1 as is_holiday,
    described.breaks = 1 as is_break,
    described.breaks_grade_1 = 1 as is_break_grade_1,
    case
        when described.is_calendar_known
            then
                described.term_no is not null and described.holidays = 0 and described.breaks = 0
                and described.iso_weekday <= 6
    end as is_school_day,
    case
        when described.is_calendar_known
            then
                described.term_no is not null and described.holidays = 0 and described.breaks_grade_1 = 0
                and described.iso_weekday <= 5
    end as is_school_day_grade_1
from described
left join {{ ref('weekday') }} as weekday on weekday.code = cast(described.iso_weekday as string)
left join {{ ref('month') }} as month on month.code = cast(extract(month from described.date_day) as string)
union all
select
    cast(-1 as bigint) as date_key,
    cast(null as date) as date_day,
    cast(null as string) as iso_week,
    cast(null as date) as week_start_date,
    cast(null as date) as week_end_date,
    cast(null as int) as iso_weekday,
    {{ bbaj.special_label(-1, 'kk') }} as weekday_kk,
    {{ bbaj.special_label(-1, 'ru') }} as weekday_ru,
    cast(null as int) as month_no,
    {{ bbaj.special_label(-1, 'kk') }} as month_kk,
    {{ bbaj.special_label(-1, 'ru') }} as month_ru,
    cast(null as string) as school_year,
    false as is_calendar_known,
    cast(null as string) as segment,
    {{ bbaj.special_label(-1, 'kk') }} as segment_name_kk,
    {{ bbaj.special_label(-1, 'ru') }} as segment_name_ru,
    cast(null as int) as term_no,
    cast(-1 as bigint) as term_key,
    false as is_holiday,
    false as is_break,
    false as is_break_grade_1,
    cast(null as boolean) as is_school_day,
    cast(null as boolean) as is_school_day_grade_1
