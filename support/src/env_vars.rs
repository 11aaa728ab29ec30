//! Every environment variable that kitty-gate reads or sets, in one place.

/// Set for every child: tells one step's processes from another's after they left their group.
pub const MARK: &str = "KITTY_GATE_MARK";

/// Read: the product that the scenario tests of `cargo test` run against.
pub const PRODUCT: &str = "KITTY_GATE_PRODUCT";

/// Read: where provisioned releases are kept, when `--cache` is not given.
pub const CACHE: &str = "KITTY_GATE_CACHE";

/// Read: the interpreter that releases are provisioned with, when `--python` is not given.
pub const PYTHON: &str = "KITTY_GATE_PYTHON";

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
