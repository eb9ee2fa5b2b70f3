-- Of each organisation's learners how many miss too many lessons, exact. Who is known for too few days stands apart. An
-- organisation that was renamed or moved in the year is one, as it was by the last report of the year.
with placed as (
    select
        absence.*,
        organisation.organisation_code,
        organisation.valid_from_date
    from {{ ref('fct_learner_absence') }} as absence
    inner join {{ ref('dim_organisation') }} as organisation on absence.organisation_key = organisation.organisation_key
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
    cast(sum(placed.is_followed) as bigint) as learners,
    cast(sum(placed.is_followed * placed.is_persistently_absent) as bigint) as learners_persistent,
    cast(sum(placed.is_followed * placed.is_severely_absent) as bigint) as learners_severe,
    cast(sum(1 - placed.is_followed) as bigint) as learners_short
from placed
inner join ranked
    on
        placed.school_year_start = ranked.school_year_start
        and placed.organisation_code = ranked.organisation_code
        and ranked.place = 1
group by placed.basis, placed.school_year_start, ranked.organisation_key
