{#- Generated from expectations/term/formula.py by `bbaj generate`: change the source, not this file. -#}
{% macro term_mark_steps() -%}
weighed as (
    select *, coalesce(points_max, 10) as most from mark
),

learner as (
    select
        basis, submission_key, months, last_day, person_key, grade, letter, subject,
        count(distinct month) as months_marked,
        cast(sum(case when kind = 'formative' then cast(floor(cast(points as double) / cast(most as double) * 1000000000) as bigint) end) as double)
        / (1000000000 * nullif(sum(case when kind = 'formative' then 1 else 0 end), 0)) as mean_of_shares,
        cast(sum(case when kind = 'formative' then points end) as double) / cast(sum(case when kind = 'formative' then most end) as double) as share_of_sums,
        sum(case when kind = 'section' then 1 else 0 end) as sections,
        cast(sum(case when kind = 'section' then points end) as double) / cast(sum(case when kind = 'section' then most end) as double) as of_sections,
        sum(case when kind = 'term' then 1 else 0 end) as terms,
        cast(sum(case when kind = 'term' then points end) as double) / cast(sum(case when kind = 'term' then most end) as double) as of_term
    from weighed
    where most > 0
    group by basis, submission_key, months, last_day, person_key, grade, letter, subject
),

class as (
    select basis, submission_key, grade, letter, subject, max(sections) as sections, max(terms) as terms
    from learner
    group by basis, submission_key, grade, letter, subject
),

whole as (
    select
        learner.*,
        weight.formative,
        weight.section * learner.of_sections + weight.term * coalesce(learner.of_term, cast(0 as double))
            as summative,
        count(*) over (partition by learner.basis, learner.submission_key, learner.person_key, learner.subject)
            as classes
    from learner
    inner join class on learner.basis = class.basis and learner.submission_key = class.submission_key and learner.grade = class.grade and learner.letter = class.letter and learner.subject = class.subject
    inner join weight
        on
            weight.code = case when class.terms > 0 then 'with_term' else 'without_term' end
            and learner.last_day between weight.first_day and weight.last_day
    where
        learner.months_marked = learner.months
        and learner.mean_of_shares is not null
        and learner.sections > 0
        and learner.sections = class.sections
        and learner.terms = class.terms
        and class.terms <= 1
),

recomputed as (
    select
        basis, submission_key, person_key, subject,
        summative + formative * least(mean_of_shares, share_of_sums) as lowest,
        summative + formative * greatest(mean_of_shares, share_of_sums) as highest
    from whole
    where classes = 1
)
{%- endmacro %}

{% macro term_mark_percent(recomputed) -%}
(({{ recomputed }}.lowest + {{ recomputed }}.highest) / 2)
{%- endmacro %}

{% macro term_mark_rounded_percent(recomputed) -%}
floor((({{ recomputed }}.lowest + {{ recomputed }}.highest) / 2) + 0.5 + 0.000001)
{%- endmacro %}

{% macro term_mark_differs(recomputed, scale) -%}
(ceil({{ recomputed }}.highest + 1 - 0.000001) < {{ scale }}.percent_from or floor({{ recomputed }}.lowest - 1 + 0.000001) > {{ scale }}.percent_to)
{%- endmacro %}
