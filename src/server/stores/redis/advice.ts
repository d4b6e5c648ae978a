const GENERAL = 'Check that the server is running, reachable and accepts writes.';

/** What to do about a failure that names itself: by the code of the error, the first word of the server, or all it says. */
const ADVICE: readonly (readonly [about: RegExp, advice: string])[] = [
  [
    /^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_SIGNATURE_FAILURE)$/,
    'The certificate of the server is of no authority that is trusted here: name the file of the right one, as in rediss://HOST?ca=/etc/redis/ca.pem.',
  ],
  [/^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)$/, 'Renew the certificate of the server, and check the clocks.'],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    'The certificate of the server is not for the name it is reached by: give it one that has this name or address among its alternative names, ' +
      'or have the servers announce (cluster-announce-hostname, replica-announce-ip) and the URL name what it has.',
  ],
  [
    /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/,
    'The server does not speak TLS at this port: name its tls-port, or leave TLS out (redis: instead of rediss:).',
  ],
  [
    /^ERR_SSL_\w*ALERT/,
    'The server refused the certificate of this side, or wants one: name one that its tls-ca-cert-file believes, as in rediss://HOST?cert=/etc/redis/client.pem&key=/etc/redis/client.key.',
  ],
  [
    /^ERR_(OSSL|SSL|CRYPTO)_/,
    'Check that ca=, cert= and key= name files in PEM, that the key belongs to the certificate, and that it needs no passphrase.',
  ],
  [
    /^(WRONGPASS|NOAUTH)$/,
    'Check the user and the password in the URL (Sentinels are asked with sentinel-user= and sentinel-password=); special characters are written as %XX.',
  ],
  [/^NOPERM$/, 'Give the user of the URL the rights that docs/operating.md lists (ACL SETUSER).'],
  // Neither side says that it expects TLS or not: one closes the connection, the other waits for more.
  [/^(ECONNRESET|Socket closed unexpectedly)$/, `${GENERAL} If it expects TLS, write rediss: in place of redis:.`],
  [/^Connection timeout$/, `${GENERAL} With rediss: the port has to be its tls-port.`],
];

/** What to do about an error on the way to Redis, as a sentence. */
export function adviceFor(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { message } = cause;
    const names = ['code' in cause ? String(cause.code) : '', /^[A-Z]+\b/.exec(message)?.[0] ?? '', message];
    for (const [about, advice] of ADVICE) if (names.some((name) => about.test(name))) return advice;
  }
  return GENERAL;
}
