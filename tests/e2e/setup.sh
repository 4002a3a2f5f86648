#!/usr/bin/env bash
# Make what the end-to-end tests need: the built hazo_chat page and a Chromium. Runs again in no time.
#   tests/e2e/setup.sh           installs and builds what is missing or out of date
#   tests/e2e/setup.sh --check   installs nothing; fails and says what is missing
set -euo pipefail
cd "$(dirname "$0")/client"
check=${1:-}

fail() {
    echo "end-to-end tests: $1" >&2
    exit 1
}

browser_starts() {
    "${CHROMIUM:-chromium}" --version >/dev/null 2>&1
}

sources() {
    cat .npmrc package.json package-lock.json ./*.html ./*.js src/* stubs/*/package.json | sha256sum
}

if ! browser_starts; then
    [[ -z $check ]] || fail "no Chromium; run tests/e2e/setup.sh, or set CHROMIUM to the program"
    [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null ||
        fail "no Chromium; install it (Debian: apt-get install chromium) or set CHROMIUM to the program"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -qq -y --no-install-recommends chromium >/dev/null 2>&1 ||
        { apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium >/dev/null; } ||
        fail "apt-get could not install chromium; install it by hand or set CHROMIUM to the program"
    browser_starts || fail "the installed Chromium does not start"
fi

if [[ ! -f dist/sources || $(<dist/sources) != "$(sources)" ]]; then
    [[ -z $check ]] || fail "the hazo_chat page is not built; run tests/e2e/setup.sh"
    node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null ||
        fail "Node.js 20.19 or newer with npm is needed to build the hazo_chat page"
    npm ci --ignore-scripts --no-fund --no-audit --loglevel=error || fail "npm ci failed in tests/e2e/client"
    npm run --silent build -- --logLevel warn || fail "the hazo_chat page did not build"
    sources >dist/sources
fi
