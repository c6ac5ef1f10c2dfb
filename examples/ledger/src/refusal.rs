//! The reasons for refusing a request, each with a name for programs, a message for people, and an HTTP status.

use std::fmt;

use axum::http::StatusCode;

/// Why a request was refused. A refused request has no effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The request cannot be parsed. Holds the reason.
    BadRequest(String),
    /// The body exceeds this limit in bytes.
    TooLarge(usize),
    /// The content type is not JSON.
    NotJson,
    /// The name of an account is invalid.
    InvalidName(String),
    /// A memo exceeds this limit in bytes.
    LongMemo(usize),
    /// The amount is zero or less.
    InvalidAmount(i64),
    /// A transfer has the same account on both sides.
    SameAccount(String),
    /// There is no account with this name.
    UnknownAccount(String),
    /// An account with this name already exists.
    AccountExists(String),
    /// The account is not a source and has less than the amount.
    InsufficientFunds(String),
    /// The balance would exceed 64 bits.
    BalanceOverflow(String),
    /// Other processes use the database, or its queue is full.
    Busy,
    /// The database failed. The reason was written to standard error.
    Broken,
}

impl Refusal {
    /// Its stable name for programs, and the status of the answer.
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
                "{name:?} is not a valid name: use 1 to 64 of the letters a to z, digits, dots, hyphens, underscores"
            ),
            Self::LongMemo(bytes) => write!(formatter, "the memo is too long: write at most {bytes} bytes"),
            Self::InvalidAmount(cents) => {
                write!(formatter, "{cents} is not a valid amount: transfer at least 1 cent")
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
                write!(formatter, "the balance of '{name}' would exceed 64 bits: transfer less")
            }
            Self::Busy => write!(formatter, "the database is busy: try again"),
            Self::Broken => write!(formatter, "the database does not work: see the service's log"),
        }
    }
}

impl std::error::Error for Refusal {}
