"""What the plugin and what it collects call the option for the county's own files."""

from typing import Final

OPTION: Final = "policy_local"
