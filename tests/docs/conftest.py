from tests.site.conftest import browser

__all__ = ["browser"]
