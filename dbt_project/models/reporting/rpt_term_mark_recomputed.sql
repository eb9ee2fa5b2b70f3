select
    shown.basis,
    basis.basis_kk,
    basis.basis_ru,
    shown.structure,
    shown.level,
    period.period,
    period.school_year,
    period.period_start_date as term_start_date,
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
    subject.subject_code,
    subject.subject_kk,
    subject.subject_ru,
    shown.organisations_counted,
    shown.marks_compared,
    shown.marks_different,
    shown.marks_higher,
    shown.marks_lower,
    {{ bbaj.percent('shown.marks_different', 'shown.marks_compared') }} as different_percent,
    cast(case when shown.marks_compared is null and shown.is_withheld > 0 then 1 else 0 end as int) as is_withheld
from {{ ref('int_term_mark_recomputed_levelled') }} as shown
inner join {{ ref('int_place_levelled') }} as place on shown.place_key = place.place_key
inner join {{ ref('dim_basis') }} as basis on shown.basis = basis.basis
inner join {{ ref('dim_period') }} as period on shown.period_key = period.period_key
inner join {{ ref('dim_subject') }} as subject on shown.subject_key = subject.subject_key
