<?php
// php sign.php CHANNEL RIGHTS ISSUED EXPIRES

/** Signs a topic; the first of several secrets does. Rights are any of w (append) and d (remove), times are Unix seconds. */
function sign(string $secrets, string $channel, string $rights, int $issued, int $expires): string
{
    if (!preg_match('#\A[A-Za-z0-9:._/@-]{1,256}\z#', $channel) || strncmp($channel, 'log-stream/', 11) === 0) {
        throw new InvalidArgumentException('This is not the name of a log.');
    }
    $claims = ['c' => $channel, 't' => $issued, 'x' => $expires];
    foreach (preg_split('//', $rights, -1, PREG_SPLIT_NO_EMPTY) as $right) {
        $claims[$right] = 1;
    }
    $payload = base64_encode(json_encode($claims, JSON_UNESCAPED_SLASHES));
    $secret = trim(explode(',', $secrets)[0]);
    return $payload . '--' . hash_hmac('sha256', $payload, $secret);
}

echo sign(getenv('LOG_STREAM_SECRET'), $argv[1], $argv[2], (int) $argv[3], (int) $argv[4]), "\n";
