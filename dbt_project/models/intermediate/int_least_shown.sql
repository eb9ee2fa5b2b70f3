select
    least_persons,
    least_organisations
from {{ ref('stg_ledger__publication') }}
