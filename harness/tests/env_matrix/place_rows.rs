//! The place: taken, not writable, full, or of a name that no tool can handle.

use std::os::unix::fs::PermissionsExt;

use crate::mounts::{on_a_tmpfs, without_privilege};
use crate::row::Unable;
use crate::stage::{Answer, Stage};

pub fn full_folder(stage: &mut Stage) -> Answer {
    fs_err::create_dir(stage.dir()).unwrap();
    fs_err::write(stage.dir().join("mine"), "mine").unwrap();
    stage.create("auto")
}

pub fn a_file(stage: &mut Stage) -> Answer {
    fs_err::write(stage.dir(), "mine").unwrap();
    stage.create("auto")
}

pub fn below_a_file(stage: &mut Stage) -> Answer {
    fs_err::write(stage.dir(), "mine").unwrap();
    stage.create_at(&stage.dir().join("below"), &[])
}

pub fn a_dangling_link(stage: &mut Stage) -> Answer {
    fs_err::os::unix::fs::symlink("nowhere", stage.dir()).unwrap();
    stage.create("auto")
}

pub fn a_colon(stage: &mut Stage) -> Answer {
    stage.create_at(&stage.place().join("a:b/env"), &["--method", "stdlib"])
}

pub fn a_line_break(stage: &mut Stage) -> Answer {
    stage.create_at(&stage.place().join("a\nb"), &[])
}

pub fn too_long(stage: &mut Stage) -> Answer {
    let dir = stage.place().join("deep").join("x".repeat(300));
    stage.create_at(&dir, &[])
}

pub fn mode_555(stage: &mut Stage) -> Result<Answer, Unable> {
    stage.wrap(without_privilege()?);
    let closed = stage.place().join("closed");
    fs_err::create_dir(&closed).unwrap();
    fs_err::set_permissions(&closed, std::fs::Permissions::from_mode(0o555)).unwrap();
    Ok(stage.create_at(&closed.join("env"), &[]))
}

/// Below here nobody makes folders, whoever they are.
pub fn proc(stage: &mut Stage) -> Answer {
    stage.create_at("/proc/kitty-gate/env".as_ref(), &[])
}

pub fn read_only_file_system(stage: &mut Stage) -> Result<Answer, Unable> {
    on_a_tmpfs(stage, "ro", |stage| stage.create("auto"))
}

/// Room for the folder, and for nothing in it.
pub fn full_for_uv(stage: &mut Stage) -> Result<Answer, Unable> {
    stage.with_uv();
    on_a_tmpfs(stage, "size=16k", |stage| stage.create("uv"))
}

/// Room for an environment, and not for a pip in it: venv says only that ensurepip failed.
pub fn full_for_the_standard_library(stage: &mut Stage) -> Result<Answer, Unable> {
    on_a_tmpfs(stage, "size=1m", |stage| stage.create("stdlib"))
}

pub fn no_more_files(stage: &mut Stage) -> Result<Answer, Unable> {
    on_a_tmpfs(stage, "nr_inodes=40", |stage| stage.create("stdlib"))
}
