-- Whoever holds several posts is one person, who counts at one of them in a quarter: where the post is the main one,
-- then where it is the larger. The same rows tell so in every build.
with ranked as (
    select
        *,
        row_number() over (
            partition by is_operational, is_employed, person_key, period_end
            order by
                case when employment = '1' then 0 else 1 end asc,
                rate desc nulls last,
                weekly_hours desc nulls last,
                organisation_code asc,
                submission_key asc,
                source_row asc
        ) as operational_place,
        row_number() over (
            partition by is_official, is_employed, person_key, period_end
            order by
                case when employment = '1' then 0 else 1 end asc,
                rate desc nulls last,
                weekly_hours desc nulls last,
                organisation_code asc,
                submission_key asc,
                source_row asc
        ) as official_place
    from {{ ref('int_staff_assignment_accepted') }}
)

select
    staff.submission_key,
    coalesce(staff.person_key, cast(-1 as bigint)) as staff_key,
    coalesce(organisation.organisation_key, cast(-1 as bigint)) as organisation_key,
    coalesce(organisation.territory_key, cast(-1 as bigint)) as territory_key,
    coalesce(period.period_key, cast(-1 as bigint)) as period_key,
    case
        when staff.subject is null then cast(-2 as bigint)
        else coalesce(subject.subject_key, cast(-1 as bigint))
    end as subject_key,
    staff.position as position_code,
    staff.employment as employment_code,
    staff.subject as subject_code,
    staff.language as language_code,
    staff.rate,
    staff.weekly_hours,
    staff.hours_primary,
    staff.hours_basic,
    staff.hours_upper,
    staff.age,
    staff.education as education_code,
    staff.graduation_year,
    staff.has_profile_education,
    staff.academic_degree as academic_degree_code,
    staff.category as category_code,
    cast(extract(year from staff.category_date) as int) as category_year,
    staff.experience_years,
    staff.teaching_years,
    staff.course_year,
    staff.course_hours,
    cast(date_trunc('month', staff.hired_date) as date) as hired_month_date,
    cast(date_trunc('month', staff.dismissed_date) as date) as dismissed_month_date,
    staff.is_employed,
    staff.is_operational and staff.is_employed
    and (staff.person_key is null or staff.operational_place = 1) as is_counted_operational,
    staff.is_official and staff.is_employed
    and (staff.person_key is null or staff.official_place = 1) as is_counted_official
from ranked as staff
left join {{ ref('dim_organisation') }} as organisation
    on
        staff.organisation_code = organisation.organisation_code
        and staff.period_end between organisation.applies_from_date and organisation.applies_to_date
left join {{ ref('dim_period') }} as period
    on staff.period_kind = period.period_kind and staff.period = period.period
left join {{ ref('dim_subject') }} as subject on staff.subject = subject.subject_code and subject.subject_key >= 0
