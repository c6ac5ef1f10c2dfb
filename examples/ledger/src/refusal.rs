//! Why the ledger does not do what it was asked: each reason with its name for programs, its words for people, its status.

use std::fmt;

use axum::http::StatusCode;

/// Why a request was not carried out. Nothing of it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The request cannot be understood; holds what is wrong with it.
    BadRequest(String),
    /// The body is longer than this many bytes.
    TooLarge(usize),
    /// The body is not said to be JSON.
    NotJson,
    /// An account's name breaks the rule for names.
    InvalidName(String),
    /// A memo is longer than this many bytes.
    LongMemo(usize),
    /// The amount is zero or less.
    InvalidAmount(i64),
    /// Both ends of a transfer are one account.
    SameAccount(String),
    /// There is no account of this name.
    UnknownAccount(String),
    /// There is an account of this name already.
    AccountExists(String),
    /// The account, which is no source, has less than what it is to give.
    InsufficientFunds(String),
    /// The balance would be beyond what 64 bits hold.
    BalanceOverflow(String),
    /// Other processes use the database, or too many requests wait for it.
    Busy,
    /// The database does not work; what is wrong was told on standard error.
    Broken,
}

impl Refusal {
    /// Its name for programs, which stays the same, and the status of the answer.
    pub fn kind(&self) -> (&'static str, StatusCode) {
        match self {
            Self::BadRequest(_) => ("bad-request", StatusCode::BAD_REQUEST),
            Self::TooLarge(_) => ("too-large", StatusCode::PAYLOAD_TOO_LARGE),
            Self::NotJson => ("not-json", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            Self::InvalidName(_) => ("invalid-name", StatusCode::UNPROCESSABLE_ENTITY),
            Self::LongMemo(_) => ("long-memo", StatusCode::UNPROCESSABLE_ENTITY),
            Self::InvalidAmount(_) => ("invalid-amount", StatusCode::UNPROCESSABLE_ENTITY),
            Self::SameAccount(_) => ("same-account", StatusCode::UNPROCESSABLE_ENTITY),
            Self::UnknownAccount(_) => ("unknown-account", StatusCode::NOT_FOUND),
            Self::AccountExists(_) => ("account-exists", StatusCode::CONFLICT),
            Self::InsufficientFunds(_) => ("insufficient-funds", StatusCode::CONFLICT),
            Self::BalanceOverflow(_) => ("balance-overflow", StatusCode::CONFLICT),
            Self::Busy => ("busy", StatusCode::SERVICE_UNAVAILABLE),
            Self::Broken => ("broken", StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadRequest(what) => formatter.write_str(what),
            Self::TooLarge(bytes) => write!(formatter, "the body is too large: send at most {bytes} bytes"),
            Self::NotJson => write!(
                formatter,
                "the body's type is not JSON: send content-type application/json"
            ),
            Self::InvalidName(name) => write!(
                formatter,
                "{name:?} is no name: use 1 to 64 of the letters a to z, digits, dots, hyphens, underscores"
            ),
            Self::LongMemo(bytes) => write!(formatter, "the memo is too long: write at most {bytes} bytes"),
            Self::InvalidAmount(cents) => {
                write!(formatter, "{cents} is no amount: transfer at least 1 cent")
            }
            Self::SameAccount(name) => write!(formatter, "both accounts are '{name}': name two"),
            Self::UnknownAccount(name) => {
                write!(formatter, "there is no account {name:?}: create it first")
            }
            Self::AccountExists(name) => write!(formatter, "there is an account '{name}' already: choose another name"),
            Self::InsufficientFunds(name) => {
                write!(formatter, "'{name}' has less than that: transfer less")
            }
            Self::BalanceOverflow(name) => {
                write!(
                    formatter,
                    "the balance of '{name}' would be beyond 64 bits: transfer less"
                )
            }
            Self::Busy => write!(formatter, "the database is busy: try again"),
            Self::Broken => write!(formatter, "the database does not work: see the service's log"),
        }
    }
}

impl std::error::Error for Refusal {}
