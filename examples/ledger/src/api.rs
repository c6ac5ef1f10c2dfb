//! The ledger over HTTP: paths, JSON, statuses.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use build_info::BuildInfo;
use http_service::answers::{JSON, TEXT, version, with_headers};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::book;
use crate::database::Database;
use crate::query::Query;
use crate::refusal::Refusal;

/// Largest body of a request, in bytes. No account or transfer needs as much.
pub const MAX_BODY_BYTES: usize = 16 * 1024;

/// Browsers need not render any answer.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

type Answer = Result<Response, Refusal>;

/// The service over the database. `info` is its build.
///
/// # Errors
///
/// A message, if `info` cannot be written as JSON.
pub fn router(info: &BuildInfo, database: Database) -> Result<Router, String> {
    let router = Router::new()
        .route("/accounts", get(accounts).post(create_account))
        .route("/accounts/{name}", get(account))
        .route("/transfers", get(transfers).post(transfer))
        .route("/healthz", get(health))
        .route("/version", version(info)?)
        .fallback(async || {
            let message = "there is no such path: ask for /accounts or /transfers".to_owned();
            error("not-found", StatusCode::NOT_FOUND, &message)
        })
        .method_not_allowed_fallback(async || {
            let message = "the path has no such method: see the header 'allow'".to_owned();
            error("method-not-allowed", StatusCode::METHOD_NOT_ALLOWED, &message)
        })
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(database);
    Ok(with_headers(router, CONTENT_SECURITY_POLICY))
}

async fn accounts(State(database): State<Database>, RawQuery(query): RawQuery) -> Answer {
    let query = Query::parse(query.as_deref())?;
    let accounts = database
        .run(move |connection| book::accounts(connection, &query))
        .await?;
    Ok(json(StatusCode::OK, &json!({ "accounts": accounts })))
}

async fn account(State(database): State<Database>, name: Result<Path<String>, PathRejection>) -> Answer {
    let Path(name) = name.map_err(|_| Refusal::BadRequest("the path is not UTF-8: write it so".to_owned()))?;
    let account = database.run(move |connection| book::account(connection, &name)).await?;
    Ok(json(StatusCode::OK, &account))
}

async fn create_account(
    State(database): State<Database>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    let new: book::NewAccount = read(&headers, body)?;
    let account = database
        .run(move |connection| book::create_account(connection, &new))
        .await?;
    Ok(json(StatusCode::CREATED, &account))
}

async fn transfers(State(database): State<Database>, RawQuery(query): RawQuery) -> Answer {
    let query = Query::parse(query.as_deref())?;
    let transfers = database
        .run(move |connection| book::transfers(connection, &query))
        .await?;
    Ok(json(StatusCode::OK, &json!({ "transfers": transfers })))
}

async fn transfer(State(database): State<Database>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Answer {
    let new: book::NewTransfer = read(&headers, body)?;
    let transfer = database.run(move |connection| book::transfer(connection, &new)).await?;
    Ok(json(StatusCode::CREATED, &transfer))
}

async fn health(State(database): State<Database>) -> Answer {
    database.run(|connection| book::is_well(connection)).await?;
    Ok(([(CONTENT_TYPE, TEXT)], "ok").into_response())
}

/// Parses a request's body. NB: the content type must be JSON, because browsers send other types across sites without
/// a preflight request.
fn read<T: DeserializeOwned>(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<T, Refusal> {
    let is_json = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(JSON));
    if !is_json {
        return Err(Refusal::NotJson);
    }
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::TooLarge(MAX_BODY_BYTES),
        _ => Refusal::BadRequest("the body ended too early: send all of it".to_owned()),
    })?;
    serde_json::from_slice(&body).map_err(|error| Refusal::BadRequest(format!("the body is not as expected: {error}")))
}

fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(mut text) => {
            text.push(b'\n');
            (status, [(CONTENT_TYPE, JSON)], Body::from(text)).into_response()
        }
        // Serialising fails only for maps whose keys are not text, and there are none.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn error(name: &str, status: StatusCode, message: &str) -> Response {
    json(status, &json!({ "error": name, "message": message }))
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (name, status) = self.kind();
        let mut response = error(name, status, &self.to_string());
        if self == Self::Busy {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

#[cfg(test)]
mod tests;
