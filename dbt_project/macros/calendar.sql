{#- How days are written: `20260901` as a key, `01.09` and `01.09.2026` for people. -#}

{% macro date_key(day) -%}
    cast(
        cast(extract(year from {{ day }}) as bigint) * 10000
        + cast(extract(month from {{ day }}) as bigint) * 100
        + cast(extract(day from {{ day }}) as bigint) as bigint
    )
{%- endmacro %}

{% macro day_month(day) -%}
    lpad(cast(extract(day from {{ day }}) as string), 2, '0')
    || '.' || lpad(cast(extract(month from {{ day }}) as string), 2, '0')
{%- endmacro %}

{% macro day_month_year(day) -%}
    {{ bbaj.day_month(day) }} || '.' || cast(extract(year from {{ day }}) as string)
{%- endmacro %}

{#- The ISO week of a day as forms write it: `2026-W36`. -#}
{% macro week_text(day) -%}
    cast({{ bbaj.iso_year(day) }} as string)
    || '-W' || lpad(cast({{ bbaj.iso_week(day) }} as string), 2, '0')
{%- endmacro %}

{#- The year in whose September the school year of a day began. -#}
{% macro school_year_start(day) -%}
    cast(
        cast(extract(year from {{ day }}) as int)
        - case when extract(month from {{ day }}) < 9 then 1 else 0 end as int
    )
{%- endmacro %}

{#- The local day on which a naive UTC moment fell. -#}
{% macro local_date(moment) -%}
    cast({{ bbaj.local_time(moment) }} as date)
{%- endmacro %}

{% macro local_time(moment) -%}
    cast({{ moment }} + interval '{{ var("utc_offset_hours") }}' hour as timestamp)
{%- endmacro %}

{#- A pattern of seed period_label with the texts of one period in the places that stand for them. -#}
{% macro filled_pattern(pattern, month) -%}
    {%- set filled = namespace(text=pattern) -%}
    {%- for place, text in {
        'start': 'start_text', 'end': 'end_text', 'day': 'day_text', 'number': 'number_text',
        'part': 'part_text', 'school_year': 'school_year_text', 'year': 'year_text', 'end_year': 'end_year_text', 'month': month,
    }.items() -%}
        {%- set filled.text = "replace(" ~ filled.text ~ ", '{" ~ place ~ "}', " ~ text ~ ")" -%}
    {%- endfor -%}
    {{ filled.text }}
{%- endmacro %}

{#- Which quarter of the calendar year a day lies in, and which term of the school year its month is reported with. -#}
{% macro quarter_number(day) -%}
    cast(extract(quarter from {{ day }}) as int)
{%- endmacro %}

{% macro term_number(day) -%}
    case
        when extract(month from {{ day }}) between 9 and 10 then 1
        when extract(month from {{ day }}) between 11 and 12 then 2
        when extract(month from {{ day }}) between 1 and 3 then 3
        else 4
    end
{%- endmacro %}
