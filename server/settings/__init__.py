"""What can be set: from config/praxical.toml, the environment and the command line."""

from server.settings.loading import BadSettings, Overrides, load_settings
from server.settings.sections import Settings

__all__ = ["BadSettings", "Overrides", "Settings", "load_settings"]
