select winning.submission_key
from {{ ref('int_submission_winning') }} as winning
left join {{ ref('stg_ledger__landing') }} as landing
    on
        winning.form = landing.form
        and winning.period = landing.period
        and winning.batch_id = landing.batch_id
where winning.rows_accepted > 0 and not coalesce(landing.is_key_once, false)
