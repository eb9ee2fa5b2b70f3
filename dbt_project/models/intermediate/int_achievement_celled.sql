-- Of each organisation's learners how many pass, are good and excellent, by learners, exact. A learner with results of
-- two organisations counts at one: where more marks are, then where the latest report is.
with several as (
    select
        basis,
        period_key,
        person_key
    from {{ ref('int_learner_term_summed') }}
    group by basis, period_key, person_key
    having count(*) > 1
),

ranked as (
    select
        term.basis,
        term.period_key,
        term.person_key,
        term.organisation_key,
        row_number() over (
            partition by term.basis, term.period_key, term.person_key
            order by term.marks_given desc, term.submission_key desc, term.organisation_key asc
        ) as place
    from {{ ref('int_learner_term_summed') }} as term
    inner join several
        on
            term.basis = several.basis
            and term.period_key = several.period_key
            and term.person_key = several.person_key
),

-- An organisation whose learners count elsewhere has none, and is there.
counted as (
    select
        term.basis,
        term.period_key,
        term.organisation_key,
        term.marks_given,
        term.marks_passing,
        term.marks_good,
        term.marks_excellent,
        case when coalesce(ranked.place, 1) = 1 then 1 else 0 end as is_counted,
        case
            when coalesce(ranked.place, 1) = 1 and term.marks_given > 0 and term.is_not_attested = 0 then 1 else 0
        end as is_attested,
        term.is_not_attested
    from {{ ref('int_learner_term_summed') }} as term
    left join ranked
        on
            term.basis = ranked.basis
            and term.period_key = ranked.period_key
            and term.person_key = ranked.person_key
            and term.organisation_key = ranked.organisation_key
)

select
    basis,
    period_key,
    organisation_key as place_key,
    cast(1 as bigint) as organisations_counted,
    cast(sum(is_attested) as bigint) as learners,
    cast(sum(case when marks_passing = marks_given then is_attested else 0 end) as bigint) as learners_passing,
    cast(sum(case when marks_good = marks_given then is_attested else 0 end) as bigint) as learners_good,
    cast(sum(case when marks_excellent = marks_given then is_attested else 0 end) as bigint) as learners_excellent,
    cast(sum(is_counted * is_not_attested) as bigint) as learners_not_attested
from counted
group by basis, period_key, organisation_key
