#!/bin/sh
# sh sign.sh CHANNEL RIGHTS ISSUED EXPIRES
set -eu

# Prints bytes given in hexadecimal, each combined with the first argument.
pad() {
  mask=$1
  shift
  for byte; do printf "\\$(printf %03o $((0x$byte ^ mask)))"; done
}

# HMAC-SHA256 of $1 under the first secret. Not `openssl -hmac`: everyone on this machine can read command lines.
authenticate() {
  text=$1
  secret=$(printf %s "${LOG_STREAM_SECRET%%,*}" | sed 's/^[[:space:]]*//; s/[[:space:]]*$//')
  set -- $(printf %s "$secret" | od -An -v -tx1)
  [ $# -le 64 ] || set -- $(printf %s "$secret" | openssl dgst -sha256 -binary | od -An -v -tx1)
  while [ $# -lt 64 ]; do set -- "$@" 00; done
  { pad 92 "$@" && { pad 54 "$@" && printf %s "$text"; } | openssl dgst -sha256 -binary; } | openssl dgst -sha256 | sed 's/.*= *//'
}

# Signs a topic. Rights are any of w (append) and d (remove), times are Unix seconds.
sign() {
  case $1 in '' | log-stream/* | *[!A-Za-z0-9:._/@-]*) echo 'This is not the name of a log.' >&2 && return 1 ;; esac
  [ ${#1} -le 256 ] || { echo 'The name of a log has 256 characters at most.' >&2 && return 1; }
  rights=$(printf %s "$2" | sed 's/./,"&":1/g')
  payload=$(printf '{"c":"%s","t":%d,"x":%d%s}' "$1" "$3" "$4" "$rights" | openssl base64 -A)
  printf '%s--%s\n' "$payload" "$(authenticate "$payload")"
}

sign "$@"
