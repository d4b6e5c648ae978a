#!/bin/sh
# sh run-logged.sh CHANNEL COMMAND [ARGUMENT]…
#
# Runs a command. What it prints goes to standard output, and to a log as it is printed; the log ends with the exit code of the
# command, which is that of this script too. A server that is away never fails the command.
#
# LOG_STREAM_URL is the address of the server, as https://logs.example.com/log-stream. LOG_STREAM_TOPIC is a signed topic that may
# append; without it, sign.sh beside this file signs one with LOG_STREAM_SECRET. It needs curl, and OpenSSL to sign.
set -u
channel=$1
shift
log=${LOG_STREAM_URL%/}/topics/$channel
here=$(dirname "$0")
work=$(umask 077 && mktemp -d)
trap 'rm -rf "$work"' EXIT
mkfifo "$work/output" "$work/upload"

# Sends a request. Its topic is in a file for this user alone: everyone on this machine can read command lines.
request() {
  now=$(date +%s)
  topic=${LOG_STREAM_TOPIC:-$(sh "$here/sign.sh" "$channel" w "$now" $((now + 86400)))}
  (umask 077 && printf 'header = "Authorization: Bearer %s"\n' "$topic" > "$work/curl")
  curl --config "$work/curl" --silent --show-error --fail --output /dev/null "$@"
}

# Where the upload fails, its input is read all the same: the command must not notice.
{ request --upload-file - "$log" || { echo "The rest of $channel is not logged." >&2 && cat > /dev/null; }; } < "$work/upload" &
upload=$!
tee "$work/upload" < "$work/output" &
copy=$!

# In the background, so that a signal to this script can be passed on at once.
exec 3<&0
LOG_STREAM_SECRET='' LOG_STREAM_TOPIC='' "$@" <&3 > "$work/output" 2>&1 3<&- &
command=$!
trap 'kill -TERM "$command"' HUP INT TERM
wait "$command"
code=$?
while kill -0 "$command" 2> /dev/null; do
  wait "$command"
  code=$?
done

wait "$copy" "$upload"
request --data '' --retry 3 --retry-connrefused "$log?end=$code" || echo "The log $channel has no end." >&2
exit "$code"
