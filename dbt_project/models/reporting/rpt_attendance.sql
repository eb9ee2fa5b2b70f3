-- A week in which nobody reported is a row without a figure: a gap, not nothing.
with figures as (
    select *
    from {{ ref('int_attendance_levelled') }}
    where level <> 'locality'
),

reporting as (
    select
        reporting.basis,
        reporting.period_key,
        reporting.structure,
        reporting.level,
        reporting.place_key,
        reporting.organisations_due
    from {{ ref('int_reporting_levelled') }} as reporting
    inner join {{ ref('dim_form') }} as form on reporting.form_key = form.form_key
    where form.form = 'attendance'
),

places as (
    select
        basis,
        period_key,
        structure,
        level,
        place_key
    from figures
    union distinct
    select
        basis,
        period_key,
        structure,
        level,
        place_key
    from reporting
),

gathered as (
    select
        places.basis,
        places.period_key,
        places.structure,
        places.level,
        places.place_key,
        greatest(coalesce(reporting.organisations_due, 0), coalesce(figures.organisations_reported, 0))
            as organisations_due,
        coalesce(figures.organisations_reported, 0) as organisations_reported,
        covered.organisations_listed,
        covered.learners_enrolled,
        covered.learners_covered,
        figures.learners,
        figures.learner_days,
        figures.lessons_scheduled,
        figures.lessons_missed,
        figures.lessons_missed_valid,
        figures.lessons_missed_ill,
        figures.lessons_missed_excused,
        figures.lessons_missed_unexcused,
        figures.lessons_missed_unexplained,
        figures.late_arrivals,
        figures.learner_days_absent,
        figures.is_withheld,
        -- What those who did not report would add, if their learners had as many lessons as the others.
        cast(
            floor(
                cast(figures.lessons_scheduled * (covered.learners_enrolled - covered.learners_covered) as double)
                / cast(nullif(covered.learners_covered, 0) as double)
            ) as bigint
        ) as lessons_unreported
    from places
    left join figures
        on
            places.basis = figures.basis
            and places.period_key = figures.period_key
            and places.structure = figures.structure
            and places.place_key = figures.place_key
    left join reporting
        on
            places.basis = reporting.basis
            and places.period_key = reporting.period_key
            and places.structure = reporting.structure
            and places.place_key = reporting.place_key
    left join {{ ref('int_attendance_covered') }} as covered
        on
            places.basis = covered.basis
            and places.period_key = covered.period_key
            and places.structure = covered.structure
            and places.place_key = covered.place_key
)

select
    gathered.basis,
    basis.basis_kk,
    basis.basis_ru,
    gathered.structure,
    gathered.level,
    period.period,
    period.period_start_date as week_start_date,
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
    cast(gathered.organisations_due as bigint) as organisations_due,
    cast(gathered.organisations_reported as bigint) as organisations_reported,
    cast(coalesce(gathered.organisations_listed, 0) as bigint) as organisations_listed,
    gathered.learners_enrolled,
    gathered.learners_covered,
    {{ bbaj.percent('gathered.learners_covered', 'gathered.learners_enrolled') }} as covered_percent,
    gathered.learners,
    gathered.learner_days,
    gathered.lessons_scheduled,
    gathered.lessons_missed,
    gathered.lessons_missed_valid,
    gathered.lessons_missed_ill,
    gathered.lessons_missed_excused,
    gathered.lessons_missed_unexcused,
    gathered.lessons_missed_unexplained,
    gathered.late_arrivals,
    gathered.learner_days_absent,
    gathered.lessons_unreported,
    {{ bbaj.percent('(gathered.lessons_scheduled - gathered.lessons_missed)', 'gathered.lessons_scheduled') }}
        as attendance_percent,
    {{ bbaj.percent(
        '(gathered.lessons_scheduled - gathered.lessons_missed)',
        '(gathered.lessons_scheduled + gathered.lessons_unreported)'
    ) }} as attendance_least_percent,
    {{ bbaj.percent(
        '(gathered.lessons_scheduled - gathered.lessons_missed + gathered.lessons_unreported)',
        '(gathered.lessons_scheduled + gathered.lessons_unreported)'
    ) }} as attendance_most_percent,
    cast(case when gathered.learners is null and gathered.is_withheld > 0 then 1 else 0 end as int) as is_withheld
from gathered
inner join {{ ref('int_place_levelled') }} as place on gathered.place_key = place.place_key
inner join {{ ref('dim_basis') }} as basis on gathered.basis = basis.basis
inner join {{ ref('dim_period') }} as period on gathered.period_key = period.period_key
