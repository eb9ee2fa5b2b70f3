with gathered as (
    select
        basis,
        period_key,
        subject_key,
        cast(null as int) as grade,
        structure,
        level,
        place_key,
        organisations_counted,
        marks_given,
        marks_passing,
        marks_good,
        marks_excellent,
        is_withheld
    from {{ ref('int_achievement_by_subject_levelled') }}
    union all
    select
        basis,
        period_key,
        subject_key,
        grade,
        'as_was' as structure,
        level,
        place_key,
        organisations_counted,
        marks_given,
        marks_passing,
        marks_good,
        marks_excellent,
        is_withheld
    from {{ ref('int_achievement_by_grade_levelled') }}
),

-- A grade of so few organisations that it is those of one of them is not shown, on either basis.
weighed as (
    select
        gathered.*,
        gathered.grade is not null
        and min(gathered.organisations_counted) over (
            partition by
                gathered.structure, gathered.period_key, gathered.subject_key, gathered.grade, gathered.level,
                gathered.place_key
        ) < publication.least_organisations as is_of_few_organisations
    from gathered
    cross join {{ ref('int_least_shown') }} as publication
),

masked as (
    select
        basis,
        period_key,
        subject_key,
        grade,
        structure,
        level,
        place_key,
        organisations_counted,
        case when not is_of_few_organisations then marks_given end as marks_given,
        case when not is_of_few_organisations then marks_passing end as marks_passing,
        case when not is_of_few_organisations then marks_good end as marks_good,
        case when not is_of_few_organisations then marks_excellent end as marks_excellent,
        case when is_of_few_organisations or (marks_given is null and is_withheld > 0) then 1 else 0 end as is_withheld
    from weighed
),

-- Grades are shown of districts, not of organisations: as is a grade is the sum of what districts show of it, under the
-- codes they have now. What an organisation takes along when it moves nobody is told.
recoded as (
    select
        level,
        own_key,
        district_key,
        own_oblast_key,
        oblast_key
    from {{ ref('int_place_followed') }}
    where level = 'district'
),

changed as (
    select own_key as place_key
    from recoded
    where own_key <> district_key
    union distinct
    select district_key as place_key
    from recoded
    where own_key <> district_key
    union distinct
    select own_oblast_key as place_key
    from recoded
    where own_oblast_key <> oblast_key
    union distinct
    select oblast_key as place_key
    from recoded
    where own_oblast_key <> oblast_key
),

levels as (
    select 'district' as level
    union all
    select 'oblast' as level
),

followed as (
    select
        masked.*,
        levels.level as followed_level,
        case when levels.level = 'district' then recoded.district_key else recoded.oblast_key end as followed_key
    from masked
    inner join recoded on masked.level = recoded.level and masked.place_key = recoded.own_key
    cross join levels
    where masked.grade is not null
),

shown as (
    select
        masked.basis,
        masked.period_key,
        masked.subject_key,
        masked.grade,
        case when masked.grade is not null and changed.place_key is null then 'both' else masked.structure end
            as structure,
        masked.level,
        masked.place_key,
        masked.organisations_counted,
        masked.marks_given,
        masked.marks_passing,
        masked.marks_good,
        masked.marks_excellent,
        masked.is_withheld
    from masked
    left join changed on masked.place_key = changed.place_key
    union all
    select
        followed.basis,
        followed.period_key,
        followed.subject_key,
        followed.grade,
        'as_is' as structure,
        followed.followed_level as level,
        followed.followed_key as place_key,
        cast(sum(followed.organisations_counted) as bigint) as organisations_counted,
        cast(sum(followed.marks_given) as bigint) as marks_given,
        cast(sum(followed.marks_passing) as bigint) as marks_passing,
        cast(sum(followed.marks_good) as bigint) as marks_good,
        cast(sum(followed.marks_excellent) as bigint) as marks_excellent,
        cast(case when sum(followed.marks_given) is null then max(followed.is_withheld) else 0 end as int)
            as is_withheld
    from followed
    inner join changed on followed.followed_key = changed.place_key
    group by
        followed.basis, followed.period_key, followed.subject_key, followed.grade, followed.followed_level,
        followed.followed_key
)

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
    coalesce(nullif(cast(shown.grade as string), '-1'), case when shown.grade is null then 'all' else 'unknown' end)
        as grade,
    shown.organisations_counted,
    shown.marks_given,
    shown.marks_passing,
    shown.marks_good,
    shown.marks_excellent,
    {{ bbaj.sum_of_marks('shown') }} as mark_sum,
    {{ bbaj.percent('shown.marks_passing', 'shown.marks_given') }} as achievement_by_marks_percent,
    {{ bbaj.percent('shown.marks_good', 'shown.marks_given') }} as quality_by_marks_percent,
    cast(shown.is_withheld as int) as is_withheld
from shown
inner join {{ ref('int_place_levelled') }} as place on shown.place_key = place.place_key
inner join {{ ref('dim_basis') }} as basis on shown.basis = basis.basis
inner join {{ ref('dim_period') }} as period on shown.period_key = period.period_key
inner join {{ ref('dim_subject') }} as subject on shown.subject_key = subject.subject_key
