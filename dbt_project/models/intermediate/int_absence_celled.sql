-- Of each organisation's learners how many miss too many lessons, exact. Who is known for too few days stands apart. An
-- organisation that was renamed or moved in the year is one, as it is now.
select
    absence.basis,
    absence.school_year_start,
    latest.organisation_key as place_key,
    cast(1 as bigint) as organisations_counted,
    cast(sum(absence.is_followed) as bigint) as learners,
    cast(sum(absence.is_followed * absence.is_persistently_absent) as bigint) as learners_persistent,
    cast(sum(absence.is_followed * absence.is_severely_absent) as bigint) as learners_severe,
    cast(sum(1 - absence.is_followed) as bigint) as learners_short
from {{ ref('fct_learner_absence') }} as absence
inner join {{ ref('dim_organisation') }} as organisation on absence.organisation_key = organisation.organisation_key
inner join {{ ref('dim_organisation_current') }} as latest
    on organisation.organisation_code = latest.organisation_code
group by absence.basis, absence.school_year_start, latest.organisation_key
