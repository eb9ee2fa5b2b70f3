{#-
    Everything that the engines write differently, and nothing else. A model calls the plain name;
    `default__` is DuckDB, `spark__` the second engine.
-#}

{#- 60 bits of a hash that both engines compute alike: md5 of the parts joined by `|`, `~` for null, 15 hex digits. -#}
{% macro hash_key(parts) -%}
    {{ return(adapter.dispatch('hash_key', 'bbaj')(parts)) }}
{%- endmacro %}

{% macro default__hash_key(parts) -%}
    cast('0x' || substr(md5({{ bbaj.joined_parts(parts) }}), 1, 15) as bigint)
{%- endmacro %}

{% macro spark__hash_key(parts) -%}
    cast(conv(substr(md5({{ bbaj.joined_parts(parts) }}), 1, 15), 16, 10) as bigint)
{%- endmacro %}

{% macro joined_parts(parts) -%}
    {%- for part in parts -%}
        coalesce(cast({{ part }} as string), '~')
        {%- if not loop.last %} || '|' || {% endif -%}
    {%- endfor -%}
{%- endmacro %}

{#- The day `days` (an integer expression) after `day`. -#}
{% macro add_days(day, days) -%}
    {{ return(adapter.dispatch('add_days', 'bbaj')(day, days)) }}
{%- endmacro %}

{% macro default__add_days(day, days) -%}
    cast({{ day }} + cast({{ days }} as int) as date)
{%- endmacro %}

{% macro spark__add_days(day, days) -%}
    date_add({{ day }}, cast({{ days }} as int))
{%- endmacro %}

{#- Whole seconds from one naive timestamp to a later one. -#}
{% macro seconds_between(earlier, later) -%}
    {{ return(adapter.dispatch('seconds_between', 'bbaj')(earlier, later)) }}
{%- endmacro %}

{% macro default__seconds_between(earlier, later) -%}
    cast(date_diff('second', {{ earlier }}, {{ later }}) as bigint)
{%- endmacro %}

{% macro spark__seconds_between(earlier, later) -%}
    cast(timestampdiff(second, {{ earlier }}, {{ later }}) as bigint)
{%- endmacro %}

{#- 1 Monday … 7 Sunday. -#}
{% macro iso_weekday(day) -%}
    {{ return(adapter.dispatch('iso_weekday', 'bbaj')(day)) }}
{%- endmacro %}

{% macro default__iso_weekday(day) -%}
    cast(extract(isodow from {{ day }}) as int)
{%- endmacro %}

{% macro spark__iso_weekday(day) -%}
    cast(extract(dayofweek_iso from {{ day }}) as int)
{%- endmacro %}

{#- The ISO year a week belongs to, and its number. -#}
{% macro iso_year(day) -%}
    {{ return(adapter.dispatch('iso_year', 'bbaj')(day)) }}
{%- endmacro %}

{% macro default__iso_year(day) -%}
    cast(extract(isoyear from {{ day }}) as int)
{%- endmacro %}

{% macro spark__iso_year(day) -%}
    cast(extract(yearofweek from {{ day }}) as int)
{%- endmacro %}

{% macro iso_week(day) -%}
    cast(extract(week from {{ day }}) as int)
{%- endmacro %}

{#- A relation of one column `date_day` with every day from `first` to `last`, both scalar subqueries or columns of `of`. -#}
{% macro day_series(of, first, last) -%}
    {{ return(adapter.dispatch('day_series', 'bbaj')(of, first, last)) }}
{%- endmacro %}

{% macro default__day_series(of, first, last) -%}
    select cast(unnest(generate_series({{ first }}, {{ last }}, interval 1 day)) as date) as date_day
    from {{ of }}
{%- endmacro %}

{% macro spark__day_series(of, first, last) -%}
    select explode(sequence({{ first }}, {{ last }}, interval 1 day)) as date_day
    from {{ of }}
{%- endmacro %}

{#- `text` with every match of `pattern` replaced. -#}
{% macro replace_matches(text, pattern, replacement) -%}
    {{ return(adapter.dispatch('replace_matches', 'bbaj')(text, pattern, replacement)) }}
{%- endmacro %}

{% macro default__replace_matches(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro spark__replace_matches(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}')
{%- endmacro %}
