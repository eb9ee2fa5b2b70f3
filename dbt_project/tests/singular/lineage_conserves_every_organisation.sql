-- Every organisation lives on whole: the weights of those that stand for it now add up to one, and none is left out.
{{ config(tags=['invariant']) }}

select
    organisation.organisation_code,
    sum(lineage.weight) as weight
from {{ ref('dim_organisation_current') }} as organisation
left join {{ ref('brg_organisation_lineage') }} as lineage
    on organisation.organisation_code = lineage.organisation_code
group by organisation.organisation_code
having abs(coalesce(sum(lineage.weight), 0) - 1) > 0.000000001
