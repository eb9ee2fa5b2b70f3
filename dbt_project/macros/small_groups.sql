{#-
    The one way of small groups, in three steps that a model makes of its `cells`: which may not be shown by themselves
    (`small_groups`), where each stands then (`placed_cells`), what is shown of them (`shown_cells`). `cells` has a row for
    each `basis`, columns of `by` (a period, a subject: whole numbers or texts, never empty) and `place_key`, a version of
    an organisation; `persons` counts the different persons its figures are about, exactly.
-#}

{#-
    Which of `cells` may not be shown by themselves: a row for each of these, of the columns of `by`, `place_key` and
    `is_joined`: 1 where its figures stand with those of the others in the row of its district's small groups, 0 where
    nobody can stand with them and they are shown nowhere. What is few on one basis is hidden on both, since the other
    would tell it. One cell that is no small one goes with them, so that what is hidden could be any number of few: the
    smallest that has enough on every basis on which something is hidden.
-#}
{% macro small_groups(cells, by, persons) -%}
    with weighed as (
        select
            cells.basis,
            {%- for key in by %}
            cells.{{ key }},
            {%- endfor %}
            placed.district_key,
            cells.place_key,
            placed.place_code,
            cells.{{ persons }} as persons,
            case
                when cells.{{ persons }} > 0 and cells.{{ persons }} < publication.least_persons then 1 else 0
            end as is_few,
            case when cells.{{ persons }} >= 2 * publication.least_persons - 2 then 1 else 0 end as is_plenty
        from {{ cells }} as cells
        inner join {{ ref('int_organisation_placed') }} as placed on cells.place_key = placed.place_key
        cross join {{ ref('int_least_shown') }} as publication
    ),

    hiding as (
        select basis, {{ by | join(', ') }}, district_key
        from weighed
        where is_few = 1
        group by basis, {{ by | join(', ') }}, district_key
    ),

    hiding_bases as (
        select {{ by | join(', ') }}, district_key, count(*) as bases
        from hiding
        group by {{ by | join(', ') }}, district_key
    ),

    places as (
        select
            {%- for key in by %}
            weighed.{{ key }},
            {%- endfor %}
            weighed.district_key,
            weighed.place_key,
            weighed.place_code,
            max(hiding_bases.bases) as bases,
            max(weighed.is_few) as is_few,
            sum(case when weighed.is_plenty = 1 and hiding.basis is not null then 1 else 0 end) as plenty_bases,
            max(weighed.persons) as most_persons
        from weighed
        inner join hiding_bases
            on
                weighed.district_key = hiding_bases.district_key
                {%- for key in by %}
                and weighed.{{ key }} = hiding_bases.{{ key }}
                {%- endfor %}
        left join hiding
            on
                weighed.basis = hiding.basis
                and weighed.district_key = hiding.district_key
                {%- for key in by %}
                and weighed.{{ key }} = hiding.{{ key }}
                {%- endfor %}
        group by
            {%- for key in by %}
            weighed.{{ key }},
            {%- endfor %}
            weighed.district_key,
            weighed.place_key,
            weighed.place_code
    ),

    ranked as (
        select
            *,
            case when is_few = 0 and plenty_bases = bases then 1 else 0 end as can_join,
            row_number() over (
                partition by
                    {{ by | join(', ') }}, district_key,
                    case when is_few = 0 and plenty_bases = bases then 1 else 0 end
                order by most_persons asc, place_code asc, place_key asc
            ) as place
        from places
    ),

    joined as (
        select {{ by | join(', ') }}, district_key, max(can_join) as is_joined
        from ranked
        group by {{ by | join(', ') }}, district_key
    )

    select
        {%- for key in by %}
        ranked.{{ key }},
        {%- endfor %}
        ranked.place_key,
        joined.is_joined
    from ranked
    inner join joined
        on
            ranked.district_key = joined.district_key
            {%- for key in by %}
            and ranked.{{ key }} = joined.{{ key }}
            {%- endfor %}
    where ranked.is_few = 1 or (ranked.can_join = 1 and ranked.place = 1)
{%- endmacro %}

{#-
    The cells with where each is shown: `shown_key`, `shown_code` and the keys of the levels above are those of its own
    place, or of its district's small groups, or empty where it is shown nowhere. `small` is what `small_groups` found.
-#}
{% macro placed_cells(cells, small, by) -%}
    select
        cells.*,
        small.is_joined,
        case
            when small.place_key is null then placed.place_key
            when small.is_joined = 1 then placed.few_key
        end as shown_key,
        case when small.place_key is null then placed.place_code else placed.few_code end as shown_code,
        case when small.place_key is null then placed.locality_key else placed.few_locality_key end as shown_locality_key,
        placed.place_code,
        placed.locality_key,
        placed.district_key,
        placed.oblast_key,
        placed.republic_key
    from {{ cells }} as cells
    inner join {{ ref('int_organisation_placed') }} as placed on cells.place_key = placed.place_key
    left join {{ small }} as small
        on
            cells.place_key = small.place_key
            {%- for key in by %}
            and cells.{{ key }} = small.{{ key }}
            {%- endfor %}
{%- endmacro %}

{#-
    What is shown at the lowest level, ready for `levelled`: a row for each cell, without figures where they may not be
    shown by themselves (`is_withheld` 1), and one for the small groups of each district that stand together. `exact`
    are figures about organisations, which stay as they are, `measures` those about persons with how many of a figure
    one person amounts to (lessons: a sixth of a day). Each of these is rounded by what so many persons amount to, by a
    number that the cell alone decides. `parts`: of a measure those that add up to it exactly; they are rounded as running sums,
    so that they add up to what is shown of it and none is negative. `twice` (macro `counted_twice`) says who stands in
    several cells that are shown together, where anybody can.
-#}
{% macro shown_cells(placed, by, persons, twice, measures, exact=[], parts={}) -%}
    {%- set keys = ['basis'] + by -%}
    {%- set places = ['locality_key', 'district_key', 'oblast_key', 'republic_key'] -%}
    {%- set figures = measures.keys() | list -%}
    {%- for each in parts.values() -%}{%- do figures.extend(each) -%}{%- endfor -%}
    with apart as (
        select
            {{ (keys + ['place_key', 'place_code'] + places + exact) | join(', ') }},
            cast(case when is_joined is null then 0 else 1 end as int) as is_withheld,
            {%- for each in [persons] + figures %}
            case when is_joined is null then {{ each }} end as {{ each }}{% if not loop.last %},{% endif %}
            {%- endfor %}
        from {{ placed }}
    ),

    pooled as (
        select
            {{ (keys + ['shown_key', 'shown_code', 'shown_locality_key'] + places[1:]) | join(', ') }},
            {%- for each in [persons] + figures %}
            cast(sum({{ each }}) as bigint) as {{ each }}{% if not loop.last %},{% endif %}
            {%- endfor %}
        from {{ placed }}
        where is_joined = 1
        group by {{ (keys + ['shown_key', 'shown_code', 'shown_locality_key'] + places[1:]) | join(', ') }}
    ),

    together as (
        select
            {%- for key in keys %}
            pooled.{{ key }},
            {%- endfor %}
            pooled.shown_key as place_key,
            pooled.shown_code as place_code,
            pooled.shown_locality_key as locality_key,
            pooled.district_key,
            pooled.oblast_key,
            pooled.republic_key,
            {%- for each in exact %}
            cast(0 as bigint) as {{ each }},
            {%- endfor %}
            cast(0 as int) as is_withheld,
            cast(pooled.{{ persons }}{% if twice %} - coalesce(twice.learners_twice, 0){% endif %} as bigint) as {{ persons }},
            {%- for each in figures %}
            pooled.{{ each }}{% if not loop.last %},{% endif %}
            {%- endfor %}
        from pooled
        {%- if twice %}
        left join {{ twice }} as twice
            on
                twice.level = 'unit'
                and pooled.shown_key = twice.place_key
                {%- for key in keys %}
                and pooled.{{ key }} = twice.{{ key }}
                {%- endfor %}
        {%- endif %}
    ),

    gathered as (
        select * from apart
        union all
        select * from together
    ),

    cells as (
        select
            gathered.*,
            publication.least_persons as few,
            {{ bbaj.hash_key(by + ['gathered.place_code']) }} as cell_key
        from gathered
        cross join {{ ref('int_least_shown') }} as publication
    )

    select
        {{ (keys + ['place_key'] + places + exact) | join(', ') }},
        is_withheld,
        {{ bbaj.rounded(persons, 'few', 'cell_key') }} as {{ persons }}
        {%- for each, amount in measures.items() %},
        {{ bbaj.rounded(each, bbaj.rounding_base('few', amount), 'cell_key') }} as {{ each }}
        {%- set running = [] %}
        {%- for part in parts.get(each, []) %},
        cast(
            {{ bbaj.rounded('(' ~ (running + [part]) | join(' + ') ~ ')', bbaj.rounding_base('few', amount), 'cell_key') }}
            {%- if running %}
            - {{ bbaj.rounded('(' ~ running | join(' + ') ~ ')', bbaj.rounding_base('few', amount), 'cell_key') }}
            {%- endif %} as bigint
        ) as {{ part }}
        {%- do running.append(part) %}
        {%- endfor %}
        {%- endfor %}
    from cells
{%- endmacro %}

{#- Of what a figure is a multiple: as much as the fewest persons amount to. Where one person may be shown, all is exact. -#}
{% macro rounding_base(few, amount=1) -%}
    {% if amount == 1 %}{{ few }}{% else %}case when {{ few }} > 1 then {{ amount }} * {{ few }} else 1 end{% endif %}
{%- endmacro %}
