"""The practice database as Radicale's storage, authentication and rights.

A stock ``radicale`` process uses them with ``type = server.storage_plugin`` in its sections
``[storage]``, ``[auth]`` and ``[rights]``.
"""

from server.storage_plugin import vobject_values
from server.storage_plugin.auth import Auth
from server.storage_plugin.rights import Rights
from server.storage_plugin.storage import Storage

vobject_values.leave_alone()

__all__ = ["Auth", "Rights", "Storage"]
