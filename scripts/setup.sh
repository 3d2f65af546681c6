# Set-up that scripts/run, scripts/test, scripts/bench and scripts/screenshots share; source it, do not run it.
# Makes or refreshes .venv from packaging/constraints.txt and sees to the system libraries that Qt needs.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
venv=${DESKTOP_AL_VENV:-"$root/.venv"}
export DESKTOP_AL_VENV=$venv
python=$venv/bin/python

qt_offscreen=(libegl1 libgl1 libglib2.0-0 libfontconfig1 libdbus-1-3 libxkbcommon0 libgssapi-krb5-2)
qt_window=(libxcb-icccm4 libxcb-keysyms1 libxcb-cursor0 libxcb-image0 libxcb-randr0 libxcb-render-util0 libxcb-shape0
    libxcb-shm0 libxcb-sync1 libxcb-xfixes0 libxcb-xkb1 libxkbcommon-x11-0 libx11-xcb1)
virtual_screen=(xvfb xauth xdotool)
# For pictures alone: without them a bare machine has no Japanese signs.
fonts=(fonts-dejavu-core fonts-ipafont-gothic)

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# ensure_packages NAME...: installs the Debian packages that lack, or prints the one command that does.
ensure_packages() {
    command -v dpkg-query >/dev/null 2>&1 || return 0
    local missing=() name status as_root=()
    for name in "$@"; do
        # A package may live on under a new name (libglib2.0-0t64 provides libglib2.0-0).
        status=$(dpkg-query -W -f='${Status}\n' "$name" "${name}t64" 2>/dev/null || true)
        case $status in *'ok installed'*) ;; *) missing+=("$name") ;; esac
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    if [ "$(id -u)" -ne 0 ]; then
        if sudo -n true 2>/dev/null; then as_root=(sudo -n); else
            die "These system packages are missing; install them and start again: sudo apt-get install -y ${missing[*]}"
        fi
    fi
    say "Installing system packages: ${missing[*]}"
    "${as_root[@]}" apt-get update -qq >&2 || say "apt-get update failed; trying with the package lists at hand."
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 ||
        die "apt-get could not install ${missing[*]}; see its messages above, then start again."
}

# find_python: the newest Python from 3.11 to 3.13 that runs.
find_python() {
    local candidate
    for candidate in "${DESKTOP_AL_PYTHON:-}" python3.11 python3.12 python3.13 python3; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' >/dev/null 2>&1; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

# ensure_venv EXTRA: a virtual environment that holds this checkout with its extra ("" or "dev"), by constraints.
# A stamp of what it was made from lets the next call return at once.
ensure_venv() {
    local extra=$1 stamp=$venv/.made-${1:-run} want target=$root base
    want=$(cat "$root/pyproject.toml" "$root/packaging/constraints.txt" | cksum)" $root"
    if [ -x "$python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$want" ]; then return 0; fi
    if [ ! -x "$python" ] || ! "$python" -m pip --version >/dev/null 2>&1; then
        base=$(find_python) || {
            ensure_packages python3
            base=$(find_python) || die "Python 3.11 to 3.13 is needed and was not found; install one, or name it in DESKTOP_AL_PYTHON."
        }
        "$base" -c 'import ensurepip' >/dev/null 2>&1 || ensure_packages python3-venv
        say "Making a virtual environment (once)."
        "$base" -m venv "$venv" || die "The virtual environment could not be made in $venv; see the message above."
    fi
    [ -n "$extra" ] && target="$root[$extra]"
    say "Installing the Python packages (once, a few minutes)."
    "$python" -m pip install --quiet --disable-pip-version-check -c "$root/packaging/constraints.txt" -e "$target" >&2 ||
        die "The Python packages could not be installed; see the message above, check the network, and start again."
    printf '%s\n' "$want" >"$stamp"
}

# ensure_prepared: the built-in model converted and the numeric kernels compiled, once for each state of the code.
ensure_prepared() {
    local stamp=$venv/.prepared want
    want=$(find "$root/desktop_al" -name '*.py' -exec cat {} + | cksum)
    [ "$(cat "$stamp" 2>/dev/null)" = "$want" ] && return 0
    say "Preparing the built-in model and the numeric kernels (once, about a minute)."
    "$python" -m desktop_al prepare >&2 && "$python" -m desktop_al.gui.map.warm ||
        die "The program could not be prepared; see the message above."
    printf '%s\n' "$want" >"$stamp"
}

# has_display: whether a window can be opened here.
has_display() { [ "$(uname)" = Darwin ] || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; }
