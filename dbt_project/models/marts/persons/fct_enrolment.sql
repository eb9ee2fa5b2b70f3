-- Who stands on the lists of two organisations for one day counts at one of them: where they are taught rather than
-- cared for, then where they came last, then where the list came last. Nearly nobody does: only those are compared.
with several as (
    select
        person_key,
        enrolment_date
    from {{ ref('int_enrolment_accepted') }}
    where is_enrolled and person_key is not null
    group by person_key, enrolment_date
    having count(*) > 1
),

contested as (
    select
        enrolment.submission_key,
        enrolment.person_key,
        enrolment.enrolment_date,
        enrolment.is_operational,
        enrolment.is_official,
        max(
            case when organisation.kind_group_code in ('additional', 'care', 'support') then 1 else 0 end
        ) as is_beside,
        max(enrolment.enrolled_date) as enrolled_date
    from {{ ref('int_enrolment_accepted') }} as enrolment
    inner join several
        on
            enrolment.person_key = several.person_key
            and enrolment.enrolment_date = several.enrolment_date
    left join {{ ref('dim_organisation') }} as organisation
        on
            enrolment.organisation_code = organisation.organisation_code
            and enrolment.enrolment_date between organisation.applies_from_date and organisation.applies_to_date
    where enrolment.is_enrolled
    group by
        enrolment.submission_key,
        enrolment.person_key,
        enrolment.enrolment_date,
        enrolment.is_operational,
        enrolment.is_official
),

ranked as (
    select
        submission_key,
        person_key,
        row_number() over (
            partition by is_operational, person_key, enrolment_date
            order by is_beside asc, enrolled_date desc nulls last, submission_key desc
        ) as operational_place,
        row_number() over (
            partition by is_official, person_key, enrolment_date
            order by is_beside asc, enrolled_date desc nulls last, submission_key desc
        ) as official_place
    from contested
)

select
    enrolment.submission_key,
    coalesce(enrolment.person_key, cast(-1 as bigint)) as learner_key,
    coalesce(organisation.organisation_key, cast(-1 as bigint)) as organisation_key,
    coalesce(organisation.territory_key, cast(-1 as bigint)) as territory_key,
    coalesce(calendar.date_key, cast(-1 as bigint)) as date_key,
    {{ bbaj.class_key(
        'enrolment.organisation_code', 'enrolment.enrolment_date', 'enrolment.grade', 'enrolment.letter'
    ) }} as class_key,
    case
        when enrolment.moved_to_code is not null then coalesce(moved_to.organisation_key, cast(-1 as bigint))
    end as moved_to_organisation_key,
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
    enrolment.is_enrolled,
    enrolment.is_operational and enrolment.is_enrolled
    and coalesce(ranked.operational_place, 1) = 1 as is_counted_operational,
    enrolment.is_official and enrolment.is_enrolled
    and coalesce(ranked.official_place, 1) = 1 as is_counted_official
from {{ ref('int_enrolment_accepted') }} as enrolment
left join {{ ref('dim_organisation') }} as organisation
    on
        enrolment.organisation_code = organisation.organisation_code
        and enrolment.enrolment_date between organisation.applies_from_date and organisation.applies_to_date
left join {{ ref('dim_date') }} as calendar on enrolment.enrolment_date = calendar.date_day
left join {{ ref('dim_organisation') }} as moved_to
    on
        enrolment.moved_to_code = moved_to.organisation_code
        and enrolment.enrolment_date between moved_to.applies_from_date and moved_to.applies_to_date
left join ranked
    on
        enrolment.submission_key = ranked.submission_key
        and enrolment.person_key = ranked.person_key
