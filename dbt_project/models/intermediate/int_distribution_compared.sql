-- Each organisation beside those like it: of the same kind and kind of locality in the whole republic. Values are whole
-- hundredths and fences whole four-thousandths, so that both engines tell the same of a value that lies on one.
with placed as (
    select
        gathered.*,
        figure.unit,
        figure.direction,
        figure.bin_width,
        figure.least_base,
        figure.least_peers,
        figure.fence_tenths,
        figure.least_fence,
        coalesce(
            case when gathered.structure = 'as_is' then now.kind_code else organisation.kind_code end, 'unknown'
        ) as kind_code,
        coalesce(
            case when gathered.structure = 'as_is' then now.locality_code else organisation.locality_code end, 'unknown'
        ) as locality_code,
        case
            when gathered.denominator > 0
                then cast(100 * {{ bbaj.percent('gathered.numerator', 'gathered.denominator') }} as bigint)
        end as hundredths,
        -- By how much the rounding of the numerator may have moved the value: nobody is named for that.
        case
            when figure.rounding_units = 0 or publication.least_persons <= 1 or gathered.denominator = 0
                then cast(0 as bigint)
            else
                1 + cast(
                    floor(
                        cast(10000 * figure.rounding_units * publication.least_persons as double)
                        / cast(gathered.denominator as double)
                    ) as bigint
                )
        end as step
    from {{ ref('int_distribution_gathered') }} as gathered
    inner join {{ ref('distribution_figure') }} as figure on gathered.figure = figure.figure
    cross join {{ ref('int_least_shown') }} as publication
    left join {{ ref('dim_organisation') }} as organisation
        on
            gathered.organisation_code = organisation.organisation_code
            and gathered.period_start_date between organisation.applies_from_date and organisation.applies_to_date
    left join {{ ref('dim_organisation_current') }} as now on gathered.organisation_code = now.organisation_code
),

weighed as (
    select
        *,
        case
            when hundredths is not null and based_on >= least_base and kind_code <> 'unknown' then 1 else 0
        end as is_weighed
    from placed
),

-- Quartiles of whole numbers are whole numbers of quarters.
peers as (
    select
        figure,
        basis,
        structure,
        period,
        kind_code,
        locality_code,
        max(least_peers) as least_peers,
        count(*) as peers,
        cast(4 * percentile_cont(0.25) within group (order by cast(hundredths as double)) as bigint) as lower_fourths,
        cast(4 * percentile_cont(0.5) within group (order by cast(hundredths as double)) as bigint) as median_fourths,
        cast(4 * percentile_cont(0.75) within group (order by cast(hundredths as double)) as bigint) as upper_fourths
    from weighed
    where is_weighed = 1
    group by figure, basis, structure, period, kind_code, locality_code
),

-- Quartiles of a few would tell of each of them.
told as (
    select
        figure,
        basis,
        structure,
        period,
        kind_code,
        locality_code,
        peers,
        case when peers >= least_peers then lower_fourths end as lower_fourths,
        case when peers >= least_peers then median_fourths end as median_fourths,
        case when peers >= least_peers then upper_fourths end as upper_fourths
    from peers
),

fenced as (
    select
        weighed.*,
        coalesce(peers.peers, 0) as peers,
        peers.lower_fourths,
        peers.median_fourths,
        peers.upper_fourths,
        10 * peers.lower_fourths - greatest(
            weighed.fence_tenths * (peers.upper_fourths - peers.lower_fourths), 40 * weighed.least_fence
        ) as low_fence,
        10 * peers.upper_fourths + greatest(
            weighed.fence_tenths * (peers.upper_fourths - peers.lower_fourths), 40 * weighed.least_fence
        ) as high_fence
    from weighed
    left join told as peers
        on
            weighed.figure = peers.figure
            and weighed.basis = peers.basis
            and weighed.structure = peers.structure
            and weighed.period = peers.period
            and weighed.kind_code = peers.kind_code
            and weighed.locality_code = peers.locality_code
)

select
    figure,
    basis,
    structure,
    period,
    period_start_date,
    oblast_code,
    district_code,
    organisation_code,
    organisation_name_kk,
    organisation_name_ru,
    kind_code,
    locality_code,
    persons,
    based_on,
    hundredths,
    peers,
    lower_fourths,
    median_fourths,
    upper_fourths,
    -- A value is never below nothing, and a share never above the whole.
    case when low_fence < 0 then 0 else low_fence end as low_fence,
    case when unit = 'share' and high_fence > 400000 then 400000 else high_fence end as high_fence,
    -- The whole of a share is the end of its last bin.
    case
        when unit = 'share' and hundredths = 10000 then 9999 - mod(9999, bin_width)
        else hundredths - mod(hundredths, bin_width)
    end as bin_start,
    case
        when hundredths is null and is_withheld = 1 then 'withheld'
        when hundredths is null then 'not_reported'
        when based_on < least_base then 'small'
        when is_weighed = 0 or median_fourths is null then 'few_peers'
        when 40 * (hundredths + step) < low_fence then 'far_below'
        when 40 * (hundredths - step) > high_fence then 'far_above'
        when 4 * hundredths < lower_fourths then 'below'
        when 4 * hundredths > upper_fourths then 'above'
        else 'middle'
    end as standing
from fenced
