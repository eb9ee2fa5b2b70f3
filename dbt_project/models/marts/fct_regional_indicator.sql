select
    reported.submission_key,
    case
        when reported.level = 'republic' then cast(-2 as bigint)
        else coalesce(territory.territory_key, cast(-1 as bigint))
    end as territory_key,
    reported.level as level_code,
    reported.territory_code,
    coalesce(indicator.indicator_key, cast(-1 as bigint)) as indicator_key,
    reported.indicator as indicator_code,
    reported.area as area_code,
    reported.value_period,
    reported.value_period_kind,
    reported.value_year,
    reported.value,
    reported.source,
    reported.is_latest_operational,
    reported.is_latest_official
from {{ ref('int_regional_indicator_accepted') }} as reported
left join {{ ref('dim_territory') }} as territory
    on reported.territory_code = territory.territory_code and territory.territory_key >= 0
left join {{ ref('dim_indicator') }} as indicator
    on reported.indicator = indicator.indicator_code and indicator.indicator_key >= 0
