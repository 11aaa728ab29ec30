//! The matrix. A row: code, phase, situation, what the excerpt tells of the cause, who runs it.

use support::skip::SkipCode::{
    BadWheel, CacheUnusable, DiskFull, EnsurepipMissing, EnvironmentNotCreated, InterpreterBroken,
    InterpreterMismatch, InterpreterMissing, Interrupted, Killed, LibpythonMissing, MachineBusy,
    NotAsAsked, NotInstalled, OfflineCacheMiss, PathUnusual, PipMissing, ProductUnusable,
    PythonTooOld, PythonhomePoisoned, ReadOnly, RegistryTimeout, RegistryUnreachable, TargetExists,
    TimedOut, Unresolvable, UvAbsent, UvBadBinary, UvConfig, UvNotExecutable, UvTooOld,
    VersionNotFound,
};
use support::skip::SkipPhase::{Create, Install, Probe, Verify};

use crate::install_rows::By;
use crate::row::{Control, Row, control, control_where, row, row_where};
use crate::{control_rows as works, install_rows as install, place_rows as place};
use crate::{python_rows as python, uv_rows as uv};

/// What must be refused. Those that wait longest come first.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    row(RegistryTimeout, Install, "it hangs, pip", "Read timed out", |playground| install::hangs(playground, By::Pip)),
    row(RegistryTimeout, Install, "it hangs, uv", "timed out", |playground| install::hangs(playground, By::Uv)),

    row(UvAbsent, Probe, "nothing on PATH", "no uv on PATH", uv::absent),
    row(UvAbsent, Probe, "a relative entry of PATH", "no uv on PATH", uv::relative),
    row(UvNotExecutable, Probe, "a file without the right", "may not be executed", uv::not_executable),
    row(UvBadBinary, Probe, "garbage", "Exec format error", uv::garbage),
    row(UvBadBinary, Probe, "another program", "ultraviolet", uv::another_program),
    row(UvTooOld, Probe, "a version of last year", "0.1.45 is older than", uv::too_old),
    row(UvConfig, Create, "an index that is no URL", "invalid value 'http://[bad'", uv::bad_setting),
    row(CacheUnusable, Create, "a file in its place", "File exists (os error 17)", uv::cache_is_a_file),
    row(EnvironmentNotCreated, Create, "uv fails in new words", "the moon", uv::fails_in_new_words),
    row(EnvironmentNotCreated, Create, "uv only says that it made one", "there is no /", uv::says_it_did),
    row(PipMissing, Verify, "uv knows no pip", "unrecognized subcommand", uv::knows_no_pip),
    row(InterpreterMismatch, Verify, "uv took another one", "version is 3.9.1", uv::takes_another_interpreter),
    row(Killed, Create, "uv, half way", "signal 9", uv::is_killed),
    row(TimedOut, Create, "uv, half way", "timed out", uv::hangs),
    row(MachineBusy, Create, "uv has no turn", "starved on a busy machine", uv::starves),
    row(Interrupted, Create, "Ctrl-C, half way", "killed by the operator", uv::is_interrupted),

    row(InterpreterMissing, Probe, "none on PATH", "no python3 on PATH", python::none_on_path),
    row(InterpreterMissing, Probe, "no such version", "no python3.99 on PATH", python::no_such_version),
    row(InterpreterMissing, Probe, "no such path", "nothing at ./no/python", python::no_such_path),
    row(PythonTooOld, Probe, "3.10", "Python 3.10.13 is older than 3.11", python::too_old),
    row(InterpreterBroken, Probe, "a shim that refuses", "command not found", python::refuses),
    row(InterpreterBroken, Probe, "a file that is no program", "Permission denied", python::no_program),
    row(InterpreterBroken, Probe, "a folder", "Permission denied", python::a_folder),
    row(InterpreterBroken, Probe, "garbage", "Exec format error", python::garbage),
    row(InterpreterMismatch, Probe, "a name that lies", "python3.99 is a Python 3.", python::another_version),
    row(TimedOut, Probe, "the interpreter hangs", "timed out", python::hangs),
    row(PythonhomePoisoned, Probe, "a wrapper that sets it", "No module named 'encodings'", python::wrapped_with_a_home),
    row(PythonhomePoisoned, Probe, "left over from an environment", "/nowhere/bin/python3", python::left_over),
    row_where(LibpythonMissing, Probe, "issue 975, the interpreter itself", "libpython", python::no_library),
    row_where(LibpythonMissing, Create, "issue 975, its copy", "error while loading shared libraries: libpython", python::copied),
    row_where(InterpreterMismatch, Verify, "issue 975, its copy finds another library", "the interpreter's version is", python::copied_and_changed),
    row(EnsurepipMissing, Create, "not installed", "No module named ensurepip", python::no_ensurepip),
    row(EnsurepipMissing, Create, "and no uv either", "no uv on PATH", python::neither_uv_nor_ensurepip).after(UvAbsent),
    row(PipMissing, Verify, "an ensurepip that does nothing", "No module named pip", python::empty_ensurepip),

    row(TargetExists, Create, "a folder with something in it", "there is something at", place::full_folder),
    row(TargetExists, Create, "a file", "there is something at", place::a_file),
    row(TargetExists, Create, "below a file", "Not a directory", place::below_a_file),
    row(TargetExists, Create, "a link to nowhere", "there is something at", place::a_dangling_link),
    row(PathUnusual, Create, "a colon, standard library", "PATH separator", place::a_colon),
    row(PathUnusual, Create, "a line break", "not plain text", place::a_line_break),
    row(PathUnusual, Create, "a name that is too long", "File name too long", place::too_long),
    row_where(ReadOnly, Create, "below a folder of mode 555", "Permission denied", place::mode_555),
    row(ReadOnly, Create, "below /proc", "/proc/kitty-gate", place::proc),
    row_where(ReadOnly, Create, "a file system", "Read-only file system", place::read_only_file_system),
    row_where(DiskFull, Create, "a small tmpfs, uv", "No space left on device", place::full_for_uv),
    row_where(DiskFull, Create, "a small tmpfs, standard library", "No space left on device", place::full_for_the_standard_library),
    row_where(DiskFull, Create, "no more files, standard library", "No space left on device", place::no_more_files),

    row(RegistryUnreachable, Install, "nobody listens, uv", "Connection refused", |playground| install::closed(playground, By::Uv)),
    row(RegistryUnreachable, Install, "nobody listens, pip", "Connection refused", |playground| install::closed(playground, By::Pip)),
    row(RegistryUnreachable, Probe, "nobody listens, to get uv", "Connection refused", install::closed_for_uv_itself),
    row(VersionNotFound, Install, "another version, uv", "no version of spec-kitty-cli==9.9.9", |playground| install::no_such_version(playground, By::Uv)),
    row(VersionNotFound, Install, "another version, pip", "spec-kitty-cli==9.9.9 (from versions: 1.0)", |playground| install::no_such_version(playground, By::Pip)),
    row(VersionNotFound, Install, "no such project, uv", "spec-kitty-cli was not found", |playground| install::no_such_project(playground, By::Uv)),
    row(VersionNotFound, Install, "no such project, pip", "spec-kitty-cli==9.9.9", |playground| install::no_such_project(playground, By::Pip)),
    row(PythonTooOld, Install, "the release wants a later one, uv", ">=3.99", |playground| install::for_a_later_python(playground, By::Uv)),
    row(PythonTooOld, Install, "the release wants a later one, pip", ">=3.99", |playground| install::for_a_later_python(playground, By::Pip)),
    row(Unresolvable, Install, "a dependency that is nowhere, uv", "kitty-nowhere", |playground| install::dependency_missing(playground, By::Uv)),
    row(Unresolvable, Install, "a dependency that is nowhere, pip", "kitty-nowhere", |playground| install::dependency_missing(playground, By::Pip)),
    row(BadWheel, Install, "cut off, uv", "spec-kitty-cli", |playground| install::truncated(playground, By::Uv)),
    row(BadWheel, Install, "cut off, pip", "spec_kitty_cli", |playground| install::truncated(playground, By::Pip)),
    row(BadWheel, Install, "another hash, uv", "Hash mismatch", |playground| install::another_hash(playground, By::Uv)),
    row(BadWheel, Install, "another hash, pip", "DO NOT MATCH THE HASHES", |playground| install::another_hash(playground, By::Pip)),
    row(BadWheel, Install, "a file that was cut off", "spec_kitty_cli", install::truncated_file),
    row(NotInstalled, Install, "uv fails in new words", "the moon is full", install::install_fails_in_new_words),
    row(NotAsAsked, Verify, "a release without an executable", "has no executable spec-kitty", install::without_an_executable),
    row(ProductUnusable, Verify, "it fails at once", "hello", install::fails_at_once),
    row(OfflineCacheMiss, Install, "the cache was removed", "Network connectivity is disabled", install::cache_removed_before_a_replica).remedied_by("run again with the network on"),
];

/// What must work.
#[rustfmt::skip]
pub const CONTROLS: &[Control] = &[
    control("uv", works::uv),
    control("the standard library", works::standard_library),
    control("a broken uv is passed over", works::fallback),
    control("what a killed uv left is cleared away", works::fallback_after_half_an_environment),
    control("an unusual path, uv", works::unusual_path_by_uv),
    control("an unusual path, standard library", works::unusual_path_by_the_standard_library),
    control("a colon in the path, uv", works::colon_by_uv),
    control("a poisoned caller, uv", works::poison_and_uv),
    control("a poisoned caller, standard library", works::poison_and_the_standard_library),
    control("an empty folder", works::empty_folder),
    control("a path with a slash at its end and dots", works::folder_with_slash_and_dots),
    control("below a link", works::below_a_link),
    control("relative paths", works::relative_paths),
    control("a shim on PATH", works::shim),
    control("an installation that is linked to", works::linked_installation),
    control("of several at once one makes it, uv", works::several_at_once_by_uv),
    control("of several at once one makes it, standard library", works::several_at_once_by_the_standard_library),
    control("no folder for temporary files is told", works::no_room_for_temporary_files),
    control("no folder for temporary files is told by the doctor", works::no_room_for_the_doctor),
    control_where("issue 975, uv", works::issue_975_by_uv),
    control_where("issue 975, standard library with links", works::issue_975_by_links),
    control("no ensurepip, uv", works::no_ensurepip_by_uv),
    control("a yanked dependency is a finding, uv", |playground| install::yanked(playground, By::Uv)),
    control("a yanked dependency is a finding, pip", |playground| install::yanked(playground, By::Pip)),
    control("a drifted dependency is a finding", install::drifted),
];
