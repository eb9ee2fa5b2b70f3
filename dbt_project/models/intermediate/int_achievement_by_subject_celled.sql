-- Marks of each organisation in a subject and grade, exact: numerators and denominators by marks. In one subject a
-- learner has one mark a term, so that marks are learners here.
select
    basis.basis,
    result.period_key,
    result.subject_key,
    coalesce(result.grade, -1) as grade,
    submission.organisation_key as place_key,
    cast(1 as bigint) as organisations_counted,
    cast(sum(result.marks_given) as bigint) as marks_given,
    cast(sum(result.marks_passing) as bigint) as marks_passing,
    cast(sum(result.marks_good) as bigint) as marks_good,
    -- Marks go from 2 to 5: what is left of their sum after two of each and one for each that passes and is good.
    cast(
        sum(result.mark_sum - 2 * result.marks_given - result.marks_passing - result.marks_good) as bigint
    ) as marks_excellent
from {{ ref('fct_term_result') }} as result
inner join {{ ref('dim_submission') }} as submission on result.submission_key = submission.submission_key
inner join {{ ref('dim_basis') }} as basis
    on (basis.is_official and submission.is_official) or (not basis.is_official and submission.is_operational)
group by basis.basis, result.period_key, result.subject_key, coalesce(result.grade, -1), submission.organisation_key
having sum(result.marks_given) > 0
