//! A ledger over HTTP: accounts, and transfers between them that never lose or make a cent.
//!
//! Every transfer takes from one account what it gives to another, so the balances of all accounts always add up to
//! zero. The parts, from the inside out: the schema ([`migrations`]), the file and the thread that owns its connection
//! ([`database`]), the operations ([`book`]), and HTTP ([`api`]).

#![cfg_attr(test, allow(clippy::too_many_lines, clippy::unwrap_used))]

pub mod api;
pub mod book;
pub mod database;
pub mod migrations;
pub mod query;
pub mod refusal;
