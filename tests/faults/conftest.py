"""The home and the country of the warehouse's tests."""

from tests.warehouse.conftest import country, home, registered

__all__ = ["country", "home", "registered"]
