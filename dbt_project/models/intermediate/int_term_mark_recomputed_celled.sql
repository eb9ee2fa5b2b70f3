-- Marks of each organisation in a subject that could be recomputed, exact. In one subject a learner has one mark a
-- term, so that marks are learners here.
select
    recomputed.basis,
    recomputed.period_key,
    recomputed.subject_key,
    submission.organisation_key as place_key,
    cast(1 as bigint) as organisations_counted,
    cast(count(*) as bigint) as marks_compared,
    cast(sum(recomputed.is_different) as bigint) as marks_different,
    cast(sum(recomputed.is_higher) as bigint) as marks_higher,
    cast(sum(recomputed.is_lower) as bigint) as marks_lower
from {{ ref('fct_term_mark_recomputed') }} as recomputed
inner join {{ ref('dim_submission') }} as submission on recomputed.submission_key = submission.submission_key
group by recomputed.basis, recomputed.period_key, recomputed.subject_key, submission.organisation_key
