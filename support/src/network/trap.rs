//! A proxy on loopback that lets nobody through and writes down who asked for what.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

const REFUSAL: &[u8] = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
/// Longest request line that is read, in bytes.
const LINE_LIMIT: u64 = 4096;
/// How long a client may take to say whom it wants. Long, for one that waits for its turn on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct Trap {
    address: SocketAddr,
    caught: Arc<Mutex<Vec<String>>>,
    closing: Arc<AtomicBool>,
    listener: Option<JoinHandle<()>>,
}

impl Trap {
    /// Listens in the network namespace of the calling thread.
    pub(super) fn start() -> io::Result<Self> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = socket.local_addr()?;
        let caught = Arc::new(Mutex::new(Vec::new()));
        let closing = Arc::new(AtomicBool::new(false));
        let (into, stop) = (Arc::clone(&caught), Arc::clone(&closing));
        let listener =
            std::thread::Builder::new().name("network-trap".to_owned()).spawn(move || {
                for client in socket.incoming().flatten() {
                    if stop.load(Ordering::Acquire) {
                        return;
                    }
                    // Taken down before it is answered: whoever waits for the answer has been seen.
                    let target = asked_for(&client);
                    into.lock().unwrap_or_else(PoisonError::into_inner).push(target);
                    let _ = (&client).write_all(REFUSAL);
                }
            })?;
        Ok(Self { address, caught, closing, listener: Some(listener) })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.caught.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Trap {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::Release);
        // Wakes the listener, which then sees that it is to stop.
        let woken = TcpStream::connect(self.address).is_ok();
        if let (true, Some(listener)) = (woken, self.listener.take()) {
            let _ = listener.join();
        }
    }
}

/// What a client asks for. One that says nothing readable still tried to leave.
fn asked_for(client: &TcpStream) -> String {
    let _ = client.set_read_timeout(Some(TIMEOUT));
    let _ = client.set_write_timeout(Some(TIMEOUT));
    let mut line = String::new();
    let mut reader = BufReader::new(io::Read::take(client, LINE_LIMIT));
    match reader.read_line(&mut line) {
        Ok(_) => target_of(&line),
        Err(_) => "a proxy request that cannot be read".to_owned(),
    }
}

/// `CONNECT host:443 HTTP/1.1` or `GET http://host/path HTTP/1.1` names `host:port` or `host`.
fn target_of(line: &str) -> String {
    let asked = line.split_whitespace().nth(1).unwrap_or("nothing");
    let without_scheme = asked.split_once("://").map_or(asked, |(_, rest)| rest);
    without_scheme.split('/').next().unwrap_or(without_scheme).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_host() {
        assert_eq!(target_of("CONNECT example.invalid:443 HTTP/1.1\r\n"), "example.invalid:443");
        assert_eq!(target_of("GET http://example.invalid/a/b HTTP/1.1"), "example.invalid");
        assert_eq!(target_of(""), "nothing");
    }

    #[test]
    fn catches_a_client_and_refuses_it() {
        let trap = Trap::start().unwrap();
        let mut client = TcpStream::connect(trap.address()).unwrap();
        client.write_all(b"CONNECT example.invalid:443 HTTP/1.1\r\n\r\n").unwrap();
        let mut answer = String::new();
        BufReader::new(client).read_line(&mut answer).unwrap();
        assert_eq!(answer, "HTTP/1.1 403 Forbidden\r\n");
        while trap.caught.lock().unwrap().is_empty() {
            std::thread::yield_now();
        }
        assert_eq!(trap.take(), ["example.invalid:443"]);
    }
}
