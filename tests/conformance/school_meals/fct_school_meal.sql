select
    submission_id as submission_key,
    person_key,
    served_date,
    meals,
    is_free
from {{ ref('stg_school_meals') }}
