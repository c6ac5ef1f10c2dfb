-- Accounts. A balance below zero is for sources only: where money comes into the ledger.
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    source INTEGER NOT NULL CHECK (source IN (0, 1)),
    balance_cents INTEGER NOT NULL DEFAULT 0 CHECK (source = 1 OR balance_cents >= 0)
) STRICT;
