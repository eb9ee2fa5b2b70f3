-- A learner's term at one organisation, all subjects together, each basis by the reports that count on it: parts of a
-- report are one. Grade 1, subjects passed or not assessed and learners not attested give no mark (fct_term_result).
select
    result.period_key,
    submission.organisation_key,
    result.person_key,
    basis.basis,
    max(result.submission_key) as submission_key,
    cast(sum(result.marks_given) as int) as marks_given,
    cast(sum(result.marks_passing) as int) as marks_passing,
    cast(sum(result.marks_good) as int) as marks_good,
    cast(sum(case when result.marks_given = 1 and result.mark = 5 then 1 else 0 end) as int) as marks_excellent,
    cast(max(case when result.outcome_code = 'not_attested' then 1 else 0 end) as int) as is_not_attested
from {{ ref('fct_term_result') }} as result
inner join {{ ref('dim_submission') }} as submission on result.submission_key = submission.submission_key
inner join {{ ref('dim_basis') }} as basis
    on (basis.is_official and submission.is_official) or (not basis.is_official and submission.is_operational)
where result.person_key >= 0
group by result.period_key, submission.organisation_key, result.person_key, basis.basis
