"""Carries a plan out, one write at a time: execute, recover, verify, roll back.

The rules, each of which a test of the same name holds:

* Begin must be on disk before the request is sent.
* End must be on disk before a write counts as done.
* A write in doubt must be settled by a read that finds it, by its absence after the replication window,
  or by a person; it must never be sent again before that.
* Rollback must remove only what the journal says that this engagement created.
* A wider scope than asked must stop the wave.
"""
