const GENERAL = 'Check that the server is running, reachable and accepts writes.';

/** Advice for known failures, matched by the code of the error, the first word of the reply, or the whole message. */
const ADVICE: readonly (readonly [about: RegExp, advice: string])[] = [
  [
    /^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_SIGNATURE_FAILURE)$/,
    'The certificate of the server is not signed by a trusted authority. Name the file of the right one, e.g. rediss://HOST?ca=/etc/redis/ca.pem.',
  ],
  [/^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)$/, 'Renew the certificate of the server, and check the clocks.'],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    'The certificate of the server is for another name. Add this name or address to its alternative names, ' +
      'or use the names it has in the URL and in what the servers announce (cluster-announce-hostname, replica-announce-ip).',
  ],
  [
    /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/,
    'The server does not use TLS on this port. Use its tls-port, or connect without TLS (redis: instead of rediss:).',
  ],
  [
    /^ERR_SSL_\w*ALERT/,
    'The server refused the client certificate, or requires one. Name one that its tls-ca-cert-file trusts, e.g. rediss://HOST?cert=/etc/redis/client.pem&key=/etc/redis/client.key.',
  ],
  [
    /^ERR_(OSSL|SSL|CRYPTO)_/,
    'Check that ca=, cert= and key= name PEM files, that the key belongs to the certificate, and that it has no passphrase.',
  ],
  [
    /^(WRONGPASS|NOAUTH)$/,
    'Check the user and the password in the URL (for Sentinels: sentinel-user= and sentinel-password=). Write special characters as %XX.',
  ],
  [/^NOPERM$/, 'Give the user in the URL the rights listed in docs/operating.md (ACL SETUSER).'],
  // A mismatch in TLS has no error of its own: one side closes the connection, or both wait.
  [/^(ECONNRESET|Socket closed unexpectedly)$/, `${GENERAL} If it requires TLS, use rediss: instead of redis:.`],
  [/^Connection timeout$/, `${GENERAL} With rediss:, use its tls-port.`],
];

/** What to do about a failure in Redis or on the way to it, as a sentence. */
export function adviceFor(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { message } = cause;
    const names = ['code' in cause ? String(cause.code) : '', /^[A-Z]+\b/.exec(message)?.[0] ?? '', message];
    for (const [about, advice] of ADVICE) if (names.some((name) => about.test(name))) return advice;
  }
  return GENERAL;
}
