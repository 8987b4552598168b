"""The engagement database: schema and its migrations, snapshots, resolutions, plans, journal and lock.

This is the only room that touches ``sqlite_utils``. It takes and gives plain rows (frozen dataclasses and
dicts) and knows nothing of Microsoft Graph: what a kind is, and what an event means, is said elsewhere.
"""
