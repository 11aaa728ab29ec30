#!/usr/bin/env bash
# Which versions lie in a PEP 440 range: two Rust crates and PyPI's packaging do not agree near pre-releases.
#
# Versions: the crates pep440_rs 0.7.3 and uv-pep440 0.0.72, and packaging 26.0 and 26.4 for Python.
# Seen: pep440_rs leaves every pre-release out of `<V`, also where V is a pre-release itself, so that 4.0.0rc7 is not
# below 4.0.0rc8. It lets `==3.2.6.*` contain 3.2, which has no third number at all. uv-pep440, uv's own fork, answers
# both as packaging does. Both crates, and packaging 26.0, leave 3.2.0rc2.post0 out of `>3.2.0a10`, though it is a
# post-release of another, later pre-release; packaging 26.4 takes it in. A range that was written for an installer is
# therefore read differently by a tool in Rust, or by an older packaging, and no error says so.
# Fails if any of the three answers otherwise than on the day this was written.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
for version in 26.0 26.4; do
    "$dir/venv/bin/pip" install --quiet --disable-pip-version-check --target "$dir/$version" "packaging==$version"
done
mkdir -p "$dir/ranges/src"
cat >"$dir/ranges/Cargo.toml" <<'TOML'
[package]
name = "ranges"
version = "0.0.0"
edition = "2021"
[dependencies]
pep440_rs = "=0.7.3"
uv-pep440 = "=0.0.72"
TOML
cat >"$dir/ranges/src/main.rs" <<'RUST'
use std::str::FromStr;

fn main() {
    for pair in std::env::args().skip(1) {
        let (range, version) = pair.split_once(' ').unwrap();
        let crate_says = pep440_rs::VersionSpecifiers::from_str(range)
            .unwrap()
            .contains(&pep440_rs::Version::from_str(version).unwrap());
        let fork_says = uv_pep440::VersionSpecifiers::from_str(range)
            .unwrap()
            .contains(&uv_pep440::Version::from_str(version).unwrap());
        println!("{range} {version}: pep440_rs {crate_says}, uv-pep440 {fork_says}");
    }
}
RUST
pairs=('<4.0.0rc8 4.0.0rc7' '==3.2.6.* 3.2' '>3.2.0a10 3.2.0rc2.post0' '>=3.2,<4 3.2.7')
cargo run --quiet --manifest-path "$dir/ranges/Cargo.toml" -- "${pairs[@]}" >"$dir/rust"
cat >"$dir/ask.py" <<'PYTHON'
import sys
from packaging.specifiers import SpecifierSet
for pair in sys.argv[1:]:
    range_, version = pair.split(" ")
    print(SpecifierSet(range_).contains(version, prereleases=True))
PYTHON
for version in 26.0 26.4; do
    PYTHONPATH="$dir/$version" "$dir/venv/bin/python" "$dir/ask.py" "${pairs[@]}" | tr TF tf >"$dir/python-$version"
done
paste -d, "$dir/rust" "$dir/python-26.0" "$dir/python-26.4" |
    sed -E 's/,(true|false),(true|false)$/, packaging 26.0 \1, 26.4 \2/' | tee "$dir/seen"
diff "$dir/seen" - <<'SEEN'
<4.0.0rc8 4.0.0rc7: pep440_rs false, uv-pep440 true, packaging 26.0 true, 26.4 true
==3.2.6.* 3.2: pep440_rs true, uv-pep440 false, packaging 26.0 false, 26.4 false
>3.2.0a10 3.2.0rc2.post0: pep440_rs false, uv-pep440 false, packaging 26.0 false, 26.4 true
>=3.2,<4 3.2.7: pep440_rs true, uv-pep440 true, packaging 26.0 true, 26.4 true
SEEN
echo "as it was"
