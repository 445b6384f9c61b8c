#!/usr/bin/env bash
# Puts aftersight on the path of the job's later steps: a given program, else a release whose SHA-256 stands in
# checksums.txt beside this script, else one built from the source that this script came with.
#
# Reads, besides what a runner sets:
#   VERSION              the release to use; the newest that is listed, if empty
#   AFTERSIGHT_BINARY    use this binary instead, and download and build nothing; for runners that have it installed
#   AFTERSIGHT_RELEASES  where the releases are, with a folder `v<version>` each; for mirrors. The checksums stay the same.
# Runs in bash 3.2 too, which is what macOS has.
set -euo pipefail

source=${GITHUB_ACTION_PATH:?is set by the runner}
# The runner empties this folder after every job.
place=${RUNNER_TEMP:?is set by the runner}/aftersight
if command -v cygpath > /dev/null; then # on Windows: tar takes `D:` for the name of another machine
  source=$(cygpath -u "$source")
  place=$(cygpath -u "$place")
fi
releases=${AFTERSIGHT_RELEASES:-https://github.com/aftersight/aftersight/releases/download}
system=${RUNNER_OS:-}-${RUNNER_ARCH:-}
program=aftersight
[ "${RUNNER_OS:-}" != Windows ] || program=aftersight.exe

fail() { # MESSAGE
  printf '::error title=aftersight::%s\n' "$1"
  exit 1
}

finish() { # PROGRAM
  mkdir -p "$place/bin"
  cp "$1" "$place/bin/$program"
  chmod +x "$place/bin/$program"
  "$place/bin/$program" --version || fail 'the installed program does not start; is it one for this machine?'
  if command -v cygpath > /dev/null; then
    cygpath -w "$place/bin" >> "$GITHUB_PATH"
  else
    printf '%s\n' "$place/bin" >> "$GITHUB_PATH"
  fi
  exit 0
}

if [ -n "${AFTERSIGHT_BINARY:-}" ]; then
  [ -x "$AFTERSIGHT_BINARY" ] || fail 'AFTERSIGHT_BINARY names no program; unset it, or install one there'
  finish "$AFTERSIGHT_BINARY"
fi

wanted=${VERSION:-}
wanted=${wanted#v}
# It becomes part of an address, and is printed.
case $wanted in
  *[!0-9A-Za-z.+-]*) fail 'the input `version` is no version; write it like `1.2.3`' ;;
esac

case $system in
  Linux-X64) target=x86_64-unknown-linux-musl ;;
  Linux-ARM64) target=aarch64-unknown-linux-musl ;;
  macOS-X64) target=x86_64-apple-darwin ;;
  macOS-ARM64) target=aarch64-apple-darwin ;;
  Windows-X64) target=x86_64-pc-windows-msvc ;;
  Windows-ARM64) target=aarch64-pc-windows-msvc ;;
  *) target=none ;;
esac

# The line of the archive: of the wanted version, else of the last one that is listed for this machine.
sum='' archive=''
while read -r a_sum an_archive || [ -n "$a_sum" ]; do
  an_archive=${an_archive%$'\r'}
  case $an_archive in
    aftersight-*-"$target".tar.gz) ;;
    *) continue ;;
  esac
  if [ -z "$wanted" ] || [ "$an_archive" = "aftersight-$wanted-$target.tar.gz" ]; then
    sum=$a_sum archive=$an_archive
  fi
done < "$source/.github/checksums.txt"

if [ -n "$archive" ]; then
  name=${archive%.tar.gz}
  version=${name#aftersight-}
  version=${version%-"$target"}
  if [ -x "$place/$name/$program" ]; then # an earlier step of this job
    finish "$place/$name/$program"
  fi
  mkdir -p "$place"
  echo "downloading $archive"
  curl --fail --silent --show-error --location --proto-redir '=https' --retry 3 --max-time 300 \
    --output "$place/$archive" "$releases/v$version/$archive" \
    || fail "$archive could not be downloaded; run the job again, or set AFTERSIGHT_BINARY"
  if command -v sha256sum > /dev/null; then
    actual=$(sha256sum < "$place/$archive")
  else
    actual=$(shasum -a 256 < "$place/$archive")
  fi
  actual=${actual%% *}
  if [ "$actual" != "$sum" ]; then
    rm -f "$place/$archive"
    fail "$archive is not what was released: its SHA-256 is $actual, and $sum is listed; nothing of it was run"
  fi
  # By name: whatever else the archive holds stays in it.
  tar -xzf "$place/$archive" -C "$place" "$name/$program"
  finish "$place/$name/$program"
fi

# No release is listed: the source of this commit is what there is, and it has one version.
own=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$source/Cargo.toml" | head -n 1)
if [ -n "$wanted" ] && [ "$wanted" != "$own" ]; then
  fail "this commit of the action knows no release $wanted for $system; pin a newer commit of the action, or leave \`version\` out"
fi
built=$place/build/release/$program
if [ ! -x "$built" ]; then
  command -v cargo > /dev/null \
    || fail "no release of aftersight is listed for $system and there is no cargo to build it; install Rust, or set AFTERSIGHT_BINARY"
  echo "::notice title=aftersight::no release is listed for $system, so version $own is built from source; this takes some minutes"
  # In the action's own folder: a configuration of cargo in the workspace has no say.
  (cd "$source" && CARGO_TARGET_DIR="$place/build" cargo build --locked --release)
fi
finish "$built"
