"""The one door to Microsoft Graph: credentials, session, pacer, pager, and what an answer means."""
