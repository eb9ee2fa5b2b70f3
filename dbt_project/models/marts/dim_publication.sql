select
    publication.number as publication_number,
    publication.data_as_of,
    publication.demo as is_demo,
    data_kind.label_kk as data_kind_kk,
    data_kind.label_ru as data_kind_ru,
    publication.least_persons,
    publication.least_organisations
from {{ ref('stg_ledger__publication') }} as publication
inner join {{ ref('data_kind') }} as data_kind
    on data_kind.code = case when publication.demo then 'demo' else 'real' end
