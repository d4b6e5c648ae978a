import { LitElement } from 'lit';
import { TIME_MODES, type TimeMode } from './util/time.ts';
import type { FollowMode } from './viewport/input/follow.ts';

export type OnOff = 'on' | 'off';
export type Theme = 'auto' | 'light' | 'dark';
export type ToolbarMode = 'full' | 'compact' | 'none';
export type AnnounceMode = 'summary' | 'lines' | 'off';

/** The attributes of `<log-stream>` as properties; null removes an attribute. */
export interface LogStreamProperties {
  /** Signed topic of the log. */
  get topic(): string;
  set topic(value: string | null);

  /**
   * Base URL of the server; by default that of `<link rel="log-stream" href>` in the page's head, then `/log-stream`.
   * For a server of another origin fresh topics are asked for only where that link names it, or this was set as a property.
   */
  get endpoint(): string;
  set endpoint(value: string | null);

  /**
   * URL of the worker script, where it is not found beside the element's own. In a page that enforces Trusted Types the
   * attribute counts only where `<link rel="log-stream-worker" href>` in the head says the same; the property always does.
   */
  get workerUrl(): string;
  set workerUrl(value: string | null);

  /** URL that answers GET with a fresh signed topic as text. */
  get refreshUrl(): string;
  set refreshUrl(value: string | null);

  /** Whether the view follows the end: `auto` while the log grows, and not when it is complete from the start. */
  get follow(): FollowMode;
  set follow(value: FollowMode | null);

  /** Whether long lines are broken. */
  get wrap(): boolean;
  set wrap(value: boolean | null);

  get lineNumbers(): OnOff;
  set lineNumbers(value: OnOff | null);

  /** What the time column shows: nothing, local or UTC time, time since the first line or since the line before. */
  get time(): TimeMode;
  set time(value: TimeMode | null);

  get theme(): Theme;
  set theme(value: Theme | null);

  /** Title in the header and name of the region; by default the channel. */
  get label(): string;
  set label(value: string | null);

  /** Whether `#L120-L140` in the page's address selects lines, and selecting lines changes the address. */
  permalink: boolean;

  /** What a screen reader is told of new lines. */
  get announce(): AnnounceMode;
  set announce(value: AnnounceMode | null);

  /** Whether single letters act as keys. */
  get shortcuts(): OnOff;
  set shortcuts(value: OnOff | null);

  get toolbar(): ToolbarMode;
  set toolbar(value: ToolbarMode | null);
}

/**
 * What an attribute may say: any text, one of some words (the first counts for any other), or that it is there; `own` is
 * for one whose property the element defines itself.
 */
type Values = 'text' | 'flag' | 'own' | readonly [string, ...string[]];

const ON_OFF: Values = ['on', 'off'];
const ATTRIBUTES: Readonly<Record<string, Values>> = {
  topic: 'text',
  endpoint: 'text',
  'worker-url': 'text',
  'refresh-url': 'text',
  follow: ['auto', 'on', 'off'],
  wrap: 'own',
  'line-numbers': ON_OFF,
  time: TIME_MODES,
  theme: ['auto', 'light', 'dark'],
  label: 'text',
  permalink: 'flag',
  announce: ['summary', 'lines', 'off'],
  shortcuts: ON_OFF,
  toolbar: ['full', 'compact', 'none'],
};

/** What code of the page set as properties, by attribute: markup cannot. */
const byCode = new WeakMap<Element, Map<string, string>>();

/** Whether code of the page set what an attribute says. What stands in markup may come from anybody. */
export function isSetByCode(element: Element, attribute: string): boolean {
  const value = byCode.get(element)?.get(attribute);
  return value !== undefined && value === element.getAttribute(attribute);
}

const propertyOf = (attribute: string): string => attribute.replace(/-(\w)/gu, (_, letter: string) => letter.toUpperCase());

class Reflecting extends LitElement {
  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, ...Object.keys(ATTRIBUTES)];
  }

  override connectedCallback(): void {
    // A property that was set before the element was defined hides the accessor: hand it over.
    for (const property of Object.keys(ATTRIBUTES).map(propertyOf)) {
      if (!Object.hasOwn(this, property)) continue;
      const value: unknown = Reflect.get(this, property);
      Reflect.deleteProperty(this, property);
      Reflect.set(this, property, value);
    }
    super.connectedCallback();
  }

  override attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    super.attributeChangedCallback(name, before, value);
    if (before !== value) this.requestUpdate(name, before);
  }
}

for (const [attribute, values] of Object.entries(ATTRIBUTES)) {
  if (values === 'own') continue;
  Object.defineProperty(Reflecting.prototype, propertyOf(attribute), {
    configurable: true,
    enumerable: true,
    get(this: Element): unknown {
      const text = this.getAttribute(attribute);
      if (values === 'flag') return text !== null;
      return values === 'text' ? (text ?? '') : (values.find((value) => value === text) ?? values[0]);
    },
    set(this: Element, value: string | number | boolean | null) {
      if (values === 'flag') this.toggleAttribute(attribute, Boolean(value));
      else if (value === null) this.removeAttribute(attribute);
      else {
        if (values === 'text') byCode.set(this, (byCode.get(this) ?? new Map<string, string>()).set(attribute, String(value)));
        this.setAttribute(attribute, String(value));
      }
    },
  });
}

/**
 * The attributes of `<log-stream>` as properties. The attributes are the only state: properties read and write them,
 * and a value that an attribute does not know counts as its default.
 */
export type LogStreamAttributes = LitElement & LogStreamProperties;
// The accessors are defined above, one like the other: TypeScript cannot see them. Mapping the type leaves its statics alone.
export const LogStreamAttributes = Reflecting as unknown as Pick<typeof LitElement, keyof typeof LitElement> &
  (new () => LogStreamAttributes);
