//! What a tool may do when it is called, as a piece of shell.

use proptest::collection::vec;
use proptest::prelude::*;

/// What a tool answers to one kind of call.
#[derive(Debug, Clone)]
pub struct Reply {
    pub deed: FileEffect,
    pub stdout: Printed,
    pub stderr: Printed,
    pub end: End,
}

/// What a tool does to the folder that it is given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FileEffect {
    Nothing,
    /// What it should.
    Environment,
    /// A folder, and no more.
    Half,
    /// An environment, but for what says that it is one.
    WithoutConfig,
    /// A program that says it is a Python of another version.
    AnotherVersion,
    /// A program that says what it was not asked.
    Babbler,
    /// A link to the real interpreter, which is no environment.
    OutsideLink,
    /// The folder is gone.
    Removed,
    /// The folder is a file now.
    File,
    /// The folder is a link now.
    Link,
    /// Things that cannot be opened, or not be removed at once.
    Barred,
    /// What is called python is a folder.
    PythonIsAFolder,
    /// What is called pip is a folder; it is to be replaced.
    PipIsAFolder,
    /// What is called pip is a link to a file of somebody else's.
    PipIsALink,
    /// An environment, and a process that goes on.
    LeavesAProcess,
}

/// What a tool prints.
#[derive(Debug, Clone)]
pub enum Printed {
    Bytes(Vec<u8>),
    /// So many letters.
    Much(usize),
}

/// How a tool ends.
#[derive(Debug, Clone, Copy)]
pub enum End {
    Exit(u8),
    Signal(u8),
    Hang,
}

impl FileEffect {
    /// Those that leave no environment.
    pub const BAD: [Self; 10] = [
        Self::Nothing,
        Self::Half,
        Self::WithoutConfig,
        Self::AnotherVersion,
        Self::Babbler,
        Self::OutsideLink,
        Self::Removed,
        Self::File,
        Self::Link,
        Self::PythonIsAFolder,
    ];

    /// Those that leave one, whatever else they do.
    pub const GOOD: [Self; 5] = [
        Self::Environment,
        Self::Barred,
        Self::PipIsAFolder,
        Self::PipIsALink,
        Self::LeavesAProcess,
    ];

    /// As shell; `$dir` is the folder, `$real` the real interpreter, `$base` its prefix, `$other`
    /// somebody's file.
    pub fn script(self) -> &'static str {
        match self {
            Self::Nothing => ":",
            Self::Environment => "make",
            Self::Half => "mkdir -p \"$dir/bin\" \"$dir/lib\"",
            Self::WithoutConfig => "make; rm \"$dir/pyvenv.cfg\"",
            Self::AnotherVersion => "stub \"echo 3.99.0; echo '$dir'; echo '$base'\"",
            Self::Babbler => "stub 'yes | head -c 100000'",
            Self::OutsideLink => "mkdir -p \"$dir/bin\"; ln -s \"$real\" \"$dir/bin/python\"",
            Self::Removed => "rm -rf \"$dir\"",
            Self::File => "rm -rf \"$dir\"; echo mine > \"$dir\"",
            Self::Link => "rm -rf \"$dir\"; ln -s \"$(dirname \"$other\")\" \"$dir\"",
            Self::Barred => "make; mkfifo \"$dir/fifo\"; mkdir \"$dir/a\"; chmod 0 \"$dir/a\"",
            Self::PythonIsAFolder => "mkdir -p \"$dir/bin/python\"",
            Self::PipIsAFolder => "make; rm -f \"$dir/bin/pip\"; mkdir \"$dir/bin/pip\"",
            Self::PipIsALink => "make; ln -sf \"$other\" \"$dir/bin/pip\"",
            Self::LeavesAProcess => "make; setsid sleep 600 &",
        }
    }
}

impl Reply {
    pub fn says(text: &str) -> Self {
        Self::good(FileEffect::Nothing, text)
    }

    pub fn good(deed: FileEffect, text: &str) -> Self {
        Self {
            deed,
            stdout: Printed::Bytes(text.as_bytes().to_vec()),
            stderr: Printed::Bytes(Vec::new()),
            end: End::Exit(0),
        }
    }

    /// Mostly the right answer: else nothing would be asked after it.
    pub fn to_who(right: &'static str) -> impl Strategy<Value = Self> {
        prop_oneof![
            5 => Just(Self::says(right)),
            1 => any_reply(Just(FileEffect::Nothing).boxed()),
        ]
    }

    /// Any deed; often said to have worked.
    pub fn to_venv() -> impl Strategy<Value = Self> {
        let deeds = FileEffect::BAD.into_iter().chain(FileEffect::GOOD);
        let deed = proptest::sample::select(deeds.collect::<Vec<_>>()).boxed();
        prop_oneof![
            1 => deed.clone().prop_map(|deed| Self::good(deed, "")),
            1 => any_reply(deed),
        ]
    }
}

fn any_reply(deed: BoxedStrategy<FileEffect>) -> impl Strategy<Value = Reply> {
    (deed, noise(), noise(), end()).prop_map(|(deed, stdout, stderr, end)| Reply {
        deed,
        stdout,
        stderr,
        end,
    })
}

/// Texts that mean something, or seem to.
const KNOWN: [&str; 5] = [
    "",
    "error: what\n  cause: No space left on device (os error 28)\n",
    "\u{1b}[31merror\u{1b}[0m: \u{7}Permission denied (os error 13)\n",
    "Traceback (most recent call last):\n\nKeyError: 1\n",
    "error:\ncause:\nerror: \n",
];

fn noise() -> impl Strategy<Value = Printed> {
    prop_oneof![
        3 => proptest::sample::select(&KNOWN[..]).prop_map(|text| Printed::Bytes(text.into())),
        3 => vec(any::<u8>(), 0..2000).prop_map(Printed::Bytes),
        2 => ".{0,300}".prop_map(|text| Printed::Bytes(text.into_bytes())),
        1 => (1_000_000..6_000_000_usize).prop_map(Printed::Much),
    ]
}

fn end() -> impl Strategy<Value = End> {
    let signals = proptest::sample::select(vec![9_u8, 15, 11, 6]);
    prop_oneof![
        8 => proptest::sample::select(vec![0_u8, 0, 1, 2, 126, 127, 255]).prop_map(End::Exit),
        4 => signals.prop_map(End::Signal),
        1 => Just(End::Hang),
    ]
}
