"""The template as CloudFormation carries it out, which is what SAM makes of the one that is packaged.

SAM adds resources and moves properties: what is asserted of a deployment is asserted of this one.
"""

import copy
import os
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from infra.local.local_settings import REGION
from infra.stack import located

_NOWHERE = ("packages", "code")
"""A bucket and a key: SAM takes no code that lies on this machine."""


def translated(template: Mapping[str, Any]) -> dict[str, Any]:
    """Return what SAM makes of a packaged template.

    Raises:
        samtranslator.model.exceptions.InvalidDocumentException: SAM refuses the template.
    """
    from samtranslator.translator.transform import transform  # type: ignore[import-untyped]

    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    managed_policies = SimpleNamespace(load=dict)
    result: dict[str, Any] = transform(copy.deepcopy(located(template, *_NOWHERE)), {}, managed_policies)
    return result
