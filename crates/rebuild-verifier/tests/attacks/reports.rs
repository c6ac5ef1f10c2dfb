//! Results that contradict each other.
