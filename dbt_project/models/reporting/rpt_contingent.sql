-- Where nobody reported there is a row all the same, without a figure.
with reporting as (
    select reporting.*
    from {{ ref('int_reporting_levelled') }} as reporting
    inner join {{ ref('dim_form') }} as form on reporting.form_key = form.form_key
    where form.form = 'learner_roster'
),

figures as (
    select
        levelled.basis,
        levelled.period_key,
        levelled.breakdown,
        levelled.group_code,
        levelled.structure,
        levelled.level,
        levelled.place_key,
        levelled.persons as learners,
        levelled.is_withheld
    from {{ ref('int_person_levelled') }} as levelled
    inner join {{ ref('breakdown') }} as breakdown on levelled.breakdown = breakdown.breakdown
    where breakdown.subject = 'learners'
),

missing as (
    select
        reporting.basis,
        reporting.period_key,
        'all' as breakdown,
        'all' as group_code,
        reporting.structure,
        reporting.level,
        reporting.place_key,
        cast(null as bigint) as learners,
        cast(0 as int) as is_withheld
    from reporting
    left join figures
        on
            reporting.basis = figures.basis
            and reporting.period_key = figures.period_key
            and reporting.structure = figures.structure
            and reporting.level = figures.level
            and reporting.place_key = figures.place_key
            and figures.breakdown = 'all'
    where figures.place_key is null
),

gathered as (
    select * from figures
    union all
    select * from missing
)

select
    gathered.basis,
    basis.basis_kk,
    basis.basis_ru,
    gathered.structure,
    gathered.level,
    period.period,
    period.period_start_date,
    period.school_year,
    period.period_label_kk,
    period.period_label_ru,
    place.oblast_code,
    place.oblast_name_kk,
    place.oblast_name_ru,
    place.district_code,
    place.district_name_kk,
    place.district_name_ru,
    place.organisation_code,
    place.organisation_name_kk,
    place.organisation_name_ru,
    place.place_name_kk,
    place.place_name_ru,
    place.locality_kk,
    place.locality_ru,
    gathered.breakdown,
    breakdown.label_kk as breakdown_kk,
    breakdown.label_ru as breakdown_ru,
    gathered.group_code,
    coalesce(
        code.code_kk, replace(breakdown.pattern_kk, '{code}', gathered.group_code), {{ bbaj.special_label(-1, 'kk') }}
    ) as group_kk,
    coalesce(
        code.code_ru, replace(breakdown.pattern_ru, '{code}', gathered.group_code), {{ bbaj.special_label(-1, 'ru') }}
    ) as group_ru,
    cast(coalesce(code.place, try_cast(gathered.group_code as int), 0) as int) as group_place,
    cast(coalesce(reporting.organisations_due, 0) as bigint) as organisations_due,
    cast(coalesce(reporting.organisations_reported, 0) as bigint) as organisations_reported,
    gathered.learners,
    gathered.is_withheld
from gathered
inner join {{ ref('int_place_levelled') }} as place on gathered.place_key = place.place_key
inner join {{ ref('dim_basis') }} as basis on gathered.basis = basis.basis
inner join {{ ref('dim_period') }} as period on gathered.period_key = period.period_key
inner join {{ ref('breakdown') }} as breakdown on gathered.breakdown = breakdown.breakdown
left join {{ ref('dim_code') }} as code
    on breakdown.codelist = code.codelist and gathered.group_code = code.code
left join reporting
    on
        gathered.basis = reporting.basis
        and gathered.period_key = reporting.period_key
        and gathered.structure = reporting.structure
        and gathered.level = reporting.level
        and gathered.place_key = reporting.place_key
