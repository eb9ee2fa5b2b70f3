{#-
    The keys of the places that organisations of a district lie in, and of where small groups of it stand: of `oblast`
    and `district` (codes) and of `locality`, the kind of locality.
-#}
{% macro place_keys(oblast, district, locality) -%}
    {{ bbaj.hash_key(["'few'", oblast, district]) }} as few_key,
    {{ district }} || '-few' as few_code,
    {{ bbaj.hash_key(["'locality'", oblast, district, locality]) }} as locality_key,
    {{ bbaj.hash_key(["'few locality'", oblast, district]) }} as few_locality_key,
    {{ bbaj.hash_key(["'district'", oblast, district]) }} as district_key,
    {{ bbaj.hash_key(["'oblast'", oblast]) }} as oblast_key,
    cast(0 as bigint) as republic_key
{%- endmacro %}

{#-
    What becomes of `figure` on one of the ways it is followed (int_place_followed): all of it, or its share where an
    organisation was divided. Whole numbers of `base`; shares of one figure add up to it, and a larger figure has no
    smaller share.
-#}
{% macro share_of(figure, base) -%}
    case
        when followed.divisor = 1 then {{ figure }}
        else cast(
            {{ base }} * floor(
                (floor(cast({{ figure }} as double) / {{ base }}) + followed.remainder) / followed.divisor
            ) as bigint
        )
    end
{%- endmacro %}

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
    Rows of every level: `basis`, the columns of `by`, `structure`, `level`, `place_key`, `persons`, `sums`. `units` are
    the rows of the lowest level, withheld and rounded. A person of two places is one at every level above them: `twice`
    says how often somebody was counted too often there (macro `counted_twice`; none where nobody can be), and no place
    has fewer persons than its largest part.

    `structure`: `both` in rows of a place that is the same as was and as is, for all of time; of others `as_was` rows are
    about places as they were, `as_is` rows as they are now. As is rows are made of as was rows alone (docs/adr/0042): of
    `units` regrouped by int_place_followed, and of how many persons were taken off at each place. Of an organisation
    that was divided each successor has a share, in whole multiples of what figures are rounded to: of `amounts` so many
    (1 where it does not say) for a person, of `exact` ones. `parts` names those that add up to a figure; `across` a column
    of `by` over which persons do.
-#}
{% macro levelled(units, by, levels, persons, twice, sums, exact=['is_withheld'], amounts={}, parts={}, across=none) -%}
    {%- set keys = ['basis'] + by -%}
    {%- set figures = [persons] + sums -%}
    with level_organisation as (
        select
            {{ keys | join(', ') }},
            place_key,
            {%- for level in levels %}
            {{ level }}_key,
            {%- endfor %}
            {%- if twice %}
            {{ persons }} as persons_of_parts,
            {%- endif %}
            {{ figures | join(', ') }}
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
            cast(sum(part.{{ persons }}) as bigint) as persons_of_parts,
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
    ),
    {%- endfor %}

    changed as (
        select * from {{ ref('int_place_changed') }}
    ),

    {{ bbaj.followed_parts(keys, levels, figures, persons, twice, exact, amounts, parts, across) }}

    {% for level in ['organisation'] + levels -%}
    select
        {%- for key in keys %}
        part.{{ key }},
        {%- endfor %}
        {%- if level == 'republic' %}
        'both' as structure,
        {%- else %}
        case when changed.place_key is null then 'both' else 'as_was' end as structure,
        {%- endif %}
        '{{ level }}' as level,
        part.place_key,
        {%- for each in figures %}
        part.{{ each }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from level_{{ level }} as part
    {%- if level != 'republic' %}
    left join changed on changed.level = '{{ level }}' and part.place_key = changed.place_key
    union all
    select
        {%- for key in keys %}
        part.{{ key }},
        {%- endfor %}
        'as_is' as structure,
        '{{ level }}' as level,
        part.{{ 'place' if level == 'organisation' else level }}_key as place_key,
        {%- if twice %}
        cast(greatest(sum(part.{{ persons }}), max(part.{{ persons }})) as bigint) as {{ persons }},
        {%- else %}
        cast(sum(part.{{ persons }}) as bigint) as {{ persons }},
        {%- endif %}
        {%- for each in sums %}
        cast(sum(part.{{ each }}{% if level == 'organisation' and each in exact %}_behind{% endif %}) as bigint)
            as {{ each }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from followed_parts as part
    inner join changed
        on
            changed.level = '{{ level }}'
            and part.{{ 'place' if level == 'organisation' else level }}_key = changed.place_key
    {%- set height = levels.index(level) + 1 if level in levels else 0 %}
    where part.height <= {{ height }}
    group by
        {%- for key in keys %}
        part.{{ key }},
        {%- endfor %}
        part.{{ 'place' if level == 'organisation' else level }}_key
    having min(part.height) = 0{% if across %} and coalesce(sum(part.{{ persons }}), 1) > 0{% endif %}
    {%- endif %}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
{%- endmacro %}

{#-
    Two relations: `shared`, the figures of the lowest level under the places they stand in as is, each with its share;
    `followed_parts`, these and, where persons of several places are one, how many were taken off at each place above
    (`height`: how many levels up; 0 the figures themselves). Of a count of organisations `…_behind` is all of them.
-#}
{% macro followed_parts(keys, levels, figures, persons, twice, exact, amounts, parts, across) -%}
    {%- set named = {} -%}
    {%- for of, each in parts.items() -%}{%- for part in each -%}{%- do named.update({part: each[:loop.index0]}) -%}{%- endfor -%}{%- endfor -%}
    followed_units as (
        select
            part.*,
            followed.divisor,
            followed.remainder,
            followed.place_key as followed_key,
            {%- for level in levels if level != 'republic' %}
            followed.{{ level }}_key as followed_{{ level }}_key,
            {%- endfor %}
            {%- if across %}
            coalesce(
                sum(part.{{ persons }}) over (
                    partition by
                        {%- for key in keys if key != across %}
                        part.{{ key }},
                        {%- endfor %}
                        part.place_key, followed.divisor, followed.remainder
                    order by part.{{ across }} asc
                    rows between unbounded preceding and 1 preceding
                ), 0
            ) as persons_before,
            {%- endif %}
            publication.least_persons as few
        from level_organisation as part
        inner join {{ ref('int_place_followed') }} as followed
            on followed.level = 'organisation' and part.place_key = followed.own_key
        cross join {{ ref('int_least_shown') }} as publication
        where
            followed.place_key in (select changed.place_key from changed)
            {%- for level in levels if level != 'republic' %}
            or followed.{{ level }}_key in (select changed.place_key from changed)
            {%- endfor %}
    ),

    followed_parts as (
        select
            {{ keys | join(', ') }},
            0 as height,
            followed_key as place_key,
            {%- for level in levels if level != 'republic' %}
            followed_{{ level }}_key as {{ level }}_key,
            {%- endfor %}
            {%- for each in figures %}
            {%- set base = '1' if each in exact else bbaj.rounding_base('few', amounts.get(each, 1)) %}
            {%- if each == 'is_withheld' %}
            {{ each }} as {{ each }}_behind,
            {{ each }}
            {%- elif each in named %}
            {%- set before = named[each] %}
            {{ bbaj.share_of('(' ~ (before + [each]) | join(' + ') ~ ')', base) }}
            {%- if before %}
            - {{ bbaj.share_of('(' ~ before | join(' + ') ~ ')', base) }}
            {%- endif %} as {{ each }}
            {%- elif across and each == persons %}
            {{ bbaj.share_of('(persons_before + ' ~ each ~ ')', base) }} - {{ bbaj.share_of('persons_before', base) }}
                as {{ each }}
            {%- else %}
            {%- if each in exact %}
            {{ each }} as {{ each }}_behind,
            {%- endif %}
            {{ bbaj.share_of(each, base) }} as {{ each }}
            {%- endif %}{% if not loop.last %},{% endif %}
            {%- endfor %}
        from followed_units as followed
        {%- if twice %}
        {%- for level in levels if level != 'republic' %}
        union all
        select
            {%- for key in keys %}
            part.{{ key }},
            {%- endfor %}
            {{ loop.index }} as height,
            cast(null as bigint) as place_key,
            {%- for each in levels if each != 'republic' %}
            followed.{{ each }}_key,
            {%- endfor %}
            {%- for each in figures %}
            {% if each in exact %}cast(null as bigint) as {{ each }}_behind, {% endif -%}
            {% if each == persons %}part.{{ persons }} - part.persons_of_parts{% else %}cast(null as bigint){% endif %} as {{ each }}
            {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from level_{{ level }} as part
        inner join {{ ref('int_place_followed') }} as followed
            on followed.level = '{{ level }}' and part.place_key = followed.own_key
        where part.{{ persons }} < part.persons_of_parts
        {%- endfor %}
        {%- endif %}
    )
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
    cross join {{ ref('int_least_shown') }} as publication
    {%- endif %}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
{%- endmacro %}
