{#-
    Figures of places within places: `organisation`, `district`, `oblast`, `republic`, each lying in the next (and
    `locality`, the organisations of a district in one kind of locality, where a model asks for it). A level above the
    lowest is nothing but the sum of what is shown below it: so figures agree at every level, a part with its whole, and
    no subtraction between levels tells more than the lowest cells tell themselves.

    Every relation these macros take carries the keys of int_organisation_placed: `place_key` of its own place and
    `<level>_key` of each level above. `by` names what else a row stands for (a period, a subject). `levels` are told
    from the lowest above `place_key` to the highest.
-#}

{#-
    Rows of every level: `basis`, the columns of `by`, `level`, `place_key`, `persons`, `sums`. `units` are the rows of
    the lowest level, withheld and rounded. A person of two places is one at every level above them: `twice` says how
    often somebody was counted too often there (macro `counted_twice`; none where nobody can be), and no place has fewer
    persons than its largest part.
-#}
{% macro levelled(units, by, levels, persons, twice, sums) -%}
    {%- set keys = ['basis'] + by -%}
    with level_organisation as (
        select
            {{ keys | join(', ') }},
            place_key,
            {%- for level in levels %}
            {{ level }}_key,
            {%- endfor %}
            {{ persons }},
            {{ sums | join(', ') }}
        from {{ units }}
    ),
    {%- for level in levels %}
    {%- set below = 'organisation' if loop.first else levels[loop.index0 - 1] %}

    level_{{ level }} as (
        select
            {%- for key in keys %}
            part.{{ key }},
            {%- endfor %}
            part.{{ level }}_key as place_key,
            {%- for higher in levels[loop.index0:] %}
            part.{{ higher }}_key,
            {%- endfor %}
            {%- if twice %}
            cast(
                greatest(
                    sum(part.{{ persons }}) - coalesce(max(twice.learners_twice), 0), max(part.{{ persons }})
                ) as bigint
            ) as {{ persons }},
            {%- else %}
            cast(sum(part.{{ persons }}) as bigint) as {{ persons }},
            {%- endif %}
            {%- for each in sums %}
            cast(sum(part.{{ each }}) as bigint) as {{ each }}{% if not loop.last %},{% endif %}
            {%- endfor %}
        from level_{{ below }} as part
        {%- if twice %}
        left join {{ twice }} as twice
            on
                twice.level = '{{ level }}'
                and part.{{ level }}_key = twice.place_key
                {%- for key in keys %}
                and part.{{ key }} = twice.{{ key }}
                {%- endfor %}
        {%- endif %}
        group by
            {%- for key in keys %}
            part.{{ key }},
            {%- endfor %}
            {%- for higher in levels[loop.index0:] %}
            part.{{ higher }}_key{% if not loop.last %},{% endif %}
            {%- endfor %}
    ){% if not loop.last %},{% endif %}
    {%- endfor %}

    {% for level in ['organisation'] + levels -%}
    select
        {{ keys | join(', ') }},
        '{{ level }}' as level,
        place_key,
        {{ persons }},
        {{ sums | join(', ') }}
    from level_{{ level }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
{%- endmacro %}

{#-
    How often persons would be counted too often at each level: `basis`, the columns of `by`, `level`, `place_key`,
    `learners_twice`. `members` has a row for each lowest cell of everybody who stands in more than one: `person_key`,
    `part_key` of the cell, `place_key` of where it is shown, the keys of the levels. Within what is shown together
    (level `unit`) the number is exact, since it goes into a figure that is rounded then; above that it is a figure of
    its own about few persons, and rounded by itself.
-#}
{% macro counted_twice(members, by, levels) -%}
    {%- set keys = ['basis'] + by -%}
    {%- for level in ['unit'] + levels -%}
    {%- set key = 'place_key' if level == 'unit' else level ~ '_key' -%}
    {%- set below = 'part_key' if loop.first else ('place_key' if loop.index0 == 1 else levels[loop.index0 - 2] ~ '_key') %}
    select
        {%- for each in keys %}
        counted.{{ each }},
        {%- endfor %}
        '{{ level }}' as level,
        counted.place_key,
        {%- if level == 'unit' %}
        counted.surplus as learners_twice
        {%- else %}
        {{ bbaj.rounded('counted.surplus', 'publication.least_persons', bbaj.hash_key(
            by + ["'" ~ level ~ "'", 'place_key']
        )) }} as learners_twice
        {%- endif %}
    from (
        select {{ keys | join(', ') }}, place_key, cast(sum(parts - 1) as bigint) as surplus
        from (
            select {{ keys | join(', ') }}, person_key, {{ key }} as place_key, count(distinct {{ below }}) as parts
            from {{ members }}
            group by {{ keys | join(', ') }}, person_key, {{ key }}
        ) as held
        where parts > 1
        group by {{ keys | join(', ') }}, place_key
    ) as counted
    {%- if level != 'unit' %}
    cross join {{ ref('dim_publication') }} as publication
    {%- endif %}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
{%- endmacro %}
