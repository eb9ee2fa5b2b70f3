"""Superset's sign-in with our manners: see the room `signin`.

In: Superset's own security manager. Out: the class its settings name. Loaded by those settings alone.
"""

from __future__ import annotations

from typing import Any

from superset.security import SupersetSecurityManager

from signin.manager import GuardedSignIn, watch_passwords


class SecurityManager(GuardedSignIn, SupersetSecurityManager):  # type: ignore[misc]
    """Superset's own, with our manners."""

    def __init__(self, appbuilder: Any) -> None:
        super().__init__(appbuilder)
        watch_passwords(self.user_model)
