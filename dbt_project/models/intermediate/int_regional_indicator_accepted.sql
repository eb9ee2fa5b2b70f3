with accepted as (
    select
        winning.submission_key,
        winning.node_code,
        winning.period_start as reported_date,
        winning.is_operational,
        winning.is_official,
        indicator.source_row,
        indicator.level,
        case when indicator.level = 'republic' then null else indicator.kato end as territory_code,
        indicator.indicator,
        indicator.area,
        indicator.value_period,
        indicator.value,
        indicator.source
    from {{ ref('stg_regional_indicators') }} as indicator
    inner join {{ ref('int_submission_winning') }} as winning
        on
            indicator.submission_id = winning.submission_key
            and indicator.batch_id = winning.batch_id
),

-- A later report of the same value restates it: of each basis the latest counts.
placed as (
    select
        *,
        row_number() over (
            partition by is_operational, level, territory_code, indicator, area, value_period
            order by reported_date desc, submission_key desc, source_row desc
        ) as operational_place,
        row_number() over (
            partition by is_official, level, territory_code, indicator, area, value_period
            order by reported_date desc, submission_key desc, source_row desc
        ) as official_place
    from accepted
)

select
    submission_key,
    node_code,
    reported_date,
    level,
    territory_code,
    indicator,
    area,
    value_period,
    cast(substr(value_period, 1, 4) as int) as value_year,
    case
        when substr(value_period, 5, 2) = '-Q' then 'quarter'
        when length(value_period) = 9 then 'school_year'
        else 'year'
    end as value_period_kind,
    value,
    source,
    is_operational and operational_place = 1 as is_latest_operational,
    is_official and official_place = 1 as is_latest_official
from placed
