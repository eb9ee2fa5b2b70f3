-- Of each organisation's learners how many miss too many lessons, exact. Who is known for too few days stands apart. An
-- organisation that was renamed or moved in the year is one, as it was by the last report of the year.
with summed as (
    select
        basis,
        school_year_start,
        organisation_key,
        sum(is_followed) as learners,
        sum(is_followed * is_persistently_absent) as learners_persistent,
        sum(is_followed * is_severely_absent) as learners_severe,
        sum(1 - is_followed) as learners_short
    from {{ ref('fct_learner_absence') }}
    group by basis, school_year_start, organisation_key
),

placed as (
    select
        summed.*,
        organisation.organisation_code,
        organisation.valid_from_date
    from summed
    inner join {{ ref('dim_organisation') }} as organisation on summed.organisation_key = organisation.organisation_key
),

ranked as (
    select
        school_year_start,
        organisation_code,
        organisation_key,
        row_number() over (
            partition by school_year_start, organisation_code order by valid_from_date desc nulls last
        ) as place
    from (
        select distinct
            placed.school_year_start,
            placed.organisation_code,
            placed.organisation_key,
            placed.valid_from_date
        from placed
    ) as versions
)

select
    placed.basis,
    placed.school_year_start,
    ranked.organisation_key as place_key,
    cast(1 as bigint) as organisations_counted,
    cast(sum(placed.learners) as bigint) as learners,
    cast(sum(placed.learners_persistent) as bigint) as learners_persistent,
    cast(sum(placed.learners_severe) as bigint) as learners_severe,
    cast(sum(placed.learners_short) as bigint) as learners_short
from placed
inner join ranked
    on
        placed.school_year_start = ranked.school_year_start
        and placed.organisation_code = ranked.organisation_code
        and ranked.place = 1
group by placed.basis, placed.school_year_start, ranked.organisation_key
