//! Package registries on loopback: they live as long as the test process.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;

/// Nobody listens here: the port is reserved for a service that throws everything away.
pub const CLOSED: &str = "http://127.0.0.1:9/simple";

/// A registry that takes a connection, and says nothing.
pub fn hanging() -> String {
    listening(|stream| loop_forever(&stream))
}

fn loop_forever(stream: &TcpStream) {
    // Until the client gives up.
    let _ = std::io::copy(&mut &*stream, &mut std::io::sink());
}

/// What a registry says of a file.
#[derive(Clone, Copy)]
pub enum Note {
    /// It was withdrawn, for this reason (PEP 592).
    Yanked(&'static str),
    /// Its SHA-256 is this.
    Hash(&'static str),
}

/// How the names of files begin, and what is said of them.
pub type Notes = &'static [(&'static str, Note)];

/// A registry of the wheels in a folder.
pub fn of(folder: &Path, notes: Notes) -> String {
    let folder = folder.to_owned();
    listening(move |stream| {
        let _ = answer(stream, &folder, notes);
    })
}

fn listening(serve: impl Fn(TcpStream) + Clone + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/simple", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = serve.clone();
            thread::spawn(move || serve(stream));
        }
    });
    url
}

/// One request, one answer: `/simple/<project>/` lists, `/files/<name>` is a wheel.
fn answer(mut stream: TcpStream, folder: &Path, notes: Notes) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let mut words = request.split(' ');
    let (method, path) = (words.next(), words.next().unwrap_or_default());
    let (kind, body) = match path.trim_matches('/').split_once('/') {
        Some(("simple", project)) => ("text/html", page(folder, project, notes)),
        Some(("files", name)) => ("application/octet-stream", fs_err::read(folder.join(name)).ok()),
        _ => ("text/plain", None),
    };
    let status = if body.is_some() { "200 OK" } else { "404 Not Found" };
    let body = body.unwrap_or_default();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    if method != Some("HEAD") {
        stream.write_all(&body)?;
    }
    Ok(())
}

/// The links to every wheel of a project; `None` when there is no wheel.
fn page(folder: &Path, project: &str, notes: Notes) -> Option<Vec<u8>> {
    let prefix = format!("{}-", project.replace('-', "_"));
    let names = files(folder).into_iter().filter(|name| name.starts_with(&prefix));
    let links: String = names.map(|name| link(&name, notes)).collect();
    (!links.is_empty()).then(|| format!("<!DOCTYPE html><html><body>{links}</body></html>").into())
}

fn link(name: &str, notes: Notes) -> String {
    let note = notes.iter().find(|(start, _)| name.starts_with(start));
    let (fragment, attribute) = match note {
        Some((_, Note::Yanked(reason))) => (String::new(), format!("data-yanked=\"{reason}\"")),
        Some((_, Note::Hash(hash))) => (format!("#sha256={hash}"), String::new()),
        None => Default::default(),
    };
    format!("<a href=\"/files/{name}{fragment}\" {attribute}>{name}</a>\n")
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs_err::read_dir(folder).unwrap().flatten();
    let paths = entries.map(|entry| PathBuf::from(entry.file_name()));
    paths.map(|path| path.display().to_string()).collect()
}
