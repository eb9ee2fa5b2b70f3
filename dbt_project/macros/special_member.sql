{#- Members that stand for what is not there (seed special_member): -1 unknown, -2 does not apply, -3 groups of too few. -#}
{% macro special_label(member_key, language, dimension='any') -%}
    (
        select special.label_{{ language }}
        from {{ ref('special_member') }} as special
        where special.dimension = '{{ dimension }}' and special.member_key = {{ member_key }}
    )
{%- endmacro %}
