//! The service's answers: a router without state. Every answer is computed before the first request.

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use build_info::BuildInfo;
use http_service::answers::{TEXT, fixed, version, with_headers};

use crate::page;

/// The router that reports `info`: `/`, `/healthz` and `/version`, each for GET and HEAD.
///
/// # Errors
///
/// A message, if `info` cannot be written as JSON.
pub fn router(info: &BuildInfo) -> Result<Router, String> {
    let router = Router::new()
        .route("/", fixed("text/html; charset=utf-8", page::render(info)))
        .route("/healthz", fixed(TEXT, "ok"))
        .route("/version", version(info)?)
        .fallback(async || (StatusCode::NOT_FOUND, [(CONTENT_TYPE, TEXT)], "not found\n"));
    Ok(with_headers(router, page::CONTENT_SECURITY_POLICY))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use axum::response::Response;
    use http_service::answers::HEADERS;
    use tower::ServiceExt;

    async fn ask(method: &str, path: &str) -> (StatusCode, Response, String) {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let response = router(&sample()).unwrap().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 65_536).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        (parts.status, Response::from_parts(parts, Body::empty()), text)
    }

    fn header<'a>(response: &'a Response, name: &str) -> &'a str {
        response.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[tokio::test]
    async fn each_path_has_its_content_type() {
        for (path, content_type) in [
            ("/", "text/html; charset=utf-8"),
            ("/healthz", "text/plain; charset=utf-8"),
            ("/version", "application/json"),
        ] {
            let (status, response, _) = ask("GET", path).await;
            assert_eq!(
                (status, header(&response, "content-type")),
                (StatusCode::OK, content_type),
                "{path}"
            );
        }
    }

    #[tokio::test]
    async fn health_is_the_two_letters_ok() {
        assert_eq!(ask("GET", "/healthz").await.2, "ok");
    }

    #[tokio::test]
    async fn version_is_the_build_as_one_line_of_json() {
        let (_, _, body) = ask("GET", "/version").await;
        assert_eq!(
            body,
            "{\"name\":\"server\",\"version\":\"0.1.0\",\
             \"revision\":\"0123456789abcdef0123456789abcdef01234567\",\"dirty\":false,\
             \"source_date_epoch\":1700000000,\"source_date\":\"2023-11-14T22:13:20Z\",\
             \"target\":\"aarch64-unknown-linux-musl\",\"toolchain\":\"rustc 1.85.0\",\
             \"version_from\":\"cargo\",\"profile\":\"release\",\"features\":[]}\n"
        );
        assert_eq!(BuildInfo::parse(body.as_bytes()).unwrap(), sample());
    }

    #[tokio::test]
    async fn other_paths_are_not_found() {
        for path in ["/nothing", "/healthz/", "/version/x", "//", "/index.html"] {
            let (status, _, body) = ask("GET", path).await;
            assert_eq!(
                (status, body.as_str()),
                (StatusCode::NOT_FOUND, "not found\n"),
                "{path}"
            );
        }
    }

    #[tokio::test]
    async fn other_methods_are_not_allowed_and_are_told_which_are() {
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"] {
            for path in ["/", "/healthz", "/version"] {
                let (status, response, _) = ask(method, path).await;
                assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
                assert_eq!(header(&response, "allow"), "GET,HEAD", "{method} {path}");
            }
        }
    }

    #[tokio::test]
    async fn head_answers_as_get_does_but_without_the_body() {
        for path in ["/", "/healthz", "/version"] {
            let (_, _, body) = ask("GET", path).await;
            let (status, response, nothing) = ask("HEAD", path).await;
            assert_eq!((status, nothing.as_str()), (StatusCode::OK, ""), "{path}");
            assert_eq!(header(&response, "content-length"), body.len().to_string(), "{path}");
        }
    }

    #[tokio::test]
    async fn every_answer_carries_the_security_headers() {
        for (method, path) in [("GET", "/"), ("HEAD", "/version"), ("GET", "/nothing"), ("POST", "/")] {
            let (_, response, _) = ask(method, path).await;
            for (name, value) in HEADERS {
                assert_eq!(header(&response, name.as_str()), value, "{method} {path}");
            }
            assert_eq!(
                header(&response, "content-security-policy"),
                page::CONTENT_SECURITY_POLICY,
                "{method} {path}"
            );
        }
    }
}
