//! Leaves the machine's network for one that holds nothing but loopback.
//!
//! The only unsafe code of the workspace: two system calls that no safe crate wraps.

use std::io;

/// Gives an unprivileged process the right to make network namespaces, where the machine allows.
///
/// Must be called while the process has a single thread (the kernel refuses otherwise), so: first
/// thing in `main`. Does nothing for a privileged process, and nothing where user namespaces are
/// not allowed; [`super::NetworkIsolation::enter`] then falls back to guarding.
pub fn become_privileged() {
    if rustix::process::geteuid().is_root() || !namespaces_work() {
        return;
    }
    let (uid, gid) = (rustix::process::getuid().as_raw(), rustix::process::getgid().as_raw());
    if unshare(libc::CLONE_NEWUSER).is_ok() {
        // The same ids inside as outside: files keep their owners.
        let _ = std::fs::write("/proc/self/setgroups", "deny");
        let _ = std::fs::write("/proc/self/uid_map", format!("{uid} {uid} 1"));
        let _ = std::fs::write("/proc/self/gid_map", format!("{gid} {gid} 1"));
    }
}

/// Tried in a child first: some machines grant the namespace and then no right inside it, and
/// there is no way back from that.
fn namespaces_work() -> bool {
    duct::cmd("unshare", ["--user", "--map-current-user", "--net", "true"])
        .stdin_null()
        .stdout_null()
        .stderr_null()
        .unchecked()
        .run()
        .is_ok_and(|output| output.status.success())
}

/// Moves the calling thread into a new network namespace and switches its loopback on.
pub(super) fn leave_network() -> io::Result<()> {
    unshare(libc::CLONE_NEWNET)?;
    switch_loopback_on()
}

#[expect(unsafe_code, reason = "no safe wrapper: rustix marks unshare unsafe for CLONE_FILES")]
fn unshare(flags: libc::c_int) -> io::Result<()> {
    // SAFETY: no pointer is involved, and the flags used here leave file descriptors alone.
    match unsafe { libc::unshare(flags) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

#[expect(unsafe_code, reason = "SIOCSIFFLAGS has no safe wrapper")]
fn switch_loopback_on() -> io::Result<()> {
    use std::os::fd::AsRawFd;
    let socket = std::net::UdpSocket::bind("0.0.0.0:0")?;
    // SAFETY: an all-zero ifreq is a valid value of that plain C struct.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (slot, byte) in request.ifr_name.iter_mut().zip(b"lo\0") {
        *slot = libc::c_char::from_ne_bytes([*byte]);
    }
    request.ifr_ifru.ifru_flags = 1; // IFF_UP
    // SAFETY: the descriptor is open and `request` outlives the call.
    match unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFFLAGS, &raw const request) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
