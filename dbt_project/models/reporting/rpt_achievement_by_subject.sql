with gathered as (
    select
        basis,
        period_key,
        subject_key,
        cast(null as int) as grade,
        level,
        place_key,
        organisations_counted,
        marks_given,
        marks_passing,
        marks_good,
        mark_sum,
        is_withheld
    from {{ ref('int_achievement_by_subject_levelled') }}
    union all
    select
        basis,
        period_key,
        subject_key,
        grade,
        level,
        place_key,
        organisations_counted,
        marks_given,
        marks_passing,
        marks_good,
        mark_sum,
        is_withheld
    from {{ ref('int_achievement_by_grade_levelled') }}
),

-- A grade of so few organisations that it is those of one of them is not shown, on either basis.
weighed as (
    select
        gathered.*,
        gathered.grade is not null
        and min(gathered.organisations_counted) over (
            partition by gathered.period_key, gathered.subject_key, gathered.grade, gathered.level, gathered.place_key
        ) < publication.least_organisations as is_of_few_organisations
    from gathered
    cross join {{ ref('dim_publication') }} as publication
),

shown as (
    select
        basis,
        period_key,
        subject_key,
        grade,
        level,
        place_key,
        organisations_counted,
        case when not is_of_few_organisations then marks_given end as marks_given,
        case when not is_of_few_organisations then marks_passing end as marks_passing,
        case when not is_of_few_organisations then marks_good end as marks_good,
        case when not is_of_few_organisations then mark_sum end as mark_sum,
        case when is_of_few_organisations or (marks_given is null and is_withheld > 0) then 1 else 0 end as is_withheld
    from weighed
)

select
    shown.basis,
    basis.basis_kk,
    basis.basis_ru,
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
    coalesce(nullif(cast(shown.grade as string), '-1'), case when shown.grade is null then 'all' else 'unknown' end)
        as grade,
    shown.organisations_counted,
    shown.marks_given,
    shown.marks_passing,
    shown.marks_good,
    shown.mark_sum,
    {{ bbaj.percent('shown.marks_passing', 'shown.marks_given') }} as achievement_by_marks_percent,
    {{ bbaj.percent('shown.marks_good', 'shown.marks_given') }} as quality_by_marks_percent,
    cast(shown.is_withheld as int) as is_withheld
from shown
inner join {{ ref('int_place_levelled') }} as place on shown.place_key = place.place_key
inner join {{ ref('dim_basis') }} as basis on shown.basis = basis.basis
inner join {{ ref('dim_period') }} as period on shown.period_key = period.period_key
inner join {{ ref('dim_subject') }} as subject on shown.subject_key = subject.subject_key
