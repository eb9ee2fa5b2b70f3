{%- set by = ['period_key', 'subject_key'] %}
{%- set sides = {'marks_different': ['marks_higher', 'marks_lower']} %}

with cells as (
    select * from {{ ref('int_term_mark_recomputed_celled') }}
),

hidden as (
    {{ bbaj.small_groups('cells', by, 'marks_compared') }}
),

placed as (
    {{ bbaj.placed_cells('cells', 'hidden', by) }}
),

shown as (
    {{ bbaj.shown_cells(
        'placed', by, 'marks_compared', none, {'marks_different': 1}, exact=['organisations_counted'], parts=sides
    ) }}
),

levelled as (
    {{ bbaj.levelled(
        'shown', by, ['district', 'oblast', 'republic'], 'marks_compared', none,
        sums=['marks_different', 'marks_higher', 'marks_lower', 'organisations_counted', 'is_withheld'],
        exact=['organisations_counted', 'is_withheld'],
        amounts={'marks_different': 1, 'marks_higher': 1, 'marks_lower': 1}, parts=sides,
    ) }}
)

select * from levelled
