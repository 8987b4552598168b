"""pim-migrate: moves privileged access (PIM) between Microsoft Entra tenants."""

__version__ = "0.1.0"
