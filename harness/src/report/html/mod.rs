//! One page that needs nothing else: no network, no script to be read, no style of the reader's.
//!
//! What its script adds (filter, search, timeline, copying) is a file of its own, as its style is. Both are
//! named by their digests in the page's policy; nothing else may run or be loaded.

mod check;
pub mod escape;
mod overview;
mod requirements;
mod scenario;
mod timeline;

use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use super::Evidence;
use super::entry::{Entry, Tone};
use super::words::{counted, limitations, product};
use crate::text::put;

use escape::escaped;
use scenario::Streams;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page.
pub fn render(evidence: &Evidence) -> String {
    let entries = Entry::gravest_first(evidence);
    let mut page = String::new();
    head(&mut page, evidence);
    overview::header(&mut page, evidence, &entries);
    page.push_str("<main>\n");
    scenarios(&mut page, evidence, &entries);
    timeline::section(&mut page, evidence, &entries);
    requirements::section(&mut page, evidence.requirements());
    limits(&mut page, evidence);
    lock(&mut page, evidence);
    page.push_str("</main>\n");
    put(&mut page, &format!("<script>{SCRIPT}</script>\n</body>\n</html>"));
    page
}

fn head(page: &mut String, evidence: &Evidence) {
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        digest(STYLE),
        digest(SCRIPT)
    );
    put(
        page,
        &format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n\
             <title>{} at the gate</title>\n<style>{STYLE}</style>\n</head>\n<body>",
            escaped(&product(&evidence.run().product))
        ),
    );
}

/// As a policy names what may be used.
fn digest(text: &str) -> String {
    format!("sha256-{}", BASE64.encode(&Sha256::digest(text)))
}

fn scenarios(page: &mut String, evidence: &Evidence, entries: &[Entry<'_>]) {
    page.push_str("<section id=\"scenarios\" aria-labelledby=\"scenarios-title\">\n");
    put(
        page,
        &format!(
            "<h2 id=\"scenarios-title\">Scenarios <small>{}</small></h2>",
            counted(entries.len(), "scenario")
        ),
    );
    filter(page, entries);
    page.push_str("<ol class=\"list\">\n");
    let mut streams = Streams::for_a_page(entries);
    for entry in entries {
        scenario::item(page, evidence, entry, &mut streams);
    }
    page.push_str("</ol>\n</section>\n");
}

/// Is shown by the script, for without it there is nothing that filters.
fn filter(page: &mut String, entries: &[Entry<'_>]) {
    page.push_str(
        "<form class=\"filter\" role=\"search\" hidden>\n\
         <label class=\"search\"><span>Search</span><input type=\"search\" name=\"q\" autocomplete=\"off\" \
         placeholder=\"scenario, check, signature, command, requirement\"></label>\n\
         <fieldset><legend>Show</legend>\n",
    );
    for (word, tone, count) in words(entries) {
        let word = escaped(&word);
        put(
            page,
            &format!(
                "<label class=\"chip {}\"><input type=\"checkbox\" name=\"show\" value=\"{word}\" checked>\
                 <span>{word} <b>{count}</b></span></label>",
                tone.word()
            ),
        );
    }
    page.push_str(
        "</fieldset>\n<div class=\"tools\"><button type=\"button\" data-act=\"open\">Open all shown</button>\
         <button type=\"button\" data-act=\"close\">Close all</button></div>\n\
         <p class=\"found\" role=\"status\" aria-live=\"polite\"></p>\n</form>\n",
    );
}

/// How many scenarios stand how, the gravest first.
fn words(entries: &[Entry<'_>]) -> Vec<(String, Tone, usize)> {
    let mut all: Vec<(String, Tone, usize)> = Vec::new();
    for entry in entries {
        let word = entry.word();
        match all.iter_mut().find(|(known, _, _)| *known == word) {
            Some((_, _, count)) => *count += 1,
            None => all.push((word, entry.tone(), 1)),
        }
    }
    all
}

fn limits(page: &mut String, evidence: &Evidence) {
    page.push_str("<section id=\"limitations\"><h2>Limitations</h2>\n<ul class=\"plain\">\n");
    for limit in limitations(evidence) {
        put(page, &format!("<li>{}</li>", escaped(&limit)));
    }
    page.push_str(
        "<li>Streams are quoted in part; the run’s folder has them whole.</li>\n\
         <li>Paths, names, addresses and secrets of the machine are left out; <code>&lt;home&gt;</code>, \
         <code>&lt;tmp&gt;</code> and the like stand for them.</li>\n</ul></section>\n",
    );
}

fn lock(page: &mut String, evidence: &Evidence) {
    let lock = &evidence.run().product.lock;
    if lock.is_empty() {
        return;
    }
    put(
        page,
        &format!(
            "<section id=\"lock\"><h2>Lock</h2>\n<details><summary>{}</summary>\n<div class=\"wide\"><table>\
             <thead><tr><th scope=\"col\">Package</th><th scope=\"col\">Version</th><th scope=\"col\">sha256</th></tr></thead><tbody>",
            counted(lock.len(), "package")
        ),
    );
    for package in lock {
        put(
            page,
            &format!(
                "<tr><th scope=\"row\">{}</th><td>{}</td><td><code>{}</code></td></tr>",
                escaped(&package.name),
                escaped(&package.version),
                escaped(package.sha256.as_deref().unwrap_or_default())
            ),
        );
    }
    page.push_str("</tbody></table></div></details></section>\n");
}
