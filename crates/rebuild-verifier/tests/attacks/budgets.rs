//! Inputs that cost more than they are.
