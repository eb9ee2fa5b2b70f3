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


{#-
    The sum of marks from the numbers of them that are shown, each rounded by itself: a mark is 2, and one more for each of
    3, 4 and 5 that it reaches. Rounded apart from its own number, a sum of ten marks could make an average of 10.
-#}
{% macro sum_of_marks(row) -%}
    cast(2 * {{ row }}.marks_given + {{ row }}.marks_passing + {{ row }}.marks_good + {{ row }}.marks_excellent as bigint)
{%- endmacro %}
