//! Where the product is told which hosted service it talks to: variables, and a file in its HOME.

use fixtures::hosted::Service;
use support::sandbox::Sandbox;

use super::Abort;

/// The product's own settings, below HOME.
pub(super) const CONFIG: &str = ".spec-kitty/config.toml";

/// How the settings say that no daemon is to be started, or one is.
pub(super) const NO_DAEMON: &str = "background_daemon = \"manual\"";
pub(super) const A_DAEMON: &str = "background_daemon = \"auto\"";

/// Where the product finds everything but the event batches.
pub(super) const SERVER: &str = "SPEC_KITTY_SAAS_URL";

/// What makes the product talk to a service.
pub(super) fn variables(service: &Service) -> impl Iterator<Item = (&'static str, String)> {
    [
        ("SPEC_KITTY_ENABLE_SAAS_SYNC", "1".to_owned()),
        (SERVER, service.url()),
        ("SPEC_KITTY_NO_NAG", "1".to_owned()),
    ]
    .into_iter()
}

/// The event batches go where this file says, everything else where the environment says. By
/// default the file names a real host.
pub(super) fn configure(sandbox: &Sandbox, url: &str) -> Result<(), Abort> {
    let text = format!("[sync]\nserver_url = \"{url}\"\n{NO_DAEMON}\n");
    let file = sandbox.home().join(CONFIG);
    fs_err::create_dir_all(file.parent().unwrap_or(&file))?;
    Ok(fs_err::write(file, text)?)
}
