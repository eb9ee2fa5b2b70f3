-- What is set is set on a basis: approved targets for official figures, the latest ones for operational figures.
with targets as (
    select
        basis.basis,
        target.submission_key,
        target.level_code as set_for_level,
        target.territory_code as set_for_code,
        target.indicator_code,
        target.year_from,
        target.year_to,
        target.target_value,
        target.document_kk,
        target.document_ru,
        target.reported_date
    from {{ ref('fct_indicator_target') }} as target
    inner join {{ ref('dim_basis') }} as basis
        on (basis.is_official and target.is_official) or (not basis.is_official and target.is_operational)
),

years as (
    select distinct value_year from {{ ref('fct_regional_indicator') }}
),

places as (
    select distinct
        reporting_level as level,
        territory_code,
        oblast_code
    from {{ ref('dim_territory') }}
    where territory_key >= 0 and reporting_level in ('oblast', 'district')
    union all
    select
        'republic' as level,
        cast(null as string) as territory_code,
        cast(null as string) as oblast_code
),

-- A place has its own target, else its oblast's, else the republic's. What adds up has a part of the whole in each
-- place: the target of a whole is not one of its parts - but for zero, which leaves none to any.
candidates as (
    select
        targets.*,
        places.level,
        places.territory_code,
        years.value_year,
        case
            when targets.set_for_level = places.level then 1
            when targets.set_for_level = 'oblast' then 2
            else 3
        end as distance
    from targets
    inner join years on years.value_year between targets.year_from and targets.year_to
    inner join {{ ref('dim_indicator') }} as indicator on targets.indicator_code = indicator.indicator_code
    inner join places
        on
            (
                targets.set_for_level = places.level
                and (places.level = 'republic' or targets.set_for_code = places.territory_code)
            )
            or (
                (not indicator.is_additive or targets.target_value = 0)
                and (
                    (targets.set_for_level = 'republic' and places.level <> 'republic')
                    or (
                        targets.set_for_level = 'oblast'
                        and places.level = 'district'
                        and targets.set_for_code = places.oblast_code
                    )
                )
            )
),

ordered as (
    select
        *,
        row_number() over (
            partition by basis, level, territory_code, indicator_code, value_year
            order by distance asc, reported_date desc, submission_key desc, year_from desc
        ) as place
    from candidates
)

select
    basis,
    level,
    territory_code,
    indicator_code,
    cast(value_year as int) as value_year,
    target_value,
    set_for_level,
    document_kk,
    document_ru,
    submission_key
from ordered
where place = 1
