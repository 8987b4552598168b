"""Carries a plan out, one write at a time: execute, recover, verify, roll back.

The rules; each has a test of the same name.

- Begin must be on disk before the request is sent.
- End must be on disk before a write counts as done.
- A disk that is full at Begin must send nothing.
- A disk that is full at End must keep the outcome and begin nothing new.
- A write in doubt must be settled by a read that finds it.
- A write in doubt must be settled by its absence after the replication window.
- A write in doubt must be settled by a person where no read can.
- A write in doubt must not be sent again before it is settled.
- A write that Graph accepted must not be sent again because it does not show.
- The replication window must begin when the request can last have been sent.
- Recovery must go through the same door as a first run.
- Recovery must check that the recorded write is the one asked for.
- A broken chain must stop new work.
- A broken chain must not stop the recording of an outcome.
- A finished plan must send no write.
- A stale plan must send no write.
- A wider scope than asked must stop the wave.
- A wider scope than asked must be taken back at once.
- A wider right that was there before must be left.
- Rollback must remove only what this engagement created.
- Rollback must refuse what was changed since.
- Rollback must not take a read that lags for a right that is gone.
- A stop must end waits and send nothing more.
- Dependents must wait for End.
- A write whose need is not done must not be sent.
- What is changed for a time must be restored before any stop.
- What a killed run left changed for a time must be restored first by the next apply.
- What a killed run left changed for a time must be restored first by the next rollback.
- An object must be found again by its mark and never by its name alone.
- A unit just made must not be used before PIM can know it.
- What a surviving write relies on must stay.
"""
