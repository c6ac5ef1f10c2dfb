//! Bytes of keys, policies and the environment in messages.
