with due as (
    select
        basis,
        node_code,
        node_kind,
        is_due,
        is_reported
    from {{ ref('rpt_reporting_discipline') }}
    where is_due = 1 and structure <> 'as_is'
),

counted as (
    select
        basis,
        count(distinct case when node_kind = 'organisation' then node_code end) as organisations_due,
        count(distinct case when node_kind = 'organisation' and is_reported = 1 then node_code end)
            as organisations_reported,
        sum(is_due) as reports_due,
        sum(is_reported) as reports_reported
    from due
    group by basis
),

complete as (
    select
        basis.basis,
        basis.basis_kk,
        basis.basis_ru,
        cast(coalesce(counted.organisations_due, 0) as bigint) as organisations_due,
        cast(coalesce(counted.organisations_reported, 0) as bigint) as organisations_reported,
        cast(coalesce(counted.reports_due, 0) as bigint) as reports_due,
        cast(coalesce(counted.reports_reported, 0) as bigint) as reports_reported
    from {{ ref('dim_basis') }} as basis
    left join counted on basis.basis = counted.basis
)

select
    complete.basis,
    complete.basis_kk,
    complete.basis_ru,
    publication.publication_number,
    publication.data_as_of,
    {{ bbaj.local_time('publication.data_as_of') }} as data_as_of_local,
    publication.is_demo,
    publication.data_kind_kk,
    publication.data_kind_ru,
    complete.organisations_reported,
    complete.organisations_due,
    complete.reports_reported,
    complete.reports_due,
    {{ bbaj.percent('complete.reports_reported', 'complete.reports_due') }} as reports_reported_percent
from complete
cross join {{ ref('dim_publication') }} as publication
