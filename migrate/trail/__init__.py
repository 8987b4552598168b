"""The journal told to others: one event for each privileged change, as JSON lines, CEF or OCSF."""
