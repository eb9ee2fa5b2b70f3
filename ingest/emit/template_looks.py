"""How a template looks: fonts, colours and borders shared by its sheets, as xlsxwriter names them."""

from __future__ import annotations

from typing import Any

Look = dict[str, Any]

FONT: Look = {"font_name": "Arial", "font_size": 10}
TITLE: Look = {**FONT, "bold": True, "font_size": 14, "valign": "vcenter"}
HINT: Look = {**FONT, "font_color": "#595959"}
SECOND_LABEL: Look = {**FONT, "font_size": 9, "font_color": "#595959"}
_HEADING: Look = {**FONT, "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1}
REQUIRED: Look = {**_HEADING, "bg_color": "#BDD7EE"}
OPTIONAL: Look = {**_HEADING, "bg_color": "#EDEDED"}
SECTION: Look = {**FONT, "bold": True, "font_size": 12, "font_color": "#1F4E78"}
LABEL: Look = {**FONT, "bold": True, "valign": "top"}
TEXT: Look = {**FONT, "valign": "top", "text_wrap": True, "align": "left"}
LINE: Look = {**FONT, "valign": "top"}
GRID: Look = {**TEXT, "border": 1, "border_color": "#BFBFBF"}
GRID_HEADING: Look = {**REQUIRED, "bold": True, "border_color": "#BFBFBF"}
