# What this script comes to, in its last line and its exit code, as `git bisect run` understands it.
DECIDED=
AGAIN=
GONE=
STRAYED=
# Who reads the beginning only, wants the verdict all the same.
trap '' PIPE
trap '[ -n "$DECIDED" ] || { echo "could not be tried: the script broke off; see above"; exit 125; }' EXIT

conclude() {
    DECIDED=yes
    printf '%s\n' "$2"
    exit "$1"
}

untried() {
    conclude 125 "could not be tried: $1"
}

HERE=${HERE:-$(mktemp -d)}
mkdir -p "$HERE" && HERE=$(cd "$HERE" && pwd -P) && SEEN=$HERE/seen && mkdir -p "$SEEN" "$HERE/recorded" ||
    untried 'a folder for it cannot be made: set HERE or TMPDIR to one that can be written to'

# recorded NAME < base64: what was seen when this was recorded.
recorded() {
    base64 -d > "$HERE/recorded/$1"
}

# normal < TEXT: without what differs each time: paths of the sandbox and the product, where a traceback finds the files
# of an installation, ids, processes, temporary files, times, versions, spaces.
normal() {
    LC_ALL=C sed -E \
        -e "s|$(literally "$HERE")/sandbox-([0-9]+)|\$SANDBOX_\1|g; s|$(literally "${BIN%/bin}")|\$PRODUCT|g" \
        -e 's|File "[^"]*/bin/([^"/]*)", line [0-9]+|File "bin/\1"|g; s|File "[^"]*/site-packages/|File "|g' \
        -e 's/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32,64}/<id>/g' \
        -e 's/[0-9A-HJKMNP-TV-Z]{26}|[0-9a-hjkmnp-tv-z]{26}/<id>/g' \
        -e 's/tmp[a-z0-9_]{8}|[a-z0-9_]{8}\.tmp/<temporary>/g' \
        -e 's/([Pp][Ii][Dd][":= ]+)[0-9]+/\1<pid>/g' \
        -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+(Z|[+-][0-9:]+)?)?|[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?/<time>/g' \
        -e 's/[0-9a-f]{7,31}/<id>/g' \
        -e 's/[0-9]+\.[0-9]+\.[0-9]+([.a-z0-9+]*[a-z0-9])?/<version>/g; s/[0-9]+(\.[0-9]+)? ?m?s([^a-z]|$)/<time>\2/g' |
        tr -d '[:space:]'
}

# A path as sed takes it for itself.
literally() {
    printf '%s' "$1" | sed 's/[][\.*^$|+?(){}]/\\&/g'
}

# effect DIR: the files of a world, and the branches and the state of its repositories.
effect() (
    ROOT=$1
    cd "$1" || exit 1
    find . \( -name '*.git' -o -name __pycache__ \) -prune -o \( -type f -o -type l \) -print | LC_ALL=C sort
    find . -name '*.git' -prune -print | LC_ALL=C sort | while IFS= read -r git; do
        world_git -C "${git%/.git}" for-each-ref --format='%(refname) %(subject)'
        # A bare repository has no state.
        [ "$git" = "${git%/.git}" ] || world_git -C "${git%/.git}" status --porcelain --branch --untracked-files=all
    done 2>&1
)

# same NAME < TEXT: whether it is what was recorded under that name.
same() {
    [ "$(normal)" = "$(normal < "$HERE/recorded/$1")" ]
}

# knows STEP EXIT: a product that does not have the command, or calls it otherwise, says nothing of what it would do.
knows() {
    [ -n "$STRAYED" ] || [ "$(cat "$SEEN/$1.exit")" = "$2" ] || ! cat "$SEEN/$1.stdout" "$SEEN/$1.stderr" |
        grep -qiE 'no such (command|option)|unrecognized arguments|invalid choice|has been renamed to' ||
        STRAYED="this product does not know command $1 as it is asked"
}

# answers STEP: nor does one that says nothing at all.
answers() {
    [ -n "$STRAYED" ] || [ -s "$SEEN/$1.stdout" ] || [ -s "$SEEN/$1.stderr" ] ||
        STRAYED="this product says nothing to command $1"
}

# as_before STEP EXIT: a command before the one that failed; where it ends otherwise, that one stands on other ground.
as_before() {
    knows "$1" "$2"
    [ -n "$STRAYED" ] || [ "$(cat "$SEEN/$1.exit")" = "$2" ] ||
        STRAYED="command $1 exits with $(cat "$SEEN/$1.exit"), and did with $2 when this was recorded"
}

# same_exit CHECK STEP EXIT: a check of the exit code alone.
same_exit() {
    knows "$2" "$3"
    code=$(cat "$SEEN/$2.exit")
    if [ "$code" = "$3" ]; then
        again "$1 (command $2 exits with $3)"
    else
        answers "$2"
        gone "$1 (command $2 exits with $code, not with $3)"
    fi
}

# same_all CHECK STEP EXIT WORLD: any other check.
same_all() {
    knows "$2" "$3"
    code=$(cat "$SEEN/$2.exit")
    if [ "$code" != "$3" ]; then
        answers "$2"
        gone "$1 (command $2 exits with $code, not with $3)"
    elif ! same "$2.stdout" < "$SEEN/$2.stdout"; then
        answers "$2"
        gone "$1 (command $2 says something else on stdout)"
    elif ! same "$2.stderr" < "$SEEN/$2.stderr"; then
        answers "$2"
        gone "$1 (command $2 says something else on stderr)"
    elif ! [ -f "$HERE/recorded/$4.effect" ]; then
        again "$1 (command $2: the same exit code, stdout and stderr)"
    elif effect "$HERE/sandbox-$4/world" | same "$4.effect"; then
        again "$1 (command $2: the same exit code, stdout and stderr; world $4: the same files, branches and git status)"
    else
        gone "$1 (world $4 has other files, branches or git status)"
    fi
}

# Once the ground is another one, nothing more is said.
again() {
    [ -n "$STRAYED" ] || AGAIN="${AGAIN:+$AGAIN; }$1"
}

gone() {
    [ -n "$STRAYED" ] || GONE="${GONE:+$GONE; }$1"
}

verdict() {
    [ -z "$AGAIN" ] || [ -z "$STRAYED" ] || conclude 125 "reproduced in part: $AGAIN; then $STRAYED"
    [ -z "$AGAIN" ] || [ -z "$GONE" ] || conclude 125 "reproduced in part: $AGAIN; but not $GONE"
    [ -z "$STRAYED" ] || untried "$STRAYED"
    [ -n "$AGAIN$GONE" ] || untried "no check failed when this was recorded"
    [ -z "$AGAIN" ] || conclude 1 "reproduced: $AGAIN"
    conclude 0 "not reproduced: $GONE"
}
