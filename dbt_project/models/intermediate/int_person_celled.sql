-- Persons by what they are shown by (seed breakdown), for each organisation, period and basis, exact: learners of the
-- lists of a month, staff of the rosters of a quarter. Place is the organisation that reported, as it was when the
-- period began.
with lists as (
    select
        submission.period_key,
        submission.organisation_key as place_key,
        summed.is_counted_operational,
        summed.is_counted_official,
        summed.grade,
        summed.sex_code,
        summed.language_code,
        summed.shift,
        summed.persons
    from {{ ref('int_enrolment_summed') }} as summed
    inner join {{ ref('dim_submission') }} as submission on summed.submission_key = submission.submission_key
),

spread_learners as (
    select
        basis.basis,
        lists.period_key,
        breakdown.breakdown,
        coalesce(
            case breakdown.breakdown
                when 'all' then 'all'
                when 'grade' then lists.grade
                when 'sex' then lists.sex_code
                when 'language' then lists.language_code
                when 'shift' then lists.shift
            end, 'unknown'
        ) as group_code,
        lists.place_key,
        lists.persons
    from lists
    cross join {{ ref('breakdown') }} as breakdown
    cross join {{ ref('dim_basis') }} as basis
    where
        breakdown.subject = 'learners'
        and case when basis.is_official then lists.is_counted_official else lists.is_counted_operational end
),

posts as (
    select
        basis.basis,
        submission.period_key,
        submission.organisation_key as place_key,
        staff.staff_key,
        employee.sex_code,
        staff.position_code,
        staff.category_code,
        staff.education_code,
        staff.employment_code,
        staff.age,
        staff.rate,
        staff.weekly_hours,
        case
            when basis.is_official then staff.is_counted_official else staff.is_counted_operational
        end as is_counted,
        cast(
            floor(
                coalesce(
                    sum(staff.weekly_hours) over (partition by basis.basis, staff.submission_key, staff.staff_key), 0
                ) * 100
            ) as bigint
        ) as hundredths
    from {{ ref('fct_staff_assignment') }} as staff
    inner join {{ ref('dim_submission') }} as submission on staff.submission_key = submission.submission_key
    inner join {{ ref('dim_staff') }} as employee on staff.staff_key = employee.staff_key
    inner join {{ ref('dim_basis') }} as basis
        on
            (basis.is_official and submission.is_official)
            or (not basis.is_official and submission.is_operational)
    where staff.is_employed
),

grouped as (
    select
        posts.*,
        age_group.code as age_code,
        load_group.code as load_code
    from posts
    left join {{ ref('staff_age_group') }} as age_group on posts.age between age_group.age_from and age_group.age_to
    left join {{ ref('staff_load') }} as load_group
        on posts.hundredths between load_group.hundredths_from and load_group.hundredths_to
),

spread_staff as (
    select
        grouped.basis,
        grouped.period_key,
        breakdown.breakdown,
        coalesce(
            case breakdown.breakdown
                when 'staff' then 'staff'
                when 'position' then grouped.position_code
                when 'category' then grouped.category_code
                when 'education' then grouped.education_code
                when 'age' then grouped.age_code
                when 'load' then grouped.load_code
                when 'employment' then grouped.employment_code
                when 'staff_sex' then grouped.sex_code
            end, 'unknown'
        ) as group_code,
        grouped.place_key,
        grouped.staff_key,
        grouped.is_counted,
        grouped.rate,
        grouped.weekly_hours
    from grouped
    cross join {{ ref('breakdown') }} as breakdown
    where breakdown.subject = 'staff'
),

-- Whoever has two posts of one group is one person there; the posts and their hours are two.
employees as (
    select
        basis,
        period_key,
        breakdown,
        group_code,
        place_key,
        staff_key,
        max(case when is_counted then 1 else 0 end) as is_counted,
        sum(rate) as rates,
        sum(weekly_hours) as weekly_hours
    from spread_staff
    group by basis, period_key, breakdown, group_code, place_key, staff_key
),

gathered as (
    select
        basis,
        period_key,
        breakdown,
        group_code,
        place_key,
        sum(persons) as persons,
        sum(persons) as persons_counted,
        0 as rates,
        0 as weekly_hours
    from spread_learners
    group by basis, period_key, breakdown, group_code, place_key
    union all
    select
        basis,
        period_key,
        breakdown,
        group_code,
        place_key,
        count(*) as persons,
        sum(is_counted) as persons_counted,
        cast(round(coalesce(sum(rates), 0), 0) as bigint) as rates,
        cast(round(coalesce(sum(weekly_hours), 0), 0) as bigint) as weekly_hours
    from employees
    group by basis, period_key, breakdown, group_code, place_key
)

select
    basis,
    period_key,
    breakdown,
    group_code,
    place_key,
    cast(persons as bigint) as persons,
    cast(persons_counted as bigint) as persons_counted,
    cast(rates as bigint) as rates,
    cast(weekly_hours as bigint) as weekly_hours
from gathered
