with obligations as (
    select
        basis.basis,
        basis.basis_kk,
        basis.basis_ru,
        basis.is_official as is_official_basis,
        obligation.form_key,
        obligation.node_key,
        obligation.period_key,
        obligation.territory_key,
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
),

-- What was owed by an organisation that has another place, name or successor now, and by departments of districts that
-- have another code. A report is not divided: what one owed that was split stays with it.
organisations_now as (
    select
        followed.own_key as organisation_key,
        place.organisation_code as node_code,
        place.organisation_name_kk as node_name_kk,
        place.organisation_name_ru as node_name_ru,
        place.oblast_code,
        place.oblast_name_kk,
        place.oblast_name_ru,
        place.district_code,
        place.district_name_kk,
        place.district_name_ru
    from {{ ref('int_place_followed') }} as followed
    inner join {{ ref('int_organisation_restructured') }} as place on followed.place_key = place.place_key
    where
        followed.level = 'organisation' and followed.own_key <> followed.place_key and followed.divisor = 1
        and followed.own_key >= 0
),

districts_now as (
    select
        succeeded.territory_code,
        now.oblast_code,
        now.oblast_name_kk,
        now.oblast_name_ru,
        now.district_code,
        now.district_name_kk,
        now.district_name_ru
    from {{ ref('int_territory_succeeded') }} as succeeded
    inner join {{ ref('dim_territory') }} as now on succeeded.successor_code = now.territory_code
),

was as (
    select
        timed.*,
        territory.oblast_code,
        territory.oblast_name_kk,
        territory.oblast_name_ru,
        territory.district_code,
        territory.district_name_kk,
        territory.district_name_ru,
        node.node_code,
        node.node_kind,
        node.node_name_kk,
        node.node_name_ru,
        case
            when organisations_now.organisation_key is null and districts_now.territory_code is null then 'both'
            else 'as_was'
        end as structure
    from timed
    inner join {{ ref('dim_node') }} as node on timed.node_key = node.node_key
    inner join {{ ref('dim_territory') }} as territory on timed.territory_key = territory.territory_key
    left join organisations_now on timed.organisation_key = organisations_now.organisation_key
    left join districts_now on territory.district_code = districts_now.territory_code
),

gathered as (
    select
        basis,
        basis_kk,
        basis_ru,
        obligation_key,
        form_key,
        period_key,
        part,
        due_at,
        status,
        is_late,
        delayed_until,
        oblast_code,
        oblast_name_kk,
        oblast_name_ru,
        district_code,
        district_name_kk,
        district_name_ru,
        node_code,
        node_kind,
        node_name_kk,
        node_name_ru,
        structure
    from was
    union all
    select
        was.basis,
        was.basis_kk,
        was.basis_ru,
        was.obligation_key,
        was.form_key,
        was.period_key,
        was.part,
        was.due_at,
        was.status,
        was.is_late,
        was.delayed_until,
        coalesce(organisation.oblast_code, district.oblast_code, was.oblast_code) as oblast_code,
        coalesce(organisation.oblast_name_kk, district.oblast_name_kk, was.oblast_name_kk) as oblast_name_kk,
        coalesce(organisation.oblast_name_ru, district.oblast_name_ru, was.oblast_name_ru) as oblast_name_ru,
        coalesce(organisation.district_code, district.district_code, was.district_code) as district_code,
        coalesce(organisation.district_name_kk, district.district_name_kk, was.district_name_kk) as district_name_kk,
        coalesce(organisation.district_name_ru, district.district_name_ru, was.district_name_ru) as district_name_ru,
        coalesce(organisation.node_code, was.node_code) as node_code,
        was.node_kind,
        coalesce(organisation.node_name_kk, was.node_name_kk) as node_name_kk,
        coalesce(organisation.node_name_ru, was.node_name_ru) as node_name_ru,
        'as_is' as structure
    from was
    left join organisations_now as organisation on was.organisation_key = organisation.organisation_key
    left join districts_now as district on was.district_code = district.territory_code
    where was.structure = 'as_was'
)

select
    timed.basis,
    timed.basis_kk,
    timed.basis_ru,
    timed.structure,
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
    timed.oblast_code,
    timed.oblast_name_kk,
    timed.oblast_name_ru,
    timed.district_code,
    timed.district_name_kk,
    timed.district_name_ru,
    timed.node_code,
    timed.node_kind,
    timed.node_name_kk,
    timed.node_name_ru,
    case when timed.node_kind = 'organisation' then timed.node_name_kk end as organisation_name_kk,
    case when timed.node_kind = 'organisation' then timed.node_name_ru end as organisation_name_ru,
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
from gathered as timed
inner join {{ ref('dim_form') }} as form on timed.form_key = form.form_key
inner join {{ ref('dim_period') }} as period on timed.period_key = period.period_key
left join {{ ref('dim_report_status') }} as status on timed.status = status.status
