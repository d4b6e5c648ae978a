/** Why a log cannot be shown: what the client and the server say in English, and the German for it. */
const PROBLEMS: readonly (readonly [RegExp, string])[] = [
  [/^This log server doesn't let in pages from (\S+) /u, 'Dieser Log-Server lässt Seiten von $1 nicht zu (erlaubt mit --allow-origin $1).'],
  [/^No log-stream server at (\S+) \(it answers with a web page\)/u, 'Kein Log-Server unter $1 (dort antwortet eine Webseite).'],
  [/^No log-stream server at (\S+) \(it answers[^)]*\)/u, 'Kein Log-Server unter $1 (dort antwortet etwas anderes).'],
  [/^No log-stream server at (\S+) \(([^)]*)\)/u, 'Kein Log-Server unter $1 ($2).'],
  [/^This page is secure, and the log server is not/u, 'Diese Seite ist gesichert, der Log-Server nicht; der Browser trennt sie darum.'],
  [/get through to the log server: a proxy changes/u, 'WebSockets kommen nicht zum Log-Server durch: Ein Proxy ändert den Host-Header.'],
  [/get through to the log server: (\S+) redirects/u, 'WebSockets kommen nicht zum Log-Server durch: $1 leitet um.'],
  [/^WebSockets don't get through/u, 'WebSockets kommen nicht zum Log-Server durch.'],
  [/^.*\(1009\)\..*$/u, 'Der Server hat eine zu große Nachricht dieser Seite abgelehnt (1009). Bitte die Seite neu laden.'],
  [/^.*\(4400\)\..*$/u, 'Der Server versteht diese Seite nicht (4400). Bitte die Seite neu laden.'],
  [/^.*\(4403\)\..*$/u, 'Der Server lässt diese Seite nicht zu (4403).'],
  [/^.*\(4426\)\..*$/u, 'Der Server spricht eine andere Version des Protokolls (4426). Bitte die Seite neu laden.'],
  [/^The server refuses this page \((\d+)\)/u, 'Der Server lehnt diese Seite ab ($1).'],
  [/signature.*match/u, 'Kein Zugriff auf dieses Log: Die Signatur des Topics passt nicht.'],
  [/^This is not a signed topic|can't read this topic/u, 'Der Server kann dieses Topic nicht lesen.'],
  [/^This topic was signed for another channel/u, 'Dieses Topic gehört zu einem anderen Log.'],
  [/^The topic expired and no new one/u, 'Das Topic ist abgelaufen, und es kam kein neues.'],
  [
    /expired and could not be renewed/u,
    'Der Zugriff ist abgelaufen und ließ sich nicht erneuern; neuer Versuch läuft. Sonst die Seite neu laden.',
  ],
  [/^This topic has expired/u, 'Das Topic ist abgelaufen.'],
  [/accept this topic|refuses access/u, 'Der Server nimmt dieses Topic nicht an.'],
  [/follows (?:no more|at most \d+) topics/u, 'Der Server öffnet für diesen Browser keine weiteren Logs. Bitte einige schließen.'],
  [/cannot read this log right now|temporarily unavailable/u, 'Der Server kann dieses Log gerade nicht lesen.'],
  [/viewer couldn't be started/u, 'Der Log-Viewer konnte nicht gestartet werden; neuer Versuch läuft. Sonst die Seite neu laden.'],
  [/^The endpoint must be/u, 'Die Adresse des Log-Servers ist ungültig.'],
];

/** The German for a problem; the problem itself where it is not known, as that of another server. */
export function germanProblem(text: string): string {
  for (const [pattern, german] of PROBLEMS) {
    const match = pattern.exec(text);
    if (match !== null) return german.replaceAll(/\$(\d)/gu, (_, index: string) => match[Number(index)] ?? '');
  }
  return text;
}

/** What browsers say of a regular expression, each in words of its own, and the German for it. */
const PATTERN_PROBLEMS: readonly (readonly [RegExp, string])[] = [
  [/class|\]/iu, 'eine Zeichenklasse ist nicht geschlossen oder falsch geordnet'],
  [/repeat|quantifier/iu, 'vor einem Wiederholungszeichen fehlt etwas'],
  [/group|parenthes|unmatched|missing \)/iu, 'eine Klammer fehlt oder ist zu viel'],
  [/escape|\\/iu, 'eine Escape-Sequenz ist ungültig'],
];

/** The German for what is wrong with a pattern. */
export function germanPatternProblem(text: string): string {
  const reason = PATTERN_PROBLEMS.find(([pattern]) => pattern.test(text))?.[1];
  return reason === undefined ? 'Dieses Muster ist ungültig' : `Dieses Muster ist ungültig: ${reason}`;
}
