{#- A custom schema is used under its own name: `main`, `persons`, `scratch` and `held_back`, not `main_scratch`. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
