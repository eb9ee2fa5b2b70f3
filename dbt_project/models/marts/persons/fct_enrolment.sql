select
    enrolment.submission_key,
    coalesce(enrolment.person_key, cast(-1 as bigint)) as learner_key,
    coalesce(organisation.organisation_key, cast(-1 as bigint)) as organisation_key,
    coalesce(organisation.territory_key, cast(-1 as bigint)) as territory_key,
    coalesce(calendar.date_key, cast(-1 as bigint)) as date_key,
    enrolment.enrolment_date,
    enrolment.grade,
    enrolment.letter,
    enrolment.age,
    enrolment.language as language_code,
    enrolment.shift,
    enrolment.study_form as study_form_code,
    enrolment.citizenship as citizenship_code,
    enrolment.is_boarder,
    enrolment.is_transported,
    enrolment.has_free_meals,
    cast(date_trunc('month', enrolment.enrolled_date) as date) as enrolled_month_date,
    cast(date_trunc('month', enrolment.left_date) as date) as left_month_date,
    enrolment.leaving_reason as leaving_reason_code,
    enrolment.is_enrolled
from {{ ref('int_enrolment_accepted') }} as enrolment
left join {{ ref('dim_organisation') }} as organisation
    on
        enrolment.organisation_code = organisation.organisation_code
        and enrolment.enrolment_date between organisation.applies_from_date and organisation.applies_to_date
left join {{ ref('dim_date') }} as calendar on enrolment.enrolment_date = calendar.date_day
