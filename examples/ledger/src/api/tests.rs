//! Requests and their answers, without a network.

use super::*;
use crate::database::{Keeper, Location, open};
use axum::body::to_bytes;
use axum::http::Request;
use http_service::answers::HEADERS;
use serde_json::Value;
use tower::ServiceExt;

/// A service on a database in memory, with a source account "bank" and an empty account.
struct Service {
    router: Router,
    _keeper: Keeper,
}

fn info() -> BuildInfo {
    http_service::testing::build_info("ledger")
}

async fn service() -> Service {
    let (database, keeper) = Database::start(open(&Location::Memory).unwrap(), |_| {}).unwrap();
    let service = Service {
        router: router(&info(), database).unwrap(),
        _keeper: keeper,
    };
    for account in [r#"{"name":"bank","source":true}"#, r#"{"name":"alice"}"#] {
        assert_eq!(service.post("/accounts", account).await.0, 201);
    }
    service
}

impl Service {
    async fn answer(&self, method: &str, path: &str, kind: &str, body: &str) -> Response {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", kind)
            .body(Body::from(body.to_owned()))
            .unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn json(&self, method: &str, path: &str, kind: &str, body: &str) -> (u16, Value) {
        let response = self.answer(method, path, kind, body).await;
        let status = response.status().as_u16();
        assert_eq!(response.headers()["content-type"], "application/json");
        let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        assert!(body.ends_with(b"\n"));
        (status, serde_json::from_slice(&body).unwrap())
    }

    async fn post(&self, path: &str, body: &str) -> (u16, Value) {
        self.json("POST", path, "application/json", body).await
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.json("GET", path, "", "").await
    }
}

#[tokio::test]
async fn accounts_and_transfers_are_created_and_read_back() {
    let service = service().await;
    let made = json!({"id": 1, "from": "bank", "to": "alice", "amount_cents": 1250, "memo": "salary"});
    assert_eq!(
        service
            .post(
                "/transfers",
                r#"{"from":"bank","to":"alice","amount_cents":1250,"memo":"salary"}"#
            )
            .await,
        (201, made.clone())
    );
    let alice = json!({"name": "alice", "source": false, "balance_cents": 1250});
    let bank = json!({"name": "bank", "source": true, "balance_cents": -1250});
    assert_eq!(service.get("/accounts/alice").await, (200, alice.clone()));
    assert_eq!(
        service.get("/accounts").await,
        (200, json!({"accounts": [alice, bank]}))
    );
    assert_eq!(
        service.get("/accounts?after=alice&limit=1").await,
        (200, json!({"accounts": [bank]}))
    );
    assert_eq!(
        service.get("/transfers?after=0&limit=1").await,
        (200, json!({"transfers": [made]}))
    );
    assert_eq!(service.get("/transfers?after=1").await, (200, json!({"transfers": []})));
}

#[tokio::test]
async fn each_refusal_has_its_status_and_its_name() {
    let service = service().await;
    let give =
        |from: &str, to: &str, amount: &str| format!(r#"{{"from":"{from}","to":"{to}","amount_cents":{amount}}}"#);
    let long_memo = format!(
        r#"{{"from":"bank","to":"alice","amount_cents":1,"memo":"{}"}}"#,
        "x".repeat(1025)
    );
    let large = " ".repeat(MAX_BODY_BYTES + 1);
    for (path, body, status, name) in [
        ("/accounts", r#"{"name":"alice"}"#, 409, "account-exists"),
        ("/accounts", r#"{"name":"a b"}"#, 422, "invalid-name"),
        ("/accounts", r#"{"name":"carol","balance_cents":5}"#, 400, "bad-request"),
        ("/accounts", r#"{"name":7}"#, 400, "bad-request"),
        ("/accounts", "{}", 400, "bad-request"),
        ("/accounts", "", 400, "bad-request"),
        ("/accounts", "[", 400, "bad-request"),
        ("/accounts", &large, 413, "too-large"),
        ("/transfers", &give("bank", "alice", "0"), 422, "invalid-amount"),
        ("/transfers", &give("bank", "alice", "-1"), 422, "invalid-amount"),
        ("/transfers", &give("bank", "alice", "1.5"), 400, "bad-request"),
        (
            "/transfers",
            &give("bank", "alice", "9223372036854775808"),
            400,
            "bad-request",
        ),
        ("/transfers", &give("bank", "bank", "1"), 422, "same-account"),
        ("/transfers", &give("bank", "carol", "1"), 404, "unknown-account"),
        ("/transfers", &give("alice", "bank", "1"), 409, "insufficient-funds"),
        ("/transfers", &long_memo, 422, "long-memo"),
    ] {
        let (actual, answer) = service.post(path, body).await;
        assert_eq!((actual, &answer["error"]), (status, &json!(name)), "{body}");
        let message = answer["message"].as_str().unwrap();
        assert!(message.contains(": "), "no remedy: {message}");
    }
    for (path, status, name) in [
        ("/accounts/carol", 404, "unknown-account"),
        ("/accounts/%ff", 400, "bad-request"),
        ("/accounts/..%2Faccounts", 404, "unknown-account"),
        ("/accounts?limit=0", 400, "bad-request"),
        ("/transfers?after=x", 400, "bad-request"),
        ("/nothing", 404, "not-found"),
        ("/", 404, "not-found"),
    ] {
        let (actual, answer) = service.get(path).await;
        assert_eq!((actual, &answer["error"]), (status, &json!(name)), "{path}");
    }
    assert_eq!(service.get("/transfers").await.1, json!({"transfers": []}));
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let service = service().await;
    for kind in [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
    ] {
        let (status, answer) = service.json("POST", "/accounts", kind, r#"{"name":"carol"}"#).await;
        assert_eq!((status, &answer["error"]), (415, &json!("not-json")), "{kind}");
    }
    let (status, _) = service
        .json(
            "POST",
            "/accounts",
            "Application/JSON; charset=utf-8",
            r#"{"name":"carol"}"#,
        )
        .await;
    assert_eq!(status, 201);
}

#[tokio::test]
async fn other_methods_are_not_allowed_and_are_told_which_are() {
    let service = service().await;
    for (method, path, allowed) in [
        ("DELETE", "/accounts", "GET,HEAD,POST"),
        ("POST", "/accounts/alice", "GET,HEAD"),
        ("PUT", "/transfers", "GET,HEAD,POST"),
        ("POST", "/healthz", "GET,HEAD"),
        ("POST", "/version", "GET,HEAD"),
    ] {
        let response = service.answer(method, path, "", "").await;
        assert_eq!(response.status(), 405, "{method} {path}");
        assert_eq!(response.headers()["allow"], allowed, "{method} {path}");
    }
    let (status, answer) = service.json("DELETE", "/accounts", "", "").await;
    assert_eq!((status, &answer["error"]), (405, &json!("method-not-allowed")));
}

#[tokio::test]
async fn health_is_the_two_letters_ok_and_asks_the_database() {
    let service = service().await;
    let response = service.answer("GET", "/healthz", "", "").await;
    assert_eq!(response.status(), 200);
    assert_eq!(to_bytes(response.into_body(), 10).await.unwrap(), "ok");

    let connection = open(&Location::Memory).unwrap();
    connection
        .execute_batch("DROP TABLE transfers; DROP TABLE accounts")
        .unwrap();
    assert!(book::is_well(&connection).is_err());
    let (database, _keeper) = Database::start(connection, |_| {}).unwrap();
    let service = Service {
        router: router(&info(), database).unwrap(),
        _keeper,
    };
    let (status, answer) = service.get("/healthz").await;
    assert_eq!((status, &answer["error"]), (500, &json!("broken")));
}

#[tokio::test]
async fn version_is_the_build() {
    let (status, answer) = service().await.get("/version").await;
    assert_eq!(status, 200);
    assert_eq!(BuildInfo::parse(answer.to_string().as_bytes()).unwrap(), info());
}

#[tokio::test]
async fn a_busy_database_says_when_to_try_again() {
    let response = Refusal::Busy.into_response();
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()["retry-after"], "1");
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let service = service().await;
    for (method, path) in [
        ("GET", "/accounts"),
        ("HEAD", "/version"),
        ("GET", "/nothing"),
        ("DELETE", "/transfers"),
        ("POST", "/accounts"),
    ] {
        let response = service.answer(method, path, "", "").await;
        for (name, value) in HEADERS {
            assert_eq!(response.headers()[&name], value, "{method} {path}");
        }
        assert_eq!(
            response.headers()["content-security-policy"],
            CONTENT_SECURITY_POLICY,
            "{method} {path}"
        );
    }
}
