"""Colours, fonts and the logo. Fonts are named, never fetched: each machine shows its own."""

from __future__ import annotations

from typing import Any

SCHEME = "bbaj"
INK = "#1f2a37"
BLUE, GOLD, TEAL, CORAL, VIOLET = "#0b6e99", "#e0a526", "#2a9d8f", "#d1495b", "#7b5ea7"
# For what stands where most do, beside what is meant to be seen.
SKY, MIST, HAZE = "#7cbbd4", "#b9dbe9", "#d5dde3"
# Words want more contrast than areas: 4.5 to 1 at least, on the tints behind them too.
WORD_BLUE, WORD_TEAL, WORD_CORAL, FAINT = "#085577", "#17635a", "#b3303f", "#5a6675"

CATEGORICAL_SCHEME: dict[str, Any] = {
    "id": SCHEME,
    "description": "",
    "label": "ББАЖ",
    "isDefault": True,
    "colors": [BLUE, GOLD, TEAL, CORAL, "#6c7a89", VIOLET, "#4f9d4f", "#c97b3d", "#3f88c5", "#a26769"],
}
SEQUENTIAL_SCHEME: dict[str, Any] = {
    "id": "bbaj_blue",
    "description": "",
    "label": "ББАЖ",
    "isDiverging": False,
    "isDefault": True,
    "colors": ["#e8f3f8", "#b9dbe9", "#7cbbd4", "#3d97ba", BLUE, "#084f6e"],
}
LOGO = "/bbaj/logo.svg"
FAVICONS = [{"href": "/bbaj/icon.svg", "type": "image/svg+xml"}]

THEME: dict[str, Any] = {
    "algorithm": "default",
    # No "all" and "inverse" buttons in legends: the drawing library has no Kazakh words for them.
    # And charts stand at once: twenty that grow for a second, sixty times drawn anew, keep an office computer busy.
    "echartsOptionsOverrides": {"legend": {"selector": False}, "animation": False},
    "token": {
        "brandAppName": "ББАЖ",
        "brandLogoAlt": "ББАЖ",
        "brandLogoUrl": LOGO,
        "brandLogoMargin": "10px 0",
        "brandLogoHref": "/",
        "brandLogoHeight": "32px",
        "colorPrimary": WORD_BLUE,
        "colorLink": WORD_BLUE,
        "colorError": WORD_CORAL,
        "colorWarning": GOLD,
        "colorSuccess": WORD_TEAL,
        "colorPrimaryBg": "#e1eef5",
        "colorPrimaryBgHover": "#d3e6f0",
        "colorSuccessBg": "#e2f2ef",
        "colorErrorBg": "#fbeaec",
        "colorTextPlaceholder": FAINT,
        "colorTextTertiary": FAINT,
        "colorTextQuaternary": FAINT,
        "colorTextDescription": FAINT,
        "colorInfo": "#3d97ba",
        "fontUrls": [],
        "fontFamily": "'Noto Sans', 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif",
        "fontFamilyCode": "'Noto Sans Mono', 'DejaVu Sans Mono', Consolas, monospace",
        "transitionTiming": 0.2,
        "brandIconMaxWidth": 160,
        "fontSizeXS": "8",
        "fontSizeXXL": "28",
        "fontWeightNormal": "400",
        "fontWeightLight": "300",
        "fontWeightStrong": "600",
        "fontWeightBold": "700",
        "colorEditorSelection": "#fff5cf",
    },
}
PAINT = {
    "blue": BLUE, "gold": GOLD, "teal": TEAL, "coral": CORAL,
    "violet": VIOLET, "sky": SKY, "mist": MIST, "haze": HAZE,
}  # fmt: skip

# Classes of Superset's dashboard that we rely on; the browser test looks at the result. The bar that tells
# who edited the dashboard says "minutes ago" in English for want of a Kazakh calendar library: it is left out.
# So are the letters "N/A" of a cell that holds nothing.
DASHBOARD_CSS = """
.dashboard-content { background: #f4f6f8; }
.dashboard-component-chart-holder { border: 1px solid #e3e8ee; border-radius: 8px; }
.header-with-actions [data-test="metadata-bar"] { display: none; }
.chart-slice[data-test-viz-type="big_number_total"] .filter-counts { display: none; }
.chart-slice[data-test-viz-type="big_number_total"] .header-title {
  font-size: 13px; line-height: 17px; min-height: 34px;
}
.chart-slice[data-test-viz-type="big_number_total"] .header-title span {
  font-size: 12px; line-height: 17px; overflow-wrap: anywhere;
}
.chart-slice[data-test-viz-type="big_number_total"] .header-line { color: #0b6e99 !important; }
.chart-slice[data-test-viz-type="big_number_total"] .subtitle-line { color: #52606d !important; }
.dashboard-markdown { color: #52606d; }
td.dt-is-null { font-size: 0; }
td.dt-is-null::after { content: "—"; font-size: 14px; }
"""

# On a phone the title has a line of its own, and nothing is edited.
PHONE_CSS = """
.header-with-actions { flex-wrap: wrap; height: auto !important; padding: 8px 12px !important; }
.header-with-actions .title-panel { width: 100%; }
.header-with-actions [data-test="editable-title-input"] { white-space: normal; }
.header-with-actions [data-test="edit-dashboard-button"], .header-with-actions .right-button-panel .ant-btn-group {
  display: none;
}
.header-with-actions .ant-tag, .header-with-actions .fave-unfave-icon { display: none !important; }
[data-test="filter-bar"], [data-test="filter-bar"] > div { flex-wrap: wrap; height: auto !important; row-gap: 4px; }
[data-test="filter-bar"] [data-test="filterbar-orientation-icon"] { display: none; }
[data-test="filterbar-action-buttons"] { flex: 1 0 100%; justify-content: flex-end; }
.header-with-actions [data-test="editable-title-input"] { font-size: 15px !important; }
.chart-slice[data-test-viz-type="big_number_total"] .header-title span { font-size: 11px; letter-spacing: -0.2px; }
.chart-slice[data-test-viz-type="big_number_total"] [data-test="slice-header"] { margin-right: -10px; }
.grid-container { margin: 8px !important; }
"""
