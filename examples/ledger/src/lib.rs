//! A ledger over HTTP: accounts, and transfers between them that never lose or make a cent.
