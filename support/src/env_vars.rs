//! Every environment variable that kitty-gate reads or sets, in one place.

/// Set for every child: tells one step's processes from another's after they left their group.
pub const MARK: &str = "KITTY_GATE_MARK";

/// Read: the product that the scenario tests of `cargo test` run against.
pub const PRODUCT: &str = "KITTY_GATE_PRODUCT";

/// Read: the releases whose validators look over every recipe, with spaces between them.
pub const RELEASES: &str = "KITTY_GATE_RELEASES";

/// Read: where provisioned releases are kept, when `--cache` is not given.
pub const CACHE: &str = "KITTY_GATE_CACHE";

/// Read: the interpreter that releases are provisioned with, when `--python` is not given.
pub const PYTHON: &str = "KITTY_GATE_PYTHON";

/// Read: where missions that the product has made are kept, instead of beside the installation.
/// Whoever sets it vouches that they are of this product.
pub const PREPARED: &str = "KITTY_GATE_PREPARED";

/// Read when reports are written: who the user is, so that no report says it.
pub const USER_NAMES: [&str; 3] = ["USER", "LOGNAME", "SUDO_USER"];

/// Read when a report for GitHub is written: the file that its runner shows below a job.
pub const GITHUB_STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// What provisioning, and only provisioning, takes over from the caller: how to reach the package
/// registries. Everything else of `PIP_*`, `UV_*` and `PYTHON*` changes results and stays out.
pub const REGISTRY_ACCESS: &[&str] = &[
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "PIP_CERT",
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "UV_INDEX",
    "UV_INDEX_URL",
    "UV_DEFAULT_INDEX",
    "UV_EXTRA_INDEX_URL",
];

/// Set for uv: where it keeps what it has downloaded, in our own store.
pub const UV_CACHE_DIR: &str = "UV_CACHE_DIR";

/// Set for the tools of provisioning, the same for each: quiet, bounded, and with the
/// certificates that the system trusts (under both names that versions of uv know).
pub const TOOL_SETTINGS: [(&str, &str); 9] = [
    ("PYTHONNOUSERSITE", "1"),
    ("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
    ("PIP_NO_INPUT", "1"),
    // Seconds of silence, not of download: with the retries, a registry that hangs is called
    // unreachable before the deadline of the tool calls it a timeout.
    ("PIP_DEFAULT_TIMEOUT", "10"),
    ("PIP_RETRIES", "2"),
    ("UV_HTTP_TIMEOUT", "10"),
    ("UV_HTTP_RETRIES", "2"),
    ("UV_SYSTEM_CERTS", "true"),
    ("UV_NATIVE_TLS", "true"),
];
