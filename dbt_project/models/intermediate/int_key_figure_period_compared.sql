-- What each period of a figure is held against: the period before it, within the school year unless the figure is
-- carried over from one into the next, and the same time last year. Weeks with lessons follow one another over
-- holidays, in which nothing is due; a week in which reports were due and nobody handed one in is a period like any
-- other, without a figure.
with republic as (
    select
        gathered.figure,
        gathered.basis,
        gathered.period,
        gathered.period_start_date,
        gathered.part,
        gathered.organisations_reported,
        gathered.organisations_due,
        figure.period_kind,
        figure.is_carried_over,
        coalesce(period.period_end_date, gathered.period_start_date) as period_end_date,
        coalesce(
            period.period_label_kk,
            replace(
                replace(pattern.label_kk, '{year}', substr(gathered.period, 1, 4)),
                '{end_year}', substr(gathered.period, 6, 4)
            )
        ) as period_label_kk,
        coalesce(
            period.period_label_ru,
            replace(
                replace(pattern.label_ru, '{year}', substr(gathered.period, 1, 4)),
                '{end_year}', substr(gathered.period, 6, 4)
            )
        ) as period_label_ru
    from {{ ref('int_key_figure_gathered') }} as gathered
    inner join {{ ref('key_figure') }} as figure on gathered.figure = figure.figure
    left join {{ ref('dim_period') }} as period
        on figure.period_kind = period.period_kind and gathered.period = period.period
    -- Nobody may have reported of the school year itself.
    left join {{ ref('period_label') }} as pattern
        on figure.period_kind = pattern.period_kind and pattern.period_kind = 'school_year'
    where gathered.level = 'republic'
),

placed as (
    select
        *,
        {{ bbaj.school_year_start('period_end_date') }} as year_start,
        {{ bbaj.term_number('period_start_date') }} as term_number,
        -- The newest period of which at least half of those who were to report did; where there is none, the newest
        -- with a figure.
        row_number() over (
            partition by figure, basis
            order by
                case
                    when part is null then 2
                    when 2 * organisations_reported < coalesce(organisations_due, 0) then 1
                    else 0
                end asc,
                period_start_date desc
        ) as newest
    from republic
),

ordered as (
    select
        *,
        lag(period) over (
            partition by figure, basis, case when is_carried_over = 1 then 0 else year_start end
            order by period_start_date asc
        ) as last_period,
        lag(period_start_date) over (
            partition by figure, basis, case when is_carried_over = 1 then 0 else year_start end
            order by period_start_date asc
        ) as last_start_date
    from placed
)

select
    own.figure,
    own.basis,
    own.period,
    own.period_start_date,
    own.period_label_kk,
    own.period_label_ru,
    case when own.newest = 1 then 1 else 0 end as is_latest,
    -- Not the same time last year, where nothing came between.
    case
        when own.last_start_date > {{ bbaj.add_days('own.period_start_date', -360) }} then own.last_period
    end as before_period,
    year_ago.period as year_ago_period
from ordered as own
left join ordered as year_ago
    on
        own.figure = year_ago.figure
        and own.basis = year_ago.basis
        -- What is added up from the beginning of the year has no same time in a year that is over.
        and own.period_kind <> 'school_year'
        and case
            when own.period_kind = 'week'
                then {{ bbaj.add_days('own.period_start_date', -364) }} = year_ago.period_start_date
            when own.period_kind = 'term'
                then own.year_start - 1 = year_ago.year_start and own.term_number = year_ago.term_number
            else
                extract(year from own.period_start_date) - 1 = extract(year from year_ago.period_start_date)
                and extract(month from own.period_start_date) = extract(month from year_ago.period_start_date)
        end
