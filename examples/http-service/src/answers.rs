//! Answers that all services share: the build, fixed texts, and headers that stop browsers from guessing content types.

use std::future::ready;

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use build_info::BuildInfo;

/// The content type of plain text.
pub const TEXT: &str = "text/plain; charset=utf-8";

/// The content type of JSON.
pub const JSON: &str = "application/json";

/// The headers of every answer, including errors. The `Content-Security-Policy` is added to them.
pub const HEADERS: [(HeaderName, &str); 3] = [
    (CACHE_CONTROL, "no-cache"),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// Answers GET and HEAD with `body`, and other methods with 405. All answers share the body's memory.
pub fn fixed<S: Clone + Send + Sync + 'static>(content_type: &'static str, body: impl Into<Bytes>) -> MethodRouter<S> {
    let body = body.into();
    get(move || {
        let body = body.clone();
        async move { ([(CONTENT_TYPE, content_type)], body) }
    })
}

/// Answers with the build as one line of JSON, for `/version`.
///
/// # Errors
///
/// A message, if `info` cannot be written as JSON.
pub fn version<S: Clone + Send + Sync + 'static>(info: &BuildInfo) -> Result<MethodRouter<S>, String> {
    let text = serde_json::to_string(info)
        .map_err(|error| format!("cannot write the build as JSON ({error}): build it again"))?;
    Ok(fixed(JSON, text + "\n"))
}

/// Adds [`HEADERS`] and the `Content-Security-Policy` to all answers of a router.
pub fn with_headers(router: Router, content_security_policy: &'static str) -> Router {
    router.layer(map_response(move |mut response: Response| {
        let headers = response.headers_mut();
        for (name, value) in HEADERS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        headers.insert(
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(content_security_policy),
        );
        ready(response)
    }))
}
