"""What each role of bbaj may do in Superset: a list of what is allowed, so that nothing new of Superset's slips in.

In: Superset's permissions by name. Out: those of a viewer (ministry, oblast, district) and of an analyst; which role of
Superset an account gets. A viewer opens dashboards, filters, drills and takes the figures along; a viewer has neither
SQL Lab nor datasets, metrics or charts of the own, and nothing lists other people.
"""

from __future__ import annotations

from dashboards.access.readers import ADMINISTRATOR, ANALYST, DISTRICT, MINISTRY, OBLAST

Permission = tuple[str, str]
"""A permission and the view it is for, as Superset calls them."""


def _of(view: str, *permissions: str) -> list[Permission]:
    return [(permission, view) for permission in permissions]


VIEWER: tuple[Permission, ...] = (
    *_of("Superset", "can_language_pack", "can_dashboard", "can_dashboard_permalink", "can_log", "can_csv"),
    *_of("Superset", "can_share_dashboard", "can_fetch_datasource_metadata", "can_slice"),
    *_of("Superset", "can_explore_json"),  # maps ask by it, they have no other way
    *_of("Dashboard", "can_read", "can_drill", "can_view_chart_as_table"),
    *_of("Chart", "can_read"),
    *_of("Dataset", "can_read", "can_get_drill_info"),
    *_of("Datasource", "can_samples", "can_get_column_values"),
    *_of("DashboardFilterStateRestApi", "can_read", "can_write"),
    *_of("DashboardPermalinkRestApi", "can_read", "can_write"),
    *_of("ExploreFormDataRestApi", "can_read", "can_write"),
    *_of("Api", "can_time_range"),
    *_of("CurrentUserRestApi", "can_read"),
    *_of("SecurityRestApi", "can_read"),
    *_of("MenuApi", "can_get"),
    *_of("Log", "can_recent_activity"),
    *_of("Theme", "can_read"),
    *_of("AsyncEventsRestApi", "can_list"),
    *_of("AdvancedDataType", "can_read"),
    *_of("Home", "menu_access"),
    *_of("Dashboards", "menu_access"),
)
_ASKING: tuple[Permission, ...] = (
    *_of("SQL Lab", "menu_access"),
    *_of("SQL Editor", "menu_access"),
    *_of("Saved Queries", "menu_access"),
    *_of("Query Search", "menu_access"),
    *_of(
        "SQLLab", "can_execute_sql_query", "can_get_results", "can_format_sql", "can_read", "can_export_csv"
    ),
    *_of("SQLLab", "can_estimate_query_cost"),
    *_of("Superset", "can_sqllab", "can_sqllab_history", "can_explore", "can_share_chart"),
    *_of("Query", "can_read"),
    *_of("SavedQuery", "can_read", "can_write", "can_list", "can_export"),
    *_of("SqlLabPermalinkRestApi", "can_read", "can_write"),
    *_of("TabStateView", "can_get", "can_post", "can_put", "can_delete", "can_activate", "can_delete_query"),
    *_of("TabStateView", "can_migrate_query"),
    *_of("TableSchemaView", "can_post", "can_expanded", "can_delete"),
    *_of("Database", "can_read"),
    *_of("Explore", "can_read"),
    *_of("ExplorePermalinkRestApi", "can_read", "can_write"),
    *_of("Charts", "menu_access"),
    *_of("Datasets", "menu_access"),
    *_of("Chart", "can_write", "can_export"),
    *_of("Api", "can_query", "can_query_form_data"),
    *_of("Dashboard", "can_view_query"),
)
ANALYSIS: tuple[Permission, ...] = (*VIEWER, *_ASKING)
SUPERSETS_ADMINISTRATOR = "Admin"
ROLE_OF = {
    MINISTRY: "bbaj ministry",
    OBLAST: "bbaj oblast",
    DISTRICT: "bbaj district",
    ANALYST: "bbaj analyst",
    ADMINISTRATOR: SUPERSETS_ADMINISTRATOR,
}
"""Role of an account → role of Superset."""
PERMISSIONS = {
    ROLE_OF[MINISTRY]: VIEWER,
    ROLE_OF[OBLAST]: VIEWER,
    ROLE_OF[DISTRICT]: VIEWER,
    ROLE_OF[ANALYST]: ANALYSIS,
}
