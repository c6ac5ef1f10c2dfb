//! Statements that lack, repeat, reorder or contradict what must be in them.
