//! The place: taken, not writable, full, or of a name that no tool can handle.

use std::os::unix::fs::PermissionsExt;

use crate::mounts::{on_a_tmpfs, without_privilege};
use crate::playground::{Answer, Playground};
use crate::row::CannotProvoke;

pub fn full_folder(playground: &mut Playground) -> Answer {
    fs_err::create_dir(playground.dir()).unwrap();
    fs_err::write(playground.dir().join("mine"), "mine").unwrap();
    playground.create("auto")
}

pub fn a_file(playground: &mut Playground) -> Answer {
    fs_err::write(playground.dir(), "mine").unwrap();
    playground.create("auto")
}

pub fn below_a_file(playground: &mut Playground) -> Answer {
    fs_err::write(playground.dir(), "mine").unwrap();
    playground.create_at(&playground.dir().join("below"), &[])
}

pub fn a_dangling_link(playground: &mut Playground) -> Answer {
    fs_err::os::unix::fs::symlink("nowhere", playground.dir()).unwrap();
    playground.create("auto")
}

pub fn a_colon(playground: &mut Playground) -> Answer {
    playground.create_at(&playground.place().join("a:b/env"), &["--method", "stdlib"])
}

pub fn a_line_break(playground: &mut Playground) -> Answer {
    playground.create_at(&playground.place().join("a\nb"), &[])
}

pub fn too_long(playground: &mut Playground) -> Answer {
    let dir = playground.place().join("deep").join("x".repeat(300));
    playground.create_at(&dir, &[])
}

pub fn mode_555(playground: &mut Playground) -> Result<Answer, CannotProvoke> {
    playground.wrap(without_privilege()?);
    let closed = playground.place().join("closed");
    fs_err::create_dir(&closed).unwrap();
    fs_err::set_permissions(&closed, std::fs::Permissions::from_mode(0o555)).unwrap();
    Ok(playground.create_at(&closed.join("env"), &[]))
}

/// Below here nobody makes folders, whoever they are.
pub fn proc(playground: &mut Playground) -> Answer {
    playground.create_at("/proc/kitty-gate/env".as_ref(), &[])
}

pub fn read_only_file_system(playground: &mut Playground) -> Result<Answer, CannotProvoke> {
    on_a_tmpfs(playground, "ro", |playground| playground.create("auto"))
}

/// Room for the folder, and for nothing in it.
pub fn full_for_uv(playground: &mut Playground) -> Result<Answer, CannotProvoke> {
    playground.with_uv();
    on_a_tmpfs(playground, "size=16k", |playground| playground.create("uv"))
}

/// Room for an environment, and not for a pip in it: venv says only that ensurepip failed.
pub fn full_for_the_standard_library(playground: &mut Playground) -> Result<Answer, CannotProvoke> {
    on_a_tmpfs(playground, "size=1m", |playground| playground.create("stdlib"))
}

pub fn no_more_files(playground: &mut Playground) -> Result<Answer, CannotProvoke> {
    on_a_tmpfs(playground, "nr_inodes=40", |playground| playground.create("stdlib"))
}
