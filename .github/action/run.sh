#!/usr/bin/env bash
# Runs aftersight with the words of COMMAND and ARGS, which nothing evaluates, and ends with its exit code.
#
# What it writes for the step's summary is kept beside in `aftersight/summary.md` in the runner's temporary folder, which the
# steps of a job add to, so that a workflow can hand it on as an artifact. The file is there only if something was written.
set -euo pipefail

words=()
split() { # TEXT: at blanks; a text of several lines at line ends
  local word
  case $1 in
    *$'\n'*)
      while IFS= read -r word || [ -n "$word" ]; do
        word=${word%$'\r'}
        [ -z "$word" ] || words+=("$word")
      done <<< "$1"
      ;;
    *)
      local some=()
      read -r -a some <<< "$1"
      words+=(${some[@]+"${some[@]}"})
      ;;
  esac
}
# Two words of a command are two words on however many lines.
line_end=$'\n'
split "${COMMAND//$line_end/ }"
split "${ARGS:-}"

kept=${RUNNER_TEMP:?is set by the runner}/aftersight/summary.md
own=${kept%.md}-of-step.md
mkdir -p "${kept%/*}"
: > "$own"
status=0
GITHUB_STEP_SUMMARY=$own aftersight ${words[@]+"${words[@]}"} || status=$?
if [ -s "$own" ]; then
  [ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat "$own" >> "$GITHUB_STEP_SUMMARY"
  cat "$own" >> "$kept"
fi
rm -f "$own"
exit "$status"
