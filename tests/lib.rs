//! What the toolkit's own tests share.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use support::process::Invocation;

/// A shell script as a child, with a patient deadline, in `dir`.
pub fn shell(dir: &Path, script: &str) -> Invocation {
    Invocation {
        program: PathBuf::from("/bin/sh"),
        args: vec![OsString::from("-c"), script.into()],
        cwd: dir.to_owned(),
        env: [("PATH".to_owned(), "/usr/bin:/bin".into())].into(),
        stdout: dir.join("stdout"),
        stderr: dir.join("stderr"),
        deadline: Duration::from_secs(30),
        stream_limit: 1024 * 1024,
        interrupt: None,
    }
}
