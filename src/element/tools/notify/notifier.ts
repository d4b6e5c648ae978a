import type { Line } from '../../../protocol/line.ts';
import { attempt } from '../../../worker/platform/attempt.ts';
import type { LogStatus } from '../../../worker/api.ts';
import type { LogStreamAttributes } from '../../attributes.ts';
import { isHidden } from '../../util/idle.ts';
import type { ToolStrings } from '../strings.ts';
import { LogNews, type News } from './news.ts';
import { TitleMark } from './title-mark.ts';

/** All logs of the page share its title. */
const TITLE = new TitleMark(document);

function onVisibility(): void {
  if (!isHidden()) TITLE.clear();
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

  constructor(host: NotifierHost) {
    this.#host = host;
  }

  stateChanged({ state, end, head }: Pick<LogStatus, 'state' | 'end' | 'head'>): void {
    const news = this.#news.stateChanged(state, end, this.#host.element.notify);
    if (news !== undefined) this.#tell(news, this.#host.strings.announceEnd(end, head, 0));
  }

  linesAdded(lines: readonly Line[]): void {
    const news = this.#news.linesAdded(lines, this.#host.element.notify);
    if (news !== undefined) this.#tell(news, this.#host.strings.firstError);
  }

  reset(): void {
    this.#news.reset();
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
