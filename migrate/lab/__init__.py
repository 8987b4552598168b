"""An emulated Microsoft Graph with its token service, for rehearsal and for tests.

Nothing of the rest of the program is imported here, so that one mistake cannot be on both sides. The way of a
request: ``http`` receives it, ``tokens`` says who asks, ``faults`` may spoil it, ``throttle`` may refuse it,
``router`` finds the handler of its area (``users``, ``groups``, ``roles`` …), the handler reads or changes a
``tenant``, and ``control`` (a port of its own) shows and changes what no Graph caller could.
"""
