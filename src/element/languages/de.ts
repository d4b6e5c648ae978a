import { isNoteworthy, outcomeOf, signalName } from '../outcome.ts';
import { durationOf, type DurationUnit } from '../words/formats.ts';
import { germanPatternProblem, germanProblem } from './de-problems.ts';
import type { LogStreamWords } from './log-stream-words.ts';

const LINES = { one: 'Zeile', other: 'Zeilen' };
const ERRORS = 'Fehler';
const WARNINGS = { one: 'Warnung', other: 'Warnungen' };
const UNITS: Readonly<Record<DurationUnit, string>> = { second: 's', minute: 'min', hour: 'h', day: 'd' };

interface Lines {
  readonly from: number;
  readonly to: number;
}

/** German, for any of its countries. */
export const german: LogStreamWords = ({ language, count, decimal, percent, plural }, strings) => {
  const range = ({ from, to }: Lines): string => (from === to ? `Zeile ${count(from)}` : `Zeilen ${count(from)}–${count(to)}`);
  const some = (number: number): string => (number > 9_999 ? `mehr als ${count(9_999)}` : count(number));
  const unit = (value: number, name: DurationUnit, integer = 1, fraction = 0): string =>
    `${fraction > 0 ? decimal(value) : count(value).padStart(integer, '0')} ${UNITS[name]}`;
  return {
    language,
    duration: (ms) => durationOf(ms, unit),
    lines: (lines) => `${count(lines)} ${plural(lines, LINES)}`,
    errors: (errors) => `${count(errors)} ${ERRORS}`,
    region: (title) => (title === '' ? 'Log' : `Log ${title}`),
    viewport: 'Zeilen des Logs',
    isError: 'Fehler',
    isWarning: 'Warnung',
    log: 'Log',
    line: (line, level) => `Zeile ${count(line)}${level === undefined ? '' : `, ${level}`}`,
    state: {
      connecting: 'Verbinden',
      'catching-up': 'Aufholen',
      live: 'Live',
      reconnecting: 'Neu verbinden',
      offline: 'Offline',
      denied: 'Kein Zugriff',
      error: 'Nicht geladen',
    },
    outcomes: {
      succeeded: 'Erfolgreich',
      failed: 'Fehlgeschlagen',
      stopped: 'Gestoppt',
      killed: 'Abgebrochen',
      ended: 'Beendet',
    },
    percent: (label, part) => `${label} ${percent(part)}`,
    quiet: (ms) => `letzte Zeile vor ${strings.age(ms)}`,
    noTopic: 'Kein Log ausgewählt.',
    badTopic: 'Dieses Log lässt sich nicht öffnen.',
    problem: germanProblem,
    waiting: 'Warten auf die erste Zeile…',
    empty: 'Dieses Log ist leer.',
    outcome: (code) => {
      switch (outcomeOf(code)) {
        case 'failed':
          return `Fehlgeschlagen mit Exit-Code ${code}`;
        case 'stopped':
          return `Gestoppt (Exit-Code ${code})`;
        case 'killed':
          return `Abgebrochen durch ${signalName(code)} (Exit-Code ${code})`;
        case 'succeeded':
          return 'Erfolgreich';
        default:
          return 'Log beendet';
      }
    },
    ended: (code, lines, ms) =>
      [strings.outcome(code), strings.lines(lines), ms === undefined ? undefined : strings.duration(ms)].filter(Boolean).join(' · '),
    truncated: (lines) => `${range({ from: 1, to: lines })} ${plural(lines, { one: 'ist', other: 'sind' })} nicht mehr gespeichert.`,
    missing: (from, to, unavailable) => {
      const isOne = from === to;
      if (unavailable) return `${range({ from, to })} ${isOne ? 'fehlt' : 'fehlen'} auf dem Server`;
      return `${range({ from, to })} ${isOne ? 'konnte' : 'konnten'} nicht geladen werden`;
    },
    lost: 'Verbindung getrennt.',
    unreachable: 'Der Server ist nicht erreichbar.',
    retrying: (why, seconds) => `${why} ${seconds > 0 ? `Neuer Versuch in ${count(seconds)} s` : 'Neu verbinden…'}`,
    offline: 'Offline. Warten auf das Netz.',
    denied: 'Kein Zugriff auf dieses Log.',
    error: 'Dieses Log konnte nicht geladen werden.',
    retry: 'Erneut versuchen',
    retryNow: 'Jetzt versuchen',
    printed: (from, to, last) => `${range({ from, to })} von ${count(last)}. Den Rest enthält der Download des Logs.`,
    more: (characters) => `+${count(characters)} Zeichen`,
    updates: (updates, shown) =>
      `${count(updates)} ${shown ? '' : 'ausgeblendete '}${plural(updates, { one: 'Aktualisierung', other: 'Aktualisierungen' })}`,
    errorRow: 'Fehler, ',
    warningRow: 'Warnung, ',
    frames: (frames, shown) => `${shown ? '' : '+'}${count(frames)} ${plural(frames, { one: 'Stackframe', other: 'Stackframes' })}`,
    times: (times) => `× ${count(times)}`,
    show: 'Einblenden',
    hide: 'Ausblenden',
    expand: 'Ausklappen',
    collapse: 'Einklappen',
    copyLine: 'Zeile kopieren',
    hiddenText: 'Verborgener Text',

    tools: {
      toolbar: 'Aktionen für das Log',
      followShort: 'Folgen',
      follow: 'Neuen Zeilen folgen (f)',
      wrap: 'Lange Zeilen umbrechen (w)',
      time: {
        none: 'Zeitstempel: aus (t)',
        local: 'Zeitstempel: Ortszeit (t)',
        utc: 'Zeitstempel: UTC (t)',
        elapsed: 'Zeitstempel: seit Beginn (t)',
        delta: 'Zeitstempel: seit der vorigen Zeile (t)',
      },
      size: 'Schriftgröße',
      sizes: { compact: 'Kompakt', normal: 'Normal', large: 'Groß' },
      copy: 'Auswahl oder Zeile kopieren (c)',
      copied: (lines) => `${strings.lines(lines)} kopiert`,
      copying: (lines, all) => `Kopieren: ${count(lines)} von ${strings.lines(all)}`,
      copyFailed: 'Der Browser hat das Kopieren verhindert.',
      copyTooLong: 'Zu groß zum Kopieren (über 10 MB). Stattdessen herunterladen.',
      copyNeedsHttps: 'So viel lässt sich nur über HTTPS kopieren. Stattdessen herunterladen.',
      copiedLink: 'Link kopiert',
      copiedLinkTo: (lines) => `Link zu ${range(lines)} kopiert`,
      copyLink: 'Link kopieren (y)',
      copyMarkdown: 'Als Markdown kopieren',
      excerpt: (title, lines) => `${title === '' ? 'Log' : title}, ${range(lines)}`,
      download: 'Log unverändert herunterladen',
      downloadInstead: 'Herunterladen',
      downloadWaits: 'Warten, bis eine andere Übertragung fertig ist…',
      downloading: (bytes) => `Herunterladen… ${decimal(bytes / 1_048_576)} MB`,
      downloadFailed: 'Der Download ist fehlgeschlagen.',
      downloadRefused: (status) => `Der Download ist fehlgeschlagen (HTTP ${status}).`,
      downloadBroke: 'Der Download wurde unterbrochen. Bitte erneut versuchen.',
      downloadGone: 'Diese Zeilen sind nicht mehr gespeichert und lassen sich nicht herunterladen.',
      cancel: 'Abbrechen',
      selected: (lines) => `${range(lines)} ausgewählt`,
      notYet: (line, lines) => `Zeile ${count(line)} gibt es noch nicht (bisher ${strings.lines(lines)})`,
      notKept: (line) => `Zeile ${count(line)} ist nicht mehr gespeichert`,
      nothingSelected: 'Nichts ausgewählt',
      howToSelect:
        'Nichts ausgewählt. Text markieren, eine Zeilennummer anklicken, mit den Pfeiltasten zu einer Zeile gehen oder mit Strg+A alle Zeilen auswählen.',
      noLines: 'Noch keine Zeilen.',

      find: 'Suchen (/)',
      error: 'Nächster Fehler (e)',
      warning: 'Nächste Warnung (x)',
      nextError: 'Nächster Fehler',
      levels: {
        menu: 'Stufen',
        item: 'Nach Stufe filtern…',
        all: 'Alle Zeilen',
        info: 'Ab Info',
        warnings: 'Ab Warnungen',
        errors: 'Nur Fehler',
        entries: (entries) => count(entries),
      },
      fields: {
        toggle: 'Felder',
        of: (line) => `Felder von Zeile ${count(line)}`,
        opened: (fields) => `${count(fields)} ${plural(fields, { one: 'Feld', other: 'Felder' })}`,
        copy: (name) => `${name} kopieren`,
        copied: (name) => `${name} kopiert`,
        filter: (name) => `Nur Zeilen mit diesem Wert von ${name} zeigen`,
        moreLines: (lines) => `+${strings.lines(lines)}`,
        cutFields: (fields) => `Nur die ersten ${count(fields)} Felder werden gezeigt.`,
        cutText: (kibibytes) => `Nur die ersten ${count(kibibytes)} KiB dieser Zeile wurden gelesen.`,
      },
      atMost: (entries) => (entries > 9_999 ? `${count(9_999)}+` : count(entries)),
      orMore: (entries) => `${count(Math.min(entries, 9_999))}+`,
      atLeast: (entries) => `Mindestens ${entries}`,
      countEntries: 'Fehler und Warnungen zählen',
      countingEntries: (lines, all) => `Lesen… ${count(lines)} von ${strings.lines(all)}`,
      countedEntries: (errors, warnings) => `${errors}, ${warnings}`,
      countedInPart: (lines) => `Nur ${strings.lines(lines)} waren lesbar`,
      finding: {
        error: {
          count: (errors) => strings.errors(errors),
          searching: (lines) => `Fehler suchen… ${strings.lines(lines)} geprüft`,
          at: (line, text) => `Zeile ${count(line)}, Fehler: ${text}`,
          none: (lines) => `Kein Fehler in ${strings.lines(lines)}`,
        },
        warning: {
          count: (warnings) => `${count(warnings)} ${plural(warnings, WARNINGS)}`,
          searching: (lines) => `Warnungen suchen… ${strings.lines(lines)} geprüft`,
          at: (line, text) => `Zeile ${count(line)}, Warnung: ${text}`,
          none: (lines) => `Keine Warnung in ${strings.lines(lines)}`,
        },
      },
      goToNext: (what) => `${what}. Weiter zum nächsten Eintrag`,
      errorWrapped: (backwards) => (backwards ? 'Am Ende fortgesetzt' : 'Am Anfang fortgesetzt'),
      keepSearching: 'Weitersuchen',
      goTo: 'Zu Zeile oder Zeit gehen',
      goToItem: 'Zu Zeile oder Zeit… (l)',
      goToExamples: '412, 12:04, 15m',
      go: 'Los',
      close: 'Schließen',
      notATarget: 'Weder Zeile noch Zeit. Beispiele: 412, 12:04, 15m oder 2026-11-29T17:00:00Z.',
      seekingTime: 'Zeitpunkt suchen…',
      seekFailed: 'Der Zeitpunkt konnte nicht gesucht werden. Bitte erneut versuchen.',
      allOlder: (date) => `Alle Zeilen sind älter als ${strings.date(date, { dateStyle: 'medium', timeStyle: 'medium' })}`,
      tellMe: 'Bei Ende oder Fehler benachrichtigen',
      willTell: 'Am Ende des Logs und bei Fehlern kommt eine Benachrichtigung',
      willMark: 'Ende und Fehler zeigt der Titel dieser Seite. Der Browser verhindert Benachrichtigungen.',
      tellNothing: 'Keine Benachrichtigung am Ende des Logs oder bei Fehlern',
      firstError: 'Ein Fehler ist aufgetreten.',
      help: 'Tastenkürzel',
      helpItem: 'Tastenkürzel (?)',
      keys: {
        'line-up': 'Geht eine Zeile nach oben.',
        'line-down': 'Geht eine Zeile nach unten.',
        'page-up': 'Geht eine Seite nach oben.',
        'page-down': 'Geht eine Seite nach unten.',
        start: 'Springt zum Anfang.',
        end: 'Springt zum Ende und folgt neuen Zeilen.',
        left: 'Schließt die Gruppe, die die aktuelle Zeile beginnt, sonst rollt nach links.',
        right: 'Öffnet die Gruppe, die die aktuelle Zeile beginnt, sonst springt in ihre offenen Felder, sonst rollt nach rechts.',
        follow: 'Folgt neuen Zeilen oder hört damit auf.',
        wrap: 'Bricht lange Zeilen um oder hört damit auf.',
        time: 'Zeigt die nächste Art von Zeitstempeln.',
        raw: 'Zeigt strukturierte Zeilen unverändert oder hebt nur ihre Meldung hervor.',
        'go-to': 'Fragt nach einer Zeile oder einer Zeit.',
        copy: 'Kopiert die Auswahl, sonst die aktuelle Zeile.',
        'copy-link': 'Kopiert einen Link zu den ausgewählten Zeilen, sonst zur aktuellen, sonst zur ersten sichtbaren Zeile.',
        error: 'Springt zum nächsten Fehler.',
        'previous-error': 'Springt zum vorigen Fehler.',
        warning: 'Springt zur nächsten Warnung.',
        'previous-warning': 'Springt zur vorigen Warnung.',
        find: 'Öffnet die Suche; in ihrem Feld gehört Strg+F dem Browser.',
        'next-match': 'Geht zum nächsten Treffer.',
        'previous-match': 'Geht zum vorigen Treffer.',
        'close-groups': 'Klappt alle Gruppen ein.',
        'open-groups': 'Klappt alle Gruppen aus.',
        help: 'Zeigt alle Tasten.',
        'select-all': 'Wählt alle Zeilen aus.',
        enter:
          'Zeigt unter gefilterten Zeilen wieder alle, mit der aktuellen an ihrer Stelle. Klappt sonst die aktuelle Zeile aus oder ein, öffnet ihre Felder oder folgt ihrem Link. Ohne all das geht der Fokus zum ersten sichtbaren Link oder Knopf; Pfeiltasten führen zu den anderen, Esc zurück zum Log.',
        escape:
          'Bricht ab, was läuft, schließt sonst die Suche, sonst die Felder der aktuellen Zeile, hebt sonst die Auswahl auf oder setzt den Fokus in die Werkzeugleiste.',
      },
      keyNames: {
        PageUp: 'Bild ↑',
        PageDown: 'Bild ↓',
        Home: 'Pos1',
        End: 'Ende',
        Enter: 'Eingabe',
        Space: 'Leertaste',
        Shift: 'Umschalt',
        Ctrl: 'Strg',
      },
      start: 'Zum Anfang (Pos1)',
      end: 'Zum Ende (Ende)',
      menu: 'Weitere Aktionen',
      newLines: (lines) => `${some(lines)} ${plural(lines, { one: 'neue Zeile', other: 'neue Zeilen' })}`,
      newErrors: (errors) => `${some(errors)} ${ERRORS}`,
      pill: (text) => `${text}. Zum Ende springen`,
      explanations: {
        connecting: 'Das Log wird geöffnet.',
        'catching-up': 'Verbunden. Zeilen werden geladen…',
        live: 'Verbunden. Zeilen erscheinen, sobald sie geschrieben werden.',
        reconnecting: 'Verbindung getrennt. Die Zeilen bleiben; was fehlt, wird nachgeladen, sobald sie wieder steht.',
        offline: 'Offline. Das Log läuft weiter, sobald das Netz wieder da ist.',
        ended: 'Das Log ist vollständig.',
        denied: 'Kein Zugriff auf dieses Log.',
        error: 'Dieses Log konnte nicht geladen werden.',
      },
      quiet: (span) => `Seit ${span} keine neue Zeile.`,
      overHttp: 'Über HTTP verbunden, da WebSockets nicht durchkommen. Zeilen erscheinen, sobald sie geschrieben werden.',
      toLoad: (lines) => `Noch ${strings.lines(lines)} zu laden.`,
      exit: (code) => `Das Log ist vollständig (Exit-Code ${code}).`,
      position: (line, time, share) => [`Zeile ${count(line)}`, time, percent(share)].filter(Boolean).join(' · '),
      place: (line, time, errors) => [`Zeile ${count(line)}`, time, errors > 0 && strings.errors(errors)].filter(Boolean).join(' · '),
      restarted: 'Das Log wurde neu gestartet.',
      announceState: {
        live: 'Live',
        reconnecting: 'Neu verbinden',
        offline: 'Offline',
        ended: 'Log beendet',
        denied: 'Kein Zugriff auf dieses Log',
        error: 'Dieses Log konnte nicht geladen werden',
      },
      announceEnd: (code, lines, errors) => {
        const counts = `${strings.lines(lines)}${errors === 0 ? '' : `, ${strings.errors(errors)}`}`;
        return isNoteworthy(code) ? `${strings.outcome(code)}. ${counts}.` : `${strings.outcome(code)}, ${counts}`;
      },
      tooMuch: 'Zu viel Ausgabe zum Vorlesen. Sie steht im Log.',
    },

    find: {
      bar: 'In diesem Log suchen',
      field: 'Suchen',
      case: 'Groß- und Kleinschreibung',
      word: 'Ganze Wörter',
      regex: 'Regulärer Ausdruck',
      previous: 'Voriger Treffer (Umschalt+Eingabe)',
      next: 'Nächster Treffer (Eingabe)',
      close: 'Schließen (Esc)',
      cancel: 'Abbrechen',
      only: 'Nur Treffer',
      without: 'Ohne',
      level: 'Stufe',
      levels: { all: 'Alle Stufen', info: 'Ab Info', warnings: 'Ab Warnungen', errors: 'Nur Fehler' },
      contextLabel: 'Zeilen um jeden Treffer',
      context: (lines) => (lines === 0 ? 'Kein Kontext' : `± ${strings.lines(lines)}`),
      leftOut: (lines) => `${strings.lines(lines)} ausgelassen. Ein Klick zeigt alle`,
      allShown: 'Alle Zeilen werden gezeigt',
      bound: (lines) => `Nur die ersten ${strings.lines(lines)} werden gezeigt`,
      matches: (matches) => `${count(matches)} Treffer`,
      place: (place, matches) => `${count(place)} von ${count(matches)}`,
      all: (lines) => `alle ${strings.lines(lines)}`,
      searched: (share) => `${percent(share)} durchsucht`,
      none: (lines) => `Keine Treffer in ${strings.lines(lines)}`,
      invalid: germanPatternProblem,
      waits: 'Warten, bis eine andere Übertragung fertig ist…',
      problems: {
        slow: 'Zu langsam: das Muster vereinfachen',
        invalid: 'Dieses Muster ist ungültig',
        busy: 'Gerade laufen zu viele Suchen. Mit Eingabe erneut versuchen',
        denied: 'Kein Zugriff auf dieses Log',
        interrupted: 'Die Suche wurde unterbrochen. Mit Eingabe erneut versuchen',
        'no-regex': 'Keine regulären Ausdrücke: Diese Seite kann keinen Worker dafür starten',
      },
    },
  };
};
