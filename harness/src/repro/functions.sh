
# sandbox NUMBER: an empty world with a HOME of its own; ROOT is the world.
sandbox() {
    S=$HERE/sandbox-$1
    mkdir -p "$S/home" "$S/tmp" "$S/world"
    ROOT=$S/world
    cat > "$S/home/.gitconfig" <<'CONFIG'
@GITCONFIG@CONFIG
}

# unpack NUMBER: a world that the product made, from stdin; what it says of its place becomes true.
unpack() {
    sandbox "$1"
    base64 -d | tar -xzf - -C "$ROOT" || exit 1
    grep -rlI --exclude-dir=objects -e @NOWHERE@ -e @AROUND@ -e @PRODUCT@ "$ROOT" |
        while IFS= read -r file; do
            sed -i "s|@NOWHERE@|$ROOT|g; s|@AROUND@|$S|g; s|@PRODUCT@|${BIN%/bin}|g" "$file"
        done
}

# play NUMBER DIR PROGRAM ARG...: in a sandbox, in an environment built from nothing.
play() {
    S=$HERE/sandbox-$1
    dir=$S/world/$2
    shift 2
    printf '\n$ %s\n' "$*"
    (cd "$dir" && exec env -i \
@ENVIRONMENT@        "$@" < /dev/null)
    echo "(exit $?)"
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
