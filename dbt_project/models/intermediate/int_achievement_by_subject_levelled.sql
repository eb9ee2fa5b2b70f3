{%- set by = ['period_key', 'subject_key'] %}
{%- set figures = {'marks_passing': 1, 'marks_good': 1, 'marks_excellent': 1} %}

with cells as (
    select
        basis,
        period_key,
        subject_key,
        place_key,
        cast(1 as bigint) as organisations_counted,
        cast(sum(marks_given) as bigint) as marks_given,
        cast(sum(marks_passing) as bigint) as marks_passing,
        cast(sum(marks_good) as bigint) as marks_good,
        cast(sum(marks_excellent) as bigint) as marks_excellent
    from {{ ref('int_achievement_by_subject_celled') }}
    group by basis, period_key, subject_key, place_key
),

hidden as (
    {{ bbaj.small_groups('cells', by, 'marks_given') }}
),

placed as (
    {{ bbaj.placed_cells('cells', 'hidden', by) }}
),

shown as (
    {{ bbaj.shown_cells('placed', by, 'marks_given', none, figures, exact=['organisations_counted']) }}
),

levelled as (
    {{ bbaj.levelled(
        'shown', by, ['district', 'oblast', 'republic'], 'marks_given', none,
        sums=['marks_passing', 'marks_good', 'marks_excellent', 'organisations_counted', 'is_withheld'],
        exact=['organisations_counted', 'is_withheld'], amounts=figures,
    ) }}
)

select * from levelled
