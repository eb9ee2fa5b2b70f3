{%- set all = {'kk': bbaj.special_label(-2, 'kk', 'place'), 'ru': bbaj.special_label(-2, 'ru', 'place')} %}
{%- set republic = {'kk': bbaj.special_label(-4, 'kk', 'place'), 'ru': bbaj.special_label(-4, 'ru', 'place')} -%}

with stated as (
    select
        basis.basis,
        indicator.level_code as level,
        indicator.territory_key,
        indicator.territory_code,
        indicator.indicator_key,
        indicator.indicator_code,
        indicator.area_code,
        indicator.value_period,
        indicator.value_period_kind,
        indicator.value_year,
        indicator.value,
        indicator.source
    from {{ ref('fct_regional_indicator') }} as indicator
    -- The rows are those of this form: a target stands beside them.
    inner join {{ ref('dim_submission') }} as submission
        on indicator.submission_key = submission.submission_key and submission.form = 'regional_indicators'
    inner join {{ ref('dim_basis') }} as basis
        on
            (basis.is_official and indicator.is_latest_official)
            or (not basis.is_official and indicator.is_latest_operational)
),

oblasts as (
    select
        territory_key,
        territory_code
    from {{ ref('dim_territory') }}
    where territory_key >= 0 and reporting_level = 'oblast' and is_current
),

counted as (
    select cast(count(*) as int) as territories_due
    from oblasts
),

-- What one oblast states is asked of all: who states nothing has a row without a value.
asked as (
    select
        basis,
        indicator_key,
        indicator_code,
        area_code,
        value_period,
        value_period_kind,
        value_year,
        sum(value) as value,
        count(distinct territory_key) as territories_reported
    from stated
    where level = 'oblast' and territory_key in (select oblasts.territory_key from oblasts)
    group by basis, indicator_key, indicator_code, area_code, value_period, value_period_kind, value_year
),

missing as (
    select
        asked.basis,
        'oblast' as level,
        oblasts.territory_key,
        oblasts.territory_code,
        asked.indicator_key,
        asked.indicator_code,
        asked.area_code,
        asked.value_period,
        asked.value_period_kind,
        asked.value_year,
        cast(null as decimal(18, 4)) as value,
        cast(null as string) as source
    from asked
    cross join oblasts
    left join stated
        on
            stated.level = 'oblast'
            and oblasts.territory_key = stated.territory_key
            and asked.basis = stated.basis
            and asked.indicator_code = stated.indicator_code
            and asked.area_code = stated.area_code
            and asked.value_period = stated.value_period
    where stated.territory_key is null
),

-- The republic is the sum of its oblasts where an indicator adds up and nobody states it for the republic.
summed as (
    select
        asked.basis,
        'republic' as level,
        cast(-2 as bigint) as territory_key,
        cast(null as string) as territory_code,
        asked.indicator_key,
        asked.indicator_code,
        asked.area_code,
        asked.value_period,
        asked.value_period_kind,
        asked.value_year,
        cast(asked.value as decimal(18, 4)) as value,
        cast(null as string) as source
    from asked
    inner join {{ ref('dim_indicator') }} as indicator on asked.indicator_key = indicator.indicator_key
    left join stated
        on
            stated.level = 'republic'
            and asked.basis = stated.basis
            and asked.indicator_code = stated.indicator_code
            and asked.area_code = stated.area_code
            and asked.value_period = stated.value_period
    where indicator.is_additive and stated.level is null
),

gathered as (
    select
        stated.*,
        0 as is_summed
    from stated
    union all
    select
        missing.*,
        0 as is_summed
    from missing
    union all
    select
        summed.*,
        1 as is_summed
    from summed
),

-- What was stated for a code that another has followed stands under that as is, where nothing is stated for it itself.
recoded as (
    select
        gathered.*,
        now.territory_key as territory_key_now,
        now.territory_code as territory_code_now
    from gathered
    inner join {{ ref('int_territory_succeeded') }} as succeeded on gathered.territory_code = succeeded.territory_code
    inner join {{ ref('dim_territory') }} as now on succeeded.successor_code = now.territory_code
    where gathered.level <> 'republic'
),

stated_now as (
    select
        recoded.*,
        row_number() over (
            partition by
                recoded.basis, recoded.level, recoded.territory_key_now, recoded.indicator_code, recoded.area_code,
                recoded.value_period
            order by recoded.territory_code desc
        ) as place
    from recoded
    left join gathered as own
        on
            recoded.basis = own.basis
            and recoded.level = own.level
            and recoded.territory_key_now = own.territory_key
            and recoded.indicator_code = own.indicator_code
            and recoded.area_code = own.area_code
            and recoded.value_period = own.value_period
            and own.value is not null
    where own.territory_key is null
),

structured as (
    select
        gathered.*,
        case
            when
                (gathered.value is null and stated_now.territory_key is not null)
                or gathered.territory_code in (select recoded.territory_code from recoded)
                then 'as_was'
            else 'both'
        end as structure
    from gathered
    left join stated_now
        on
            stated_now.place = 1
            and gathered.basis = stated_now.basis
            and gathered.level = stated_now.level
            and gathered.territory_key = stated_now.territory_key_now
            and gathered.indicator_code = stated_now.indicator_code
            and gathered.area_code = stated_now.area_code
            and gathered.value_period = stated_now.value_period
    union all
    select
        basis,
        level,
        territory_key_now as territory_key,
        territory_code_now as territory_code,
        indicator_key,
        indicator_code,
        area_code,
        value_period,
        value_period_kind,
        value_year,
        value,
        source,
        is_summed,
        'as_is' as structure
    from stated_now
    where place = 1
)

select
    told.basis,
    basis.basis_kk,
    basis.basis_ru,
    told.structure,
    told.level,
    case when told.level = 'republic' then 'all' else territory.oblast_code end as oblast_code,
    case when told.level = 'republic' then {{ all.kk }} else territory.oblast_name_kk end as oblast_name_kk,
    case when told.level = 'republic' then {{ all.ru }} else territory.oblast_name_ru end as oblast_name_ru,
    case when told.level = 'district' then territory.district_code else 'all' end as district_code,
    case when told.level = 'district' then territory.district_name_kk else {{ all.kk }} end as district_name_kk,
    case when told.level = 'district' then territory.district_name_ru else {{ all.ru }} end as district_name_ru,
    case told.level
        when 'republic' then {{ republic.kk }}
        when 'district' then territory.district_name_kk
        else territory.oblast_name_kk
    end as place_name_kk,
    case told.level
        when 'republic' then {{ republic.ru }}
        when 'district' then territory.district_name_ru
        else territory.oblast_name_ru
    end as place_name_ru,
    told.territory_code,
    told.indicator_code,
    indicator.indicator_kk,
    indicator.indicator_ru,
    indicator.unit_code,
    coalesce(unit.code_kk, {{ bbaj.special_label(-1, 'kk') }}) as unit_kk,
    coalesce(unit.code_ru, {{ bbaj.special_label(-1, 'ru') }}) as unit_ru,
    cast(coalesce(listed.place, 0) as int) as indicator_place,
    formula.formula_kk,
    formula.formula_ru,
    told.area_code,
    coalesce(area.code_kk, {{ bbaj.special_label(-1, 'kk') }}) as area_kk,
    coalesce(area.code_ru, {{ bbaj.special_label(-1, 'ru') }}) as area_ru,
    told.value_period,
    told.value_period_kind,
    told.value_year,
    case told.value_period_kind
        when 'school_year' then replace(told.value_period, '-', '–') || ' оқу жылы'
        when 'quarter'
            then
                split_part(told.value_period, '-Q', 1) || ' жылғы ' || split_part(told.value_period, '-Q', 2)
                || '-тоқсан'
        else told.value_period || ' жыл'
    end as period_label_kk,
    case told.value_period_kind
        when 'school_year' then replace(told.value_period, '-', '–') || ' учебный год'
        when 'quarter'
            then
                split_part(told.value_period, '-Q', 2) || '-й квартал '
                || split_part(told.value_period, '-Q', 1) || ' года'
        else told.value_period || ' год'
    end as period_label_ru,
    cast(
        10 * told.value_year + case told.value_period_kind
            when 'quarter' then coalesce(try_cast(split_part(told.value_period, '-Q', 2) as int), 0)
            when 'year' then 5
            else 6
        end as int
    ) as period_place,
    told.value,
    cast(case when told.value is not null then 1 else 0 end as int) as is_stated,
    told.source,
    whole.value as republic_value,
    cast(case when whole.value is not null then 1 else 0 end as int) as has_republic_value,
    case when indicator.is_additive and whole.value is not null then told.value end as part_of_republic,
    case when indicator.is_additive and told.value is not null then whole.value end as whole_of_republic,
    target.target_value,
    cast(case when target.target_value is not null then 1 else 0 end as int) as has_target,
    cast(told.value - target.target_value as decimal(18, 4)) as gap_value,
    cast(case when told.value is not null and target.target_value is not null then 1 else 0 end as int) as has_gap,
    target.submission_key as target_submission_key,
    target.set_for_level as target_level,
    case target.set_for_level
        when 'republic' then {{ republic.kk }}
        when 'oblast' then territory.oblast_name_kk
        when 'district' then territory.district_name_kk
        else 'Нысана белгіленбеген'
    end as target_of_kk,
    case target.set_for_level
        when 'republic' then {{ republic.ru }}
        when 'oblast' then territory.oblast_name_ru
        when 'district' then territory.district_name_ru
        else 'Цель не установлена'
    end as target_of_ru,
    coalesce(target.document_kk, 'Нысана белгіленбеген') as target_document_kk,
    coalesce(target.document_ru, 'Цель не установлена') as target_document_ru,
    cast(told.is_summed as int) as is_summed,
    cast(case when told.level = 'republic' then coalesce(asked.territories_reported, 0) end as int)
        as oblasts_reported,
    case when told.level = 'republic' then counted.territories_due end as oblasts_due
from structured as told
cross join counted
inner join {{ ref('dim_basis') }} as basis on told.basis = basis.basis
inner join {{ ref('dim_territory') }} as territory on told.territory_key = territory.territory_key
inner join {{ ref('dim_indicator') }} as indicator on told.indicator_key = indicator.indicator_key
left join {{ ref('dim_code') }} as area on area.codelist = 'area' and told.area_code = area.code
left join asked
    on
        told.basis = asked.basis
        and told.indicator_code = asked.indicator_code
        and told.area_code = asked.area_code
        and told.value_period = asked.value_period
left join gathered as whole
    on
        whole.level = 'republic'
        and told.basis = whole.basis
        and told.indicator_code = whole.indicator_code
        and told.area_code = whole.area_code
        and told.value_period = whole.value_period
left join {{ ref('indicator_formula') }} as formula
    on
        told.indicator_code = formula.indicator
        and told.value_year between formula.year_from and formula.year_to
left join {{ ref('int_indicator_target_in_force') }} as target
    on
        told.basis = target.basis
        and told.level = target.level
        and told.territory_code is not distinct from target.territory_code
        and told.indicator_code = target.indicator_code
        and told.value_year = target.value_year
left join {{ ref('dim_code') }} as unit on unit.codelist = 'unit' and indicator.unit_code = unit.code
left join {{ ref('dim_code') }} as listed
    on listed.codelist = 'regional_indicator' and told.indicator_code = listed.code
