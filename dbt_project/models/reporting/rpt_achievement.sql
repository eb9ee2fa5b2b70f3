{%- set by = ['period_key'] %}
{%- set figures = {
    'learners_passing': 1, 'learners_good': 1, 'learners_excellent': 1, 'learners_not_attested': 1,
} %}

with hidden as (
    {{ bbaj.small_groups(ref('int_achievement_celled'), by, 'learners') }}
),

placed as (
    {{ bbaj.placed_cells(ref('int_achievement_celled'), 'hidden', by) }}
),

shown as (
    {{ bbaj.shown_cells('placed', by, 'learners', none, figures, exact=['organisations_counted']) }}
),

by_learners as (
    {{ bbaj.levelled(
        'shown', by, ['district', 'oblast', 'republic'], 'learners', none,
        sums=figures.keys() | list + ['organisations_counted', 'is_withheld'],
        exact=['organisations_counted', 'is_withheld'],
    ) }}
),

-- By marks: what is shown of the subjects, added up. A table of its own rounding would tell of the smallest subject.
by_marks as (
    select
        basis,
        period_key,
        structure,
        level,
        place_key,
        sum(marks_given) as marks_given,
        sum(marks_passing) as marks_passing,
        sum(marks_good) as marks_good,
        sum(marks_excellent) as marks_excellent
    from {{ ref('int_achievement_by_subject_levelled') }}
    group by basis, period_key, structure, level, place_key
),

places as (
    select
        basis,
        period_key,
        structure,
        level,
        place_key
    from by_learners
    union distinct
    select
        basis,
        period_key,
        structure,
        level,
        place_key
    from by_marks
)

select
    places.basis,
    basis.basis_kk,
    basis.basis_ru,
    places.structure,
    places.level,
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
    coalesce(by_learners.organisations_counted, cast(0 as bigint)) as organisations_counted,
    by_learners.learners,
    by_learners.learners_passing,
    by_learners.learners_good,
    by_learners.learners_excellent,
    by_learners.learners_not_attested,
    cast(by_marks.marks_given as bigint) as marks_given,
    cast(by_marks.marks_passing as bigint) as marks_passing,
    cast(by_marks.marks_good as bigint) as marks_good,
    cast(by_marks.marks_excellent as bigint) as marks_excellent,
    {{ bbaj.sum_of_marks('by_marks') }} as mark_sum,
    {{ bbaj.percent('by_learners.learners_passing', 'by_learners.learners') }} as achievement_by_learners_percent,
    {{ bbaj.percent('by_learners.learners_good', 'by_learners.learners') }} as quality_by_learners_percent,
    {{ bbaj.percent('by_marks.marks_passing', 'by_marks.marks_given') }} as achievement_by_marks_percent,
    {{ bbaj.percent('by_marks.marks_good', 'by_marks.marks_given') }} as quality_by_marks_percent,
    cast(
        case when by_learners.learners is null and by_learners.is_withheld > 0 then 1 else 0 end as int
    ) as is_withheld
from places
left join by_learners
    on
        places.basis = by_learners.basis
        and places.period_key = by_learners.period_key
        and places.structure = by_learners.structure
        and places.place_key = by_learners.place_key
left join by_marks
    on
        places.basis = by_marks.basis
        and places.period_key = by_marks.period_key
        and places.structure = by_marks.structure
        and places.place_key = by_marks.place_key
inner join {{ ref('int_place_levelled') }} as place on places.place_key = place.place_key
inner join {{ ref('dim_basis') }} as basis on places.basis = basis.basis
inner join {{ ref('dim_period') }} as period on places.period_key = period.period_key
