#!/usr/bin/env bash
# The step of action.yml. Reads its inputs from NINES_* and what GitHub says of the run from GITHUB_*.
# NINES_COMMAND runs another Nines than the published one, in tests for instance.
set -euo pipefail
# An empty array counts as unset in the bash of macOS, hence ${x[@]+"${x[@]}"}.

die() {
  echo "::error title=Nines::$1"
  exit 2
}

if [[ -n ${NINES_COMMAND:-} ]]; then
  read -ra nines <<<"$NINES_COMMAND"
else
  command -v npx >/dev/null || die "Nines needs Node.js 20 or newer. Put actions/setup-node in front of it."
  nines=(npx --yes "nines@$NINES_VERSION")
fi

args=()
while IFS= read -r path; do
  [[ -z $path ]] || args+=("$path")
done <<<"${NINES_PATHS:-.}"
# A path is never an option.
args=(-- ${args[@]+"${args[@]}"})

options=()
since=${NINES_SINCE:-}
if [[ $since == auto ]]; then
  since=${GITHUB_BASE_REF:+origin/$GITHUB_BASE_REF}
fi
if [[ -n $since ]]; then
  if [[ $(git rev-parse --is-shallow-repository) == true ]]; then
    echo "This checkout is shallow; fetching its history to find where the change began."
    git fetch --quiet --no-tags --unshallow origin
  fi
  if [[ -n ${GITHUB_BASE_REF:-} ]] && ! git rev-parse --quiet --verify "origin/$GITHUB_BASE_REF^{commit}" >/dev/null; then
    git fetch --quiet --no-tags origin "+refs/heads/$GITHUB_BASE_REF:refs/remotes/origin/$GITHUB_BASE_REF"
  fi
  options+=(--since "$since")
fi
[[ -z ${NINES_BASELINE:-} ]] || options+=(--baseline "$NINES_BASELINE")
case ${NINES_RENDER:-false} in
  true) options+=(--render) ;;
  false) ;;
  *) die "render is “$NINES_RENDER”. Write true or false." ;;
esac
case ${NINES_FAIL_ON:-error} in
  error | warning | info) fail_on=(--fail-on "$NINES_FAIL_ON") ;;
  never) fail_on=() ;;
  *) die "fail-on is “$NINES_FAIL_ON”. Write error, warning, info or never." ;;
esac

# 0 and 1 are verdicts; 2 says that there is none, and why is on the standard error.
verdict() {
  local code=0
  "${nines[@]}" check ${options[@]+"${options[@]}"} "$@" "${args[@]}" || code=$?
  [[ $code -lt 2 ]] || exit "$code"
  return "$code"
}

report=$(mktemp)
trap 'rm -f "$report"' EXIT
verdict --format json >"$report" || true
node -e '
  const { findings } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
  const count = (severity) => findings.filter((finding) => finding.severity === severity).length;
  console.log(`errors=${count("error")}\nwarnings=${count("warning")}\nsuggestions=${count("info")}`);
  console.log(`fixable=${findings.filter((finding) => finding.fixable).length}`);
' "$report" >>"${GITHUB_OUTPUT:-/dev/null}"

[[ -z ${NINES_SARIF_FILE:-} ]] || verdict --format sarif >"$NINES_SARIF_FILE" || true

code=0
verdict --format github ${fail_on[@]+"${fail_on[@]}"} || code=$?
[[ ${NINES_FAIL_ON:-error} != never ]] || code=0
exit "$code"
