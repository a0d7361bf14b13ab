//! A signed-in member with JSON verbs.

use reqwest::{Method, StatusCode};
use serde_json::Value;

/// An answer: status, headers, JSON (null where there is none), body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) json: Value,
    /// The body as it came, for what is not JSON.
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    async fn of(response: reqwest::Response) -> reqwest::Result<Self> {
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await?.to_vec();
        Ok(Self {
            status,
            headers,
            json: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            bytes,
        })
    }

    /// The JSON, after making sure of the status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.json);
        self.json
    }

    /// The stable code of a problem, after making sure of the status.
    #[track_caller]
    pub(crate) fn problem(self, status: u16) -> String {
        let json = self.expect(status);
        json["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Somebody who talks to the server.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

impl Client {
    /// Somebody nobody knows.
    pub(crate) fn stranger(base: impl Into<String>) -> Self {
        Self {
            http: reqwest::Client::new(),
            base: base.into(),
            token: None,
        }
    }

    /// The member behind a token.
    pub(crate) fn member(base: impl Into<String>, token: &str) -> Self {
        Self {
            http: reqwest::Client::new(),
            base: base.into(),
            token: Some(token.to_owned()),
        }
    }

    /// The same member at another server.
    pub(crate) fn at(&self, base: impl Into<String>) -> Self {
        Self {
            base: base.into(),
            ..self.clone()
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[]).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body), &[]).await
    }

    pub(crate) async fn patch(&self, path: &str, version: i64, body: Value) -> Answer {
        let version = format!("\"{version}\"");
        self.send(Method::PATCH, path, Some(body), &[("If-Match", &version)])
            .await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None, &[]).await
    }

    /// A post to a server that may die meanwhile: then there is no answer.
    pub(crate) async fn try_post(&self, path: &str, body: Value) -> Option<Answer> {
        self.try_send(Method::POST, path, Some(body), &[])
            .await
            .ok()
    }

    /// Any request to a server that may be gone or die meanwhile.
    pub(crate) async fn try_send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> reqwest::Result<Answer> {
        let request = self.request(method, path, body, headers);
        Answer::of(request.send().await?).await
    }

    /// Any request, with headers of one's own. English is asked for unless a header says otherwise.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        self.answer(self.request(method, path, body, headers)).await
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> reqwest::RequestBuilder {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if headers.iter().all(|(name, _)| *name != "Accept-Language") {
            request = request.header("Accept-Language", "en");
        }
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        request
    }

    /// Bytes as they are, for what is not JSON.
    pub(crate) async fn send_raw(
        &self,
        path: &str,
        content_type: &str,
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        self.send_raw_as(path, content_type, body, "*/*").await
    }

    async fn send_raw_as(
        &self,
        path: &str,
        content_type: &str,
        body: impl Into<reqwest::Body>,
        accept: &str,
    ) -> Answer {
        let mut request = self
            .http
            .post(format!("{}{path}", self.base))
            .header("Content-Type", content_type)
            .header("Accept", accept);
        request = request.header("Accept-Language", "en").body(body);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        self.answer(request).await
    }

    /// A form with a file, and what is asked for beside it.
    pub(crate) async fn upload(&self, path: &str, file: &[u8], options: Value) -> Answer {
        self.upload_as(path, file, options, "application/json")
            .await
    }

    /// The same, answered in this form.
    pub(crate) async fn upload_as(
        &self,
        path: &str,
        file: &[u8],
        options: Value,
        accept: &str,
    ) -> Answer {
        const EDGE: &str = "----edge-of-a-part";
        let mut body = Vec::new();
        let head = "Content-Disposition: form-data; name=";
        body.extend(format!("--{EDGE}\r\n{head}\"options\"\r\n\r\n{options}\r\n").bytes());
        body.extend(format!("--{EDGE}\r\n{head}\"file\"; filename=\"x\"\r\n\r\n").bytes());
        body.extend(file);
        body.extend(format!("\r\n--{EDGE}--\r\n").bytes());
        let content_type = format!("multipart/form-data; boundary={EDGE}");
        self.send_raw_as(path, &content_type, body, accept).await
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.expect("an answer");
        Answer::of(response).await.expect("a body")
    }
}
