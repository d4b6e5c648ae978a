import type { LevelCounts } from '../../../protocol/answers/answers.ts';
import type { Line } from '../../../protocol/line.ts';
import { attempt } from '../../../worker/platform/attempt.ts';
import type { LogStatus } from '../../../worker/api.ts';
import type { LogStreamAttributes } from '../../attributes.ts';
import { isHidden } from '../../util/idle.ts';
import { errorsIn } from '../levels/entry-tally.ts';
import type { ToolStrings } from '../strings.ts';
import { LogNews, type News } from './news.ts';
import { TitleMark } from './title-mark.ts';

/** All logs of the page share its title. */
const TITLE = new TitleMark(document);

function onVisibility(): void {
  if (!isHidden()) TITLE.clear();
}

/** The entries of the log, as far as they are counted. */
export interface CountedEntries {
  /** Undefined while nothing is known. */
  readonly counts: LevelCounts | undefined;
  /** How many errors came after a line, while the log was open. */
  errorsAfter(line: number): number;
}

export interface NotifierHost {
  readonly element: LogStreamAttributes;
  readonly strings: ToolStrings;
  /** The title of the log. */
  title(): string;
  notify(text: string): void;
}

/** Tells a reader who is in another tab that the log ended or failed: by the page's title and, where that is granted, a notification. */
export class Notifier {
  readonly #host: NotifierHost;
  readonly #news = new LogNews();
  /** The last line before the log was live; undefined until it is. */
  #past: number | undefined;

  constructor(host: NotifierHost) {
    this.#host = host;
  }

  stateChanged({ state, end, head }: Pick<LogStatus, 'state' | 'end' | 'head'>): void {
    if (state === 'live') this.#past ??= head;
    const news = this.#news.stateChanged(state, end, this.#host.element.notify);
    if (news !== undefined) this.#tell(news, this.#host.strings.announceEnd(end, head, 0));
  }

  /** More is known of the entries of the log, whatever lines came. */
  counted(entries: CountedEntries): void {
    const { counts } = entries;
    if (counts === undefined || this.#past === undefined) return;
    const counted = { errors: errorsIn(counts), fresh: entries.errorsAfter(this.#past) };
    const news = this.#news.errorsCounted(counted, this.#host.element.notify);
    if (news !== undefined) this.#tell(news, this.#host.strings.firstError);
  }

  linesAdded(lines: readonly Line[]): void {
    const news = this.#news.linesAdded(lines, this.#host.element.notify);
    if (news !== undefined) this.#tell(news, this.#host.strings.firstError);
  }

  /** Another log is shown. */
  reset(): void {
    this.#news.reset();
    this.#past = undefined;
  }

  /** The log began again: nothing of it is past. */
  restarted(): void {
    this.#news.reset();
    this.#past = 0;
  }

  /** The reader chose the menu item: asks for permission, without which only the title tells; else turns it on or off. */
  async toggle(): Promise<void> {
    const { element, notify, strings } = this.#host;
    const permission = permissionNow();
    if (element.notify !== 'off' && permission !== 'default') {
      element.notify = 'off';
      return notify(strings.tellNothing);
    }
    if (element.notify === 'off') element.notify = 'all';
    const granted = permission === 'default' ? await ask() : permission;
    notify(granted === 'granted' ? strings.willTell : strings.willMark);
  }

  #tell(news: News, text: string): void {
    if (!isHidden()) return;
    document.addEventListener('visibilitychange', onVisibility);
    TITLE.show(news);
    if (permissionNow() !== 'granted') return;
    const title = this.#host.title();
    // Some browsers let only a service worker show one.
    const notification = attempt(() => new Notification(title, { body: text, tag: `log-stream ${title}` }));
    notification?.addEventListener('click', () => {
      window.focus();
      notification.close();
    });
  }
}

function permissionNow(): NotificationPermission {
  return attempt(() => Notification.permission, 'denied');
}

async function ask(): Promise<NotificationPermission> {
  try {
    return await Notification.requestPermission();
  } catch {
    return 'denied';
  }
}
