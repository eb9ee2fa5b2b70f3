{#-
    The only way a rate is written in SQL: `numerator` of `denominator` in per cent, two decimals, half up,
    null where nothing was due. Both are whole numbers. One division of doubles and one floor give the same
    hundredths on both engines; a rounded or cast double would not.
-#}
{% macro percent(numerator, denominator) -%}
    cast(
        cast(
            floor(
                cast(20000 * {{ numerator }} + {{ denominator }} as double)
                / cast(nullif(2 * {{ denominator }}, 0) as double)
            ) as bigint
        ) * cast(0.01 as decimal(3, 2)) as decimal(9, 2)
    )
{%- endmacro %}
