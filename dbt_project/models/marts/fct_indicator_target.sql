select
    winning.submission_key,
    case
        when target.level = 'republic' then cast(-2 as bigint)
        else coalesce(territory.territory_key, cast(-1 as bigint))
    end as territory_key,
    target.level as level_code,
    case when target.level = 'republic' then null else target.kato end as territory_code,
    coalesce(indicator.indicator_key, cast(-1 as bigint)) as indicator_key,
    target.indicator as indicator_code,
    target.year_from,
    coalesce(target.year_to, target.year_from) as year_to,
    target.target as target_value,
    target.document_kk,
    target.document_ru,
    winning.period_start as reported_date,
    winning.is_operational,
    winning.is_official
from {{ ref('stg_indicator_targets') }} as target
inner join {{ ref('int_submission_winning') }} as winning
    on
        target.submission_id = winning.submission_key
        and target.batch_id = winning.batch_id
left join {{ ref('dim_territory') }} as territory
    on target.kato = territory.territory_code and territory.territory_key >= 0
left join {{ ref('dim_indicator') }} as indicator
    on target.indicator = indicator.indicator_code and indicator.indicator_key >= 0
