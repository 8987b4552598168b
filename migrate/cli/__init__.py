"""The verbs: each loads, decides, shows, asks and acts through the rooms below. One file a verb."""
