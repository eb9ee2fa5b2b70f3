-- Learners and staff as they are shown, at every level. The cell is an organisation in a period: by its persons it is
-- hidden or not. Its groups add up to it: each breakdown is rounded as running sums, by the one number of the cell, so
-- that groups add up to the total that is shown and no subtraction between them tells more. A group that comes out as
-- none is left out: nobody is told whether it has few or none.
{%- set by = ['period_key'] -%}
{%- set shown_by = ['period_key', 'breakdown', 'group_code'] %}

with totals as (
    select
        basis,
        period_key,
        place_key,
        persons
    from {{ ref('int_person_celled') }}
    where breakdown in ('all', 'staff')
),

hidden as (
    {{ bbaj.small_groups('totals', by, 'persons') }}
),

placed as (
    {{ bbaj.placed_cells(ref('int_person_celled'), 'hidden', by) }}
),

cells as (
    select
        basis,
        period_key,
        breakdown,
        group_code,
        place_key,
        place_code,
        district_key,
        oblast_key,
        republic_key,
        0 as is_withheld,
        persons,
        persons_counted,
        rates,
        weekly_hours
    from placed
    where is_joined is null
    union all
    select
        basis,
        period_key,
        breakdown,
        group_code,
        shown_key as place_key,
        shown_code as place_code,
        district_key,
        oblast_key,
        republic_key,
        0 as is_withheld,
        sum(persons) as persons,
        sum(persons_counted) as persons_counted,
        sum(rates) as rates,
        sum(weekly_hours) as weekly_hours
    from placed
    where is_joined = 1
    group by
        basis, period_key, breakdown, group_code, shown_key, shown_code, district_key, oblast_key, republic_key
),

running as (
    select
        cells.*,
        sum(cells.persons) over (
            partition by cells.basis, cells.period_key, cells.breakdown, cells.place_key
            order by cells.group_code asc
            rows between unbounded preceding and current row
        ) as persons_until,
        publication.least_persons as few,
        {{ bbaj.hash_key(['cells.period_key', 'cells.place_code']) }} as cell_key
    from cells
    cross join {{ ref('int_least_shown') }} as publication
),

shown as (
    select
        basis,
        period_key,
        breakdown,
        group_code,
        place_key,
        district_key,
        oblast_key,
        republic_key,
        is_withheld,
        {{ bbaj.rounded('persons_until', 'few', 'cell_key') }}
        - {{ bbaj.rounded('(persons_until - persons)', 'few', 'cell_key') }} as persons,
        {{ bbaj.rounded('persons_counted', 'few', 'cell_key') }} as persons_counted,
        {{ bbaj.rounded('rates', 'few', 'cell_key') }} as rates,
        {{ bbaj.rounded('weekly_hours', bbaj.rounding_base('few', 16), 'cell_key') }} as weekly_hours
    from running
),

units as (
    select *
    from shown
    where persons > 0
    union all
    select
        basis,
        period_key,
        breakdown,
        group_code,
        place_key,
        district_key,
        oblast_key,
        republic_key,
        1 as is_withheld,
        cast(null as bigint) as persons,
        cast(null as bigint) as persons_counted,
        cast(null as bigint) as rates,
        cast(null as bigint) as weekly_hours
    from placed
    where is_joined is not null and breakdown in ('all', 'staff')
),

levelled as (
    {{ bbaj.levelled(
        'units', shown_by, ['district', 'oblast', 'republic'], 'persons', none,
        sums=['persons_counted', 'rates', 'weekly_hours', 'is_withheld'],
        amounts={'weekly_hours': 16}, across='group_code',
    ) }}
)

select
    basis,
    period_key,
    breakdown,
    group_code,
    structure,
    level,
    place_key,
    persons,
    -- Of a group alone these would be figures of fewer persons than are shown beside them.
    case when breakdown = 'staff' then persons_counted end as persons_counted,
    case when breakdown = 'staff' then rates end as rates,
    case when breakdown = 'staff' then weekly_hours end as weekly_hours,
    cast(case when persons is null then 1 else 0 end as int) as is_withheld
from levelled
