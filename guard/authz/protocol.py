"""The words of Docker's plugin protocol.

Source: https://docs.docker.com/engine/extend/plugin_api/ and ``plugins_authorization/``.
"""

from typing import Final

ACTIVATE: Final = "/Plugin.Activate"
REQUEST: Final = "/AuthZPlugin.AuthZReq"
RESPONSE: Final = "/AuthZPlugin.AuthZRes"
IMPLEMENTS: Final = "authz"
MEDIA_TYPE: Final = "application/vnd.docker.plugins.v1.1+json"
