select
    levelled.basis,
    basis.basis_kk,
    basis.basis_ru,
    levelled.structure,
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
    place.locality_kk,
    place.locality_ru,
    levelled.organisations_reported,
    levelled.learners,
    levelled.learner_days,
    levelled.lessons_scheduled,
    levelled.lessons_missed,
    levelled.lessons_missed_valid,
    levelled.lessons_missed_ill,
    levelled.late_arrivals,
    levelled.learner_days_absent,
    cast(case when levelled.learners is null and levelled.is_withheld > 0 then 1 else 0 end as int) as is_withheld
from {{ ref('int_attendance_levelled') }} as levelled
inner join {{ ref('int_place_levelled') }} as place on levelled.place_key = place.place_key
inner join {{ ref('dim_basis') }} as basis on levelled.basis = basis.basis
inner join {{ ref('dim_period') }} as period on levelled.period_key = period.period_key
where levelled.level = 'locality'
