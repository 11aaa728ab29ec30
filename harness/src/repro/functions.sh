
# sandbox NUMBER: an empty world with a HOME of its own; ROOT is the world.
sandbox() {
    S=$HERE/sandbox-$1
    mkdir -p "$S/home" "$S/tmp" "$S/world"
    ROOT=$S/world
    [ ! -d "$HERE/home" ] || cp -Rp "$HERE/home/." "$S/home"
    cat > "$S/home/.gitconfig" <<'CONFIG'
@GITCONFIG@CONFIG
}

# unpack NUMBER: a world that the product made, from stdin; what it says of its place becomes true.
unpack() {
    sandbox "$1"
    base64 -d | tar -xzf - -C "$ROOT" || untried 'a world cannot be unpacked'
    grep -rlI --exclude-dir=objects -e @NOWHERE@ -e @AROUND@ -e @PRODUCT@ "$ROOT" |
        while IFS= read -r file; do
            sed -i "s|@NOWHERE@|$ROOT|g; s|@AROUND@|$S|g; s|@PRODUCT@|${BIN%/bin}|g" "$file"
        done
}

# run_step STEP NUMBER DIR PROGRAM ARG...: in a sandbox, in an environment built from nothing; what it did is kept.
run_step() {
    step=$SEEN/$1
    S=$HERE/sandbox-$2
    dir=$S/world/$3
    shift 3
    printf '\n$ %s\n' "$*"
    [ -d "$dir" ] || untried "there is no folder $dir for the next command"
    (cd "$dir" && exec env -i \
@ENVIRONMENT@        "$@" < /dev/null) > "$step.stdout" 2> "$step.stderr"
    code=$?
    echo "$code" > "$step.exit"
    cat "$step.stdout"
    cat "$step.stderr" >&2
    echo "(exit $code)"
}

# What cannot say its version is no product, or a broken one.
says_its_version() {
    sandbox 0
    run_step version 0 . "$BIN/spec-kitty" --version > /dev/null 2>&1
    cat "$SEEN/version.stdout" "$SEEN/version.stderr"
    [ "$code" = 0 ] && grep -q '^spec-kitty-cli version ' "$SEEN/version.stdout" ||
        untried "spec-kitty does not say its version: exit $code"
}

# The first command fills a HOME, and every sandbox begins with it.
moved_in() {
    run_step first 0 . "$BIN/spec-kitty" agent tasks --help > /dev/null 2>&1
    # One that names the HOME it was made in cannot be copied.
    grep -rqF -e "$S/home" "$S/home" || mv "$S/home" "$HERE/home"
}

# real PACKAGE: its real files again, in the installation that belongs to this script.
real() {
    if [ ! -d "$HERE/real-$1" ]; then
        mkdir "$HERE/real-$1"
        cp -Rp "$SITE/$1" "$SITE/$1"-*.dist-info "$HERE/real-$1"
    fi
    rm -rf "$SITE/$1" "$SITE/$1"-*.dist-info
    cp -Rp "$HERE/real-$1/." "$SITE"
}
