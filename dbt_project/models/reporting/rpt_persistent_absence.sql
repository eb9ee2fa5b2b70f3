{%- set by = ['school_year_start'] %}
{%- set figures = {'learners_persistent': 1, 'learners_severe': 1, 'learners_short': 1} %}

with hidden as (
    {{ bbaj.small_groups(ref('int_absence_celled'), by, 'learners') }}
),

placed as (
    {{ bbaj.placed_cells(ref('int_absence_celled'), 'hidden', by) }}
),

shown as (
    {{ bbaj.shown_cells('placed', by, 'learners', none, figures, exact=['organisations_counted']) }}
),

levelled as (
    {{ bbaj.levelled(
        'shown', by, ['district', 'oblast', 'republic'], 'learners', none,
        sums=['learners_persistent', 'learners_severe', 'learners_short', 'organisations_counted', 'is_withheld'],
        exact=['organisations_counted', 'is_withheld'],
    ) }}
)

select
    levelled.basis,
    basis.basis_kk,
    basis.basis_ru,
    levelled.structure,
    levelled.level,
    cast(levelled.school_year_start as string) || '-' || cast(levelled.school_year_start + 1 as string) as school_year,
    place.oblast_code,
    place.oblast_name_kk,
    place.oblast_name_ru,
    place.district_code,
    place.district_name_kk,
    place.district_name_ru,
    place.organisation_code,
    place.organisation_name_kk,
    place.organisation_name_ru,
    place.place_name_kk,
    place.place_name_ru,
    levelled.organisations_counted,
    levelled.learners,
    levelled.learners_persistent,
    levelled.learners_severe,
    levelled.learners_short,
    {{ bbaj.percent('levelled.learners_persistent', 'levelled.learners') }} as persistent_percent,
    {{ bbaj.percent('levelled.learners_severe', 'levelled.learners') }} as severe_percent,
    cast(case when levelled.learners is null and levelled.is_withheld > 0 then 1 else 0 end as int) as is_withheld
from levelled
inner join {{ ref('int_place_levelled') }} as place on levelled.place_key = place.place_key
inner join {{ ref('dim_basis') }} as basis on levelled.basis = basis.basis
