import { LitElement } from 'lit';
import type { AnnounceMode } from './announcer.ts';
import { TIME_MODES, type TimeMode } from './time.ts';
import type { FollowMode } from './viewport/follow.ts';

export type OnOff = 'on' | 'off';
export type Theme = 'auto' | 'light' | 'dark';
export type ToolbarMode = 'full' | 'compact' | 'none';

const ATTRIBUTES = [
  'topic',
  'endpoint',
  'worker-url',
  'refresh-url',
  'follow',
  'wrap',
  'line-numbers',
  'time',
  'theme',
  'label',
  'permalink',
  'announce',
  'shortcuts',
  'toolbar',
] as const;

export type LogStreamAttribute = (typeof ATTRIBUTES)[number];

/**
 * The attributes of `<log-stream>` as properties. The attributes are the only state: properties read and write them,
 * and a value that an attribute does not know counts as its default.
 */
export class LogStreamAttributes extends LitElement {
  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, ...ATTRIBUTES];
  }

  override connectedCallback(): void {
    // A property that was set before the element was defined hides the accessor: hand it over.
    for (const attribute of ATTRIBUTES) this.#adopt(attribute.replace(/-(\w)/gu, (_, letter: string) => letter.toUpperCase()));
    super.connectedCallback();
  }

  override attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    super.attributeChangedCallback(name, before, value);
    if (before !== value) this.requestUpdate(name, before);
  }

  /** Signed topic of the log. */
  get topic(): string {
    return this.#text('topic');
  }
  set topic(value: string | null) {
    this.#set('topic', value);
  }

  /** Base URL of the server; by default that of `<link rel="log-stream" href>`, then `/log-stream`. */
  get endpoint(): string {
    return this.#text('endpoint');
  }
  set endpoint(value: string | null) {
    this.#set('endpoint', value);
  }

  /** URL of the worker script, where it is not found beside the element's own. */
  get workerUrl(): string {
    return this.#text('worker-url');
  }
  set workerUrl(value: string | null) {
    this.#set('worker-url', value);
  }

  /** URL that answers GET with a fresh signed topic as text. */
  get refreshUrl(): string {
    return this.#text('refresh-url');
  }
  set refreshUrl(value: string | null) {
    this.#set('refresh-url', value);
  }

  /** Whether the view follows the end: `auto` while the log grows, and not when it is complete from the start. */
  get follow(): FollowMode {
    return this.#oneOf('follow', ['auto', 'on', 'off']);
  }
  set follow(value: FollowMode | null) {
    this.#set('follow', value);
  }

  /** Whether long lines are to be broken. */
  get wrap(): boolean {
    return this.hasAttribute('wrap');
  }
  set wrap(value: boolean) {
    this.toggleAttribute('wrap', value);
  }

  get lineNumbers(): OnOff {
    return this.#oneOf('line-numbers', ['on', 'off']);
  }
  set lineNumbers(value: OnOff | null) {
    this.#set('line-numbers', value);
  }

  /** What the time column shows: nothing, local or UTC time, time since the first line or since the line before. */
  get time(): TimeMode {
    return this.#oneOf('time', TIME_MODES);
  }
  set time(value: TimeMode | null) {
    this.#set('time', value);
  }

  get theme(): Theme {
    return this.#oneOf('theme', ['auto', 'light', 'dark']);
  }
  set theme(value: Theme | null) {
    this.#set('theme', value);
  }

  /** Title in the header and name of the region; by default the channel. */
  get label(): string {
    return this.#text('label');
  }
  set label(value: string | null) {
    this.#set('label', value);
  }

  /** Whether `#L120-L140` in the page's address selects lines, and selecting lines changes the address. */
  get permalink(): boolean {
    return this.hasAttribute('permalink');
  }
  set permalink(value: boolean) {
    this.toggleAttribute('permalink', value);
  }

  /** What a screen reader is told of new lines. */
  get announce(): AnnounceMode {
    return this.#oneOf('announce', ['summary', 'lines', 'off']);
  }
  set announce(value: AnnounceMode | null) {
    this.#set('announce', value);
  }

  /** Whether single letters act as keys. */
  get shortcuts(): OnOff {
    return this.#oneOf('shortcuts', ['on', 'off']);
  }
  set shortcuts(value: OnOff | null) {
    this.#set('shortcuts', value);
  }

  get toolbar(): ToolbarMode {
    return this.#oneOf('toolbar', ['full', 'compact', 'none']);
  }
  set toolbar(value: ToolbarMode | null) {
    this.#set('toolbar', value);
  }

  #text(name: LogStreamAttribute): string {
    return this.getAttribute(name) ?? '';
  }

  /** The attribute's value if it is one of `values`, else the first of them. */
  #oneOf<T extends string>(name: LogStreamAttribute, values: readonly [T, ...T[]]): T {
    const text = this.getAttribute(name);
    return values.find((value) => value === text) ?? values[0];
  }

  #set(name: LogStreamAttribute, value: string | null): void {
    if (value === null) this.removeAttribute(name);
    else this.setAttribute(name, value);
  }

  #adopt(property: string): void {
    if (!Object.hasOwn(this, property)) return;
    const value: unknown = Reflect.get(this, property);
    Reflect.deleteProperty(this, property);
    Reflect.set(this, property, value);
  }
}
