"""JSON of any form with the words of a schedule in it, as a hostile tenant might answer."""

from __future__ import annotations

from hypothesis import strategies as st

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=12)
    | st.sampled_from(["P9D", "afterDuration"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["startDateTime", "expiration", "type", "endDateTime", "duration"]), inner
        )
    ),
    max_leaves=8,
)
