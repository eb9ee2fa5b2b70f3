with located as (
    select
        node.node_code,
        node.kind as node_kind,
        node.parent_code as parent_node_code,
        node.name_kk as ledger_name_kk,
        node.name_ru as ledger_name_ru,
        node.valid_from as valid_from_date,
        node.valid_to as valid_to_date,
        case
            when node.kind = 'organisation' then organisation.name_kk
            when node.kind in ('oblast', 'district') then own.name_kk
        end as register_name_kk,
        case
            when node.kind = 'organisation' then organisation.name_ru
            when node.kind in ('oblast', 'district') then own.name_ru
        end as register_name_ru,
        case
            when node.kind = 'republic' then cast(-2 as bigint)
            else coalesce(
                nullif(organisation.territory_key, cast(-1 as bigint)), own.territory_key, cast(-1 as bigint)
            )
        end as territory_key
    from {{ ref('stg_ledger__node') }} as node
    left join {{ ref('dim_territory') }} as own
        on own.territory_code = coalesce(node.territory_code, node.node_code) and own.territory_key >= 0
    left join {{ ref('dim_organisation_current') }} as organisation
        on node.kind = 'organisation' and node.node_code = organisation.organisation_code
)

select
    {{ bbaj.hash_key(['node_code']) }} as node_key,
    node_code,
    node_kind,
    parent_node_code,
    -- A department is called as its territory is, an organisation as everywhere else: the ledger holds the name as
    -- it was written down, which another of the district may have too.
    coalesce(register_name_kk, ledger_name_kk) as node_name_kk,
    coalesce(register_name_ru, ledger_name_ru) as node_name_ru,
    territory_key,
    valid_from_date,
    valid_to_date
from located
union all
select
    cast(-1 as bigint) as node_key,
    'unknown' as node_code,
    'unknown' as node_kind,
    cast(null as string) as parent_node_code,
    {{ bbaj.special_label(-1, 'kk') }} as node_name_kk,
    {{ bbaj.special_label(-1, 'ru') }} as node_name_ru,
    cast(-1 as bigint) as territory_key,
    cast(null as date) as valid_from_date,
    cast(null as date) as valid_to_date
