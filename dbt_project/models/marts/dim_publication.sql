select
    number as publication_number,
    data_as_of,
    demo as is_demo
from {{ ref('stg_ledger__publication') }}
