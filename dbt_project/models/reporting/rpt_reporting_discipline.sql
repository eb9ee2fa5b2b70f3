with obligations as (
    select
        basis.basis,
        basis.basis_kk,
        basis.basis_ru,
        basis.is_official as is_official_basis,
        obligation.form_key,
        obligation.node_key,
        obligation.period_key,
        obligation.organisation_key,
        obligation.obligation_key,
        obligation.part,
        obligation.due_at,
        obligation.observed_at,
        obligation.ended_at,
        obligation.status as ledger_status,
        obligation.operational_submission_key is not null as has_operational,
        winner.submission_key is not null as has_winner,
        coalesce(winner.is_nil_return, false) as is_nil_winner,
        winner.received_at as winner_received_at
    from {{ ref('fct_obligation') }} as obligation
    cross join {{ ref('dim_basis') }} as basis
    left join {{ ref('dim_submission') }} as winner
        on
            winner.submission_key = case
                when basis.is_official then obligation.official_submission_key
                else obligation.operational_submission_key
            end
),

-- The operational basis says what the ledger says. The official one counts what was approved.
assessed as (
    select
        *,
        case
            when ledger_status in ('exempt', 'not_applicable') then ledger_status
            when not is_official_basis and ledger_status in ('fulfilled', 'late', 'nil_return') then ledger_status
            when is_official_basis and has_winner and is_nil_winner then 'nil_return'
            when is_official_basis and has_winner and ledger_status in ('fulfilled', 'late') then ledger_status
            when is_official_basis and has_winner and winner_received_at > due_at then 'late'
            when is_official_basis and has_winner then 'fulfilled'
            when
                is_official_basis and (has_operational or ledger_status in ('fulfilled', 'late', 'nil_return'))
                then 'awaiting_approval'
            when ledger_status = 'missing' or due_at < observed_at then 'missing'
            else 'open'
        end as status
    from obligations
),

timed as (
    select
        *,
        case
            when status = 'nil_return' then coalesce(winner_received_at, ended_at) > due_at
            else status = 'late'
        end as is_late,
        case
            -- The ledger may have declared it missing after the last act the data reflect.
            when status = 'missing' and ended_at > observed_at then ended_at
            when status = 'missing' then observed_at
            when status in ('late', 'nil_return') then coalesce(winner_received_at, ended_at)
        end as delayed_until
    from assessed
)

-- A report is not divided: what an organisation owed that was split stays with it.
select
    timed.basis,
    timed.basis_kk,
    timed.basis_ru,
    place.structure,
    timed.obligation_key,
    form.form,
    form.form_name_kk,
    form.form_name_ru,
    period.period,
    period.period_kind,
    period.period_start_date,
    period.period_label_kk,
    period.period_label_ru,
    timed.part,
    place.oblast_code,
    place.oblast_name_kk,
    place.oblast_name_ru,
    place.district_code,
    place.district_name_kk,
    place.district_name_ru,
    place.node_code,
    place.node_kind,
    place.node_name_kk,
    place.node_name_ru,
    case when place.node_kind = 'organisation' then place.node_name_kk end as organisation_name_kk,
    case when place.node_kind = 'organisation' then place.node_name_ru end as organisation_name_ru,
    timed.due_at,
    timed.status,
    status.status_kk,
    status.status_ru,
    cast(case when timed.status in ('exempt', 'not_applicable', 'open') then 0 else 1 end as int) as is_due,
    cast(case when timed.status in ('fulfilled', 'late', 'nil_return') then 1 else 0 end as int) as is_reported,
    cast(
        case
            when timed.status in ('fulfilled', 'late', 'nil_return') and not coalesce(timed.is_late, false) then 1
            else 0
        end as int
    ) as is_on_time,
    cast(case when coalesce(timed.is_late, false) then 1 else 0 end as int) as is_late,
    cast(case when timed.status = 'missing' then 1 else 0 end as int) as is_missing,
    cast(case when timed.status = 'awaiting_approval' then 1 else 0 end as int) as is_awaiting_approval,
    cast(case when timed.status = 'nil_return' then 1 else 0 end as int) as is_nil_return,
    cast(
        case
            when timed.delayed_until > timed.due_at
                then ceil({{ bbaj.seconds_between('timed.due_at', 'timed.delayed_until') }} / cast(86400 as double))
            else 0
        end as int
    ) as days_late
from timed
inner join {{ ref('int_reporter_placed') }} as place
    on timed.node_key = place.node_key and timed.organisation_key = place.organisation_key
inner join {{ ref('dim_form') }} as form on timed.form_key = form.form_key
inner join {{ ref('dim_period') }} as period on timed.period_key = period.period_key
left join {{ ref('dim_report_status') }} as status on timed.status = status.status
