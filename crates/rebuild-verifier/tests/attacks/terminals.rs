//! Streams that are closed, and text that commands a terminal or a runner.
