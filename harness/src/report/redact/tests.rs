//! What has to go, and what has to stay.

use std::path::Path;

use serde_json::json;

use super::*;

fn redacted(text: &str) -> String {
    Redactor::new(&Known::default()).text(text)
}

#[test]
fn paths_of_people_and_machines_go_and_what_lies_below_stays() {
    for (text, expected) in [
        ("/home/alice/repo/tasks.md", "<home>/repo/tasks.md"),
        ("/home/alice", "<home>"),
        ("/root/.pyenv/lib", "<home>/.pyenv/lib"),
        ("cd /root, then", "cd <home>, then"),
        ("/Users/alice/x", "<home>/x"),
        ("/var/home/alice/x", "<home>/x"),
        (r"C:\Users\alice\x", r"<home>\x"),
        ("/tmp/tmpx1/a", "<tmp>/tmpx1/a"),
        ("2>/tmp/x", "2><tmp>/x"),
        ("/var/tmp/x /dev/shm/kitty-gate-1/x", "<tmp>/x <tmp>/kitty-gate-1/x"),
        ("/private/var/folders/ab/c0/T/x", "<tmp>/x"),
        ("/private/tmp/x", "<tmp>/x"),
        ("PATH=/usr/bin:/home/alice/bin", "PATH=/usr/bin:<home>/bin"),
        ("file:///home/alice/x", "file://<home>/x"),
        ("-I/home/alice/include", "-I<home>/include"),
        (r#""a\n/home/alice/x""#, r#""a\n<home>/x""#),
        (r"\/home\/alice\/x", r"<home>\/x"),
        ("%2Fhome%2Falice%2Fx", "<home>%2Fx"),
        ("\u{1b}[31m/home/alice/x\u{1b}[0m", "\u{1b}[31m<home>/x\u{1b}[0m"),
        ("File \"/home/alice/a.py\", line 1", "File \"<home>/a.py\", line 1"),
        ("/builds/group/project/x", "<work>/group/project/x"),
    ] {
        assert_eq!(redacted(text), expected, "{text:?}");
    }
}

#[test]
fn addresses_and_names_of_machines_go() {
    for (text, expected) in [
        ("by alice@corp.io today", "by <email> today"),
        ("mailto:a.b+c%40corp.io", "mailto:<email>"),
        ("https://alice:pw@corp.io/x", "https://<secret>@corp.io/x"),
        ("https://alice@corp.io/x", "https://<secret>@corp.io/x"),
        ("alice@laptop:~/x$ ls", "<user>@<host>:~/x$ ls"),
        ("Linux build7 6.1.0-18-amd64", "Linux <host> 6.1.0-18-amd64"),
        ("connect to ip-10-0-0-1.ec2.internal failed", "connect to <host> failed"),
        ("http://wiki.corp/page", "http://<host>/page"),
        ("hostname: build7", "hostname: <host>"),
        (r#"{"host": "build"}"#, r#"{"host": "<host>"}"#),
    ] {
        assert_eq!(redacted(text), expected, "{text:?}");
    }
}

#[test]
fn secrets_go() {
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
    for (text, expected) in [
        (jwt.to_owned(), "<secret>"),
        (format!("Authorization: Bearer {jwt}"), "Authorization: <secret>"),
        ("bearer abcdef0123456789".to_owned(), "bearer <secret>"),
        (format!("ghp_{}", "a1".repeat(18)), "<secret>"),
        (format!("glpat-{}", "a1".repeat(10)), "<secret>"),
        ("token=abcdef".to_owned(), "token=<secret>"),
        ("?access_token=abcdef&x=1".to_owned(), "?access_token=<secret>&x=1"),
        (
            r#"{"refresh_token": "abc def", "a": 1}"#.to_owned(),
            r#"{"refresh_token": "<secret>", "a": 1}"#,
        ),
        (r#"{\"session_id\": \"abc\"}"#.to_owned(), r#"{\"session_id\": \"<secret>\"}"#),
        ("password: hunter".to_owned(), "password: <secret>"),
        ("PGPASSWORD='hunter 2'".to_owned(), "PGPASSWORD='<secret>'"),
        ("set-cookie: sid=1; Path=/".to_owned(), "set-cookie: <secret>"),
        ("AWS_SECRET_ACCESS_KEY=abc/def".to_owned(), "AWS_SECRET_ACCESS_KEY=<secret>"),
        (
            "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----\nx"
                .to_owned(),
            "<secret>\nx",
        ),
        ("-----BEGIN PRIVATE KEY-----\nabc\n[...]".to_owned(), "<secret>"),
    ] {
        assert_eq!(redacted(&text), expected, "{text:?}");
    }
    let mut words = json!(["login", "--token", "abc", "--password-file", "x"]);
    Redactor::new(&Known::default()).redact(&mut words);
    assert_eq!(words, json!(["login", "--token", "<secret>", "--password-file", "x"]));
}

/// What an engineer needs, and what only looks alike.
#[test]
fn the_rest_stays() {
    for text in [
        "e2f1c0a9b8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "spec-kitty-cli 3.2.0rc2 on Python 3.12.4",
        "repo/tmp/x and repo/home/alice and ./root/x",
        "/tmpfs /rootless /root.json /usr/lib/python3.11/x.py",
        "<home>/tmp/x and <tmp>/home/x",
        "gate@example.invalid, rob@example.com, git@github.com:owner/repo",
        "uses: actions/checkout@v4, HEAD@{1}, a@b",
        r#"{"token_type": "Bearer", "expires_in": 3600, "max_tokens": 4096, "secret": null}"#,
        "token: expired; token replay detected; bearer authentication; token=$TOKEN",
        "for t in token_stream: token = get_token()",
        "threading.local() and .claude/settings.local.json and ~/.local/share",
        "host: not found; http://127.0.0.1:8080/x; host=localhost; \"host\": \"github.com\"",
        "kitty-gate repro 3.2.7 merge/missing-branch-blocks-dry-run",
        "https://github.com/home/page",
    ] {
        assert_eq!(redacted(text), text);
    }
}

#[test]
fn what_is_known_of_the_machine_goes_wherever_it_stands() {
    let known = Known::default()
        .path(Path::new("/data/people/al"), "<home>")
        .path(Path::new("/data/people/al/cache"), "<cache>")
        .path(Path::new("/"), "<nothing>")
        .word("Alice", "<user>")
        .word("build7.corp.io", "<host>")
        .word("root", "<user>")
        .word("x", "<user>");
    let redactor = Redactor::new(&known);
    for (text, expected) in [
        ("/data/people/al/cache/x /data/people/al/y", "<cache>/x <home>/y"),
        ("/data/people/alfred", "/data/people/alfred"),
        ("-rw-r--r-- 1 alice alice 12", "-rw-r--r-- 1 <user> <user> 12"),
        ("pytest-of-alice/x, malice, alice2", "pytest-of-<user>/x, malice, alice2"),
        ("on BUILD7.corp.io:", "on <host>:"),
        ("the root x of the repository", "the root x of the repository"),
    ] {
        assert_eq!(redactor.text(text), expected, "{text:?}");
    }
    // What is ours stays ours, though somebody is called so.
    let mut check = json!({"id": "merge/alice-is-told", "about": "alice"});
    redactor.redact(&mut check);
    assert_eq!(check, json!({"id": "merge/alice-is-told", "about": "<user>"}));
}

#[test]
fn whose_home_is_told_of_once_is_told_of_nowhere() {
    let mut two = json!(["owner: alice", "/home/alice/x"]);
    Redactor::of(&Known::default(), &[&two]).redact(&mut two);
    assert_eq!(two, json!(["owner: <user>", "<home>/x"]));
}

/// A field is redacted because nobody has said that it may stay.
#[test]
fn a_field_that_nobody_knows_is_redacted() {
    let secrets = json!(["on build7", {"x": "/home/alice/x"}, [["token=abc"]], 7, null]);
    let mut document = json!({"added_tomorrow": {"deep": secrets}, "spec": "/opt/shelf/x.whl"});
    Redactor::new(&Known::default().word("build7", "<host>")).redact(&mut document);
    let clean = json!(["on <host>", {"x": "<home>/x"}, [["token=<secret>"]], 7, null]);
    assert_eq!(document, json!({"added_tomorrow": {"deep": clean}, "spec": "<path>/x.whl"}));
}

#[test]
fn a_second_time_changes_nothing() {
    let text = "/home/alice/tmp/x alice@corp.io https://a:b@c.io token=abc hostname: h-1 file:///tmp/x \
                alice@laptop:/home/alice Authorization: Bearer abc123def456 \"password\": \"x\"";
    let once = redacted(text);
    assert_eq!(redacted(&once), once);
}
