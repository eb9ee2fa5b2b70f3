{#- A class: an organisation's, in the school year of a day, by its grade and letter. -#}
{% macro class_key(organisation_code, day, grade, letter) -%}
    {{ bbaj.hash_key([organisation_code, bbaj.school_year_start(day), grade, letter]) }}
{%- endmacro %}
