//! From an address to a store, with the credentials and the endpoint that the environment has.

use std::collections::BTreeMap;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::http::HttpBuilder;
use object_store::{BackoffConfig, ClientOptions, HeaderMap, HeaderValue, ObjectStore, RetryConfig};

use super::address::{Address, Scheme};
use super::failure::failure;
use super::listing::Connector;
use super::{FailureKind, StoreError, profile};

/// The variables of an environment.
pub(super) type Variables = BTreeMap<String, String>;

/// Those of this process.
pub(super) fn environment() -> Variables {
    let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    std::env::vars_os().filter_map(text).collect()
}

/// A request is repeated ten times, for up to three minutes. What is drawn for a pause lies between a tenth of a second and
/// twice the one before ("decorrelated jitter", which spreads many clients as full jitter does).
pub(super) fn retries() -> RetryConfig {
    let milliseconds = if cfg!(test) { 1 } else { 100 };
    let backoff = BackoffConfig {
        init_backoff: Duration::from_millis(milliseconds),
        max_backoff: Duration::from_secs(15),
        base: 2.0,
    };
    RetryConfig { backoff, max_retries: 10, retry_timeout: Duration::from_secs(180) }
}

/// A connection that stands still is given up. How long a whole request may take depends on the line, and is not limited.
pub(super) fn options() -> ClientOptions {
    ClientOptions::new()
        .with_timeout_disabled()
        .with_connect_timeout(Duration::from_secs(10))
        .with_read_timeout(Duration::from_secs(30))
        .with_allow_http(true)
        .with_user_agent(HeaderValue::from_static(concat!("copydesk/", env!("CARGO_PKG_VERSION"))))
}

/// The store that an address is on.
pub(super) fn store(address: &Address, given: &Variables) -> Result<Arc<dyn ObjectStore>, StoreError> {
    super::runtime::handle()?;
    match address.scheme {
        Scheme::S3 => amazon(address, given),
        Scheme::Google => google(address, given),
        Scheme::Azure => azure(address, given),
        Scheme::Http => http(address, address.url.as_deref().unwrap_or_default(), None),
        Scheme::Hub => unreachable!("its files are read by https"),
    }
}

/// A store that is read by plain requests below a URL.
pub(super) fn http(
    address: &Address,
    url: &str,
    token: Option<&str>,
) -> Result<Arc<dyn ObjectStore>, StoreError> {
    let failed = |error: object_store::Error| failure("open", &address.shown, &error);
    let mut options = options();
    if let Some(token) = token.and_then(|token| HeaderValue::from_str(&format!("Bearer {token}")).ok()) {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", token);
        options = options.with_default_headers(headers);
    }
    let built = HttpBuilder::new().with_url(url).with_client_options(options).with_retry(retries()).build();
    Ok(Arc::new(built.map_err(failed)?))
}

/// The settings whose names begin with a prefix.
fn settings<K: FromStr>(given: &Variables, prefix: &str) -> Vec<(K, String)> {
    let own = given.iter().filter(|(name, _)| name.starts_with(prefix));
    own.filter_map(|(name, value)| Some((name.to_ascii_lowercase().parse().ok()?, value.clone()))).collect()
}

fn is_set(given: &Variables, names: &[&str]) -> bool {
    names.iter().any(|name| given.get(*name).is_some_and(|value| !value.is_empty()))
}

/// Without credentials of its own, a process asks the machine that it runs on; where that is no machine of a cloud, nobody
/// should wait for the answer.
fn check_machine(address: &Address, host: &str) -> Result<(), StoreError> {
    let found = host.to_socket_addrs().ok().and_then(|mut found| found.next());
    let answers = found.is_some_and(|at| TcpStream::connect_timeout(&at, Duration::from_secs(1)).is_ok());
    let cause = "there are no credentials: not in the environment, not in a file, not of this machine";
    let refused = StoreError::new("open", &address.shown, FailureKind::Refused, cause);
    answers.then_some(()).ok_or(refused)
}

fn amazon(address: &Address, given: &Variables) -> Result<Arc<dyn ObjectStore>, StoreError> {
    let given = profile::with_profile(given.clone());
    let mut builder = AmazonS3Builder::new()
        .with_http_connector(Connector)
        .with_client_options(options())
        .with_retry(retries());
    for (key, value) in settings::<AmazonS3ConfigKey>(&given, "AWS_") {
        builder = builder.with_config(key, value);
    }
    let own = [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_SKIP_SIGNATURE",
        "AWS_METADATA_ENDPOINT",
    ];
    if !is_set(&given, &own) {
        check_machine(address, "169.254.169.254:80")?;
    }
    let built = builder.with_bucket_name(&address.bucket).build();
    let failed = |error: object_store::Error| failure("open", &address.shown, &error);
    Ok(Arc::new(built.map_err(failed)?))
}

fn google(address: &Address, given: &Variables) -> Result<Arc<dyn ObjectStore>, StoreError> {
    let mut builder = GoogleCloudStorageBuilder::new()
        .with_http_connector(Connector)
        .with_client_options(options())
        .with_retry(retries());
    for (key, value) in settings::<GoogleConfigKey>(given, "GOOGLE_") {
        builder = builder.with_config(key, value);
    }
    // What Google's own emulators and clients are told by.
    if let Some(host) = given.get("STORAGE_EMULATOR_HOST").filter(|host| !host.is_empty()) {
        let url = if host.contains("://") { host.clone() } else { format!("http://{host}") };
        builder = builder.with_base_url(&url).with_skip_signature(true).with_bearer_token("none");
    }
    let own = [
        "GOOGLE_APPLICATION_CREDENTIALS",
        "GOOGLE_SERVICE_ACCOUNT",
        "GOOGLE_SERVICE_ACCOUNT_PATH",
        "GOOGLE_SERVICE_ACCOUNT_KEY",
        "GOOGLE_BEARER_TOKEN",
        "GOOGLE_SKIP_SIGNATURE",
        "STORAGE_EMULATOR_HOST",
        "GCE_METADATA_HOST",
    ];
    let file = given.get("HOME").map(|home| {
        std::path::Path::new(home).join(".config/gcloud/application_default_credentials.json").is_file()
    });
    if !is_set(given, &own) && file != Some(true) {
        check_machine(address, "metadata.google.internal:80")?;
    }
    let built = builder.with_bucket_name(&address.bucket).build();
    let failed = |error: object_store::Error| failure("open", &address.shown, &error);
    Ok(Arc::new(built.map_err(failed)?))
}

fn azure(address: &Address, given: &Variables) -> Result<Arc<dyn ObjectStore>, StoreError> {
    let mut given = given.clone();
    connection_string(&mut given);
    let mut builder = MicrosoftAzureBuilder::new()
        .with_http_connector(Connector)
        .with_client_options(options())
        .with_retry(retries());
    for (key, value) in settings::<AzureConfigKey>(&given, "AZURE_") {
        builder = builder.with_config(key, value);
    }
    if let Some(endpoint) = given.get("IDENTITY_ENDPOINT") {
        builder = builder.with_msi_endpoint(endpoint);
    }
    let own = [
        "AZURE_STORAGE_ACCOUNT_KEY",
        "AZURE_STORAGE_ACCESS_KEY",
        "AZURE_STORAGE_SAS_KEY",
        "AZURE_STORAGE_SAS_TOKEN",
        "AZURE_STORAGE_TOKEN",
        "AZURE_STORAGE_CLIENT_SECRET",
        "AZURE_CLIENT_SECRET",
        "AZURE_FEDERATED_TOKEN_FILE",
        "AZURE_STORAGE_USE_EMULATOR",
        "AZURE_USE_AZURE_CLI",
        "AZURE_SKIP_SIGNATURE",
        "IDENTITY_ENDPOINT",
    ];
    if !is_set(&given, &own) {
        check_machine(address, "169.254.169.254:80")?;
    }
    let built = builder.with_container_name(&address.bucket).build();
    let failed = |error: object_store::Error| failure("open", &address.shown, &error);
    Ok(Arc::new(built.map_err(failed)?))
}

/// `AZURE_STORAGE_CONNECTION_STRING`, as the portal gives it.
fn connection_string(given: &mut Variables) {
    let Some(text) = given.get("AZURE_STORAGE_CONNECTION_STRING").cloned() else { return };
    for (name, value) in text.split(';').filter_map(|part| part.split_once('=')) {
        let variable = match name {
            "AccountName" => "AZURE_STORAGE_ACCOUNT_NAME",
            "AccountKey" => "AZURE_STORAGE_ACCOUNT_KEY",
            "BlobEndpoint" => "AZURE_STORAGE_ENDPOINT",
            "SharedAccessSignature" => "AZURE_STORAGE_SAS_KEY",
            _ => continue,
        };
        given.entry(variable.to_owned()).or_insert_with(|| value.to_owned());
    }
}
