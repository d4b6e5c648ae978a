import { createHmac } from 'node:crypto';
import type { SecretInput } from '../protocol/secrets.ts';

/** How the base64 of a payload is written; `dashes` is URL-safe with a `--` inside. PROTOCOL.md T2. */
export type TopicForm = 'standard' | 'unpadded' | 'url-safe' | 'url-safe-unpadded' | 'dashes';

/** What is wrong with a topic. */
export type TopicFlaw = 'other-secret' | 'altered' | 'cut-signature' | 'no-signature' | 'not-base64' | 'not-json' | 'no-channel';

/** A signed topic that a case asks for. */
export interface TopicSpec {
  /** Letter of a log of the case; that of the request by default. */
  readonly log?: string;
  /** A channel by its name, instead; `<x>` is filled in. */
  readonly channel?: string;
  readonly write?: boolean;
  readonly remove?: boolean;
  /** Expires so many seconds from now. */
  readonly expires?: number;
  /** Added to the payload, or put in place of what is there. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly form?: TopicForm;
  readonly flaw?: TopicFlaw;
  /** The signed text is known by this name, and the right signature by it and `Signature`. */
  readonly as?: string;
}

export interface Signed {
  readonly text: string;
  /** What the signature has to be. */
  readonly signature: string;
}

/** Characters whose base64 has `+`, `/` and two `+` in a row, depending on where they stand. */
const RICH = 'Ͼ?~>>>???sＯ３Ｏ';

/** Signs a topic; `now` in ms. */
export function signTopic(secret: SecretInput, channel: string, spec: TopicSpec, now: number): Signed {
  const { form, flaw } = spec;
  const seconds = Math.floor(now / 1_000);
  const claims = {
    ...(flaw === 'no-channel' ? {} : { c: channel }),
    t: seconds,
    ...(spec.expires === undefined ? {} : { x: seconds + spec.expires }),
    ...(spec.write === true ? { w: 1 } : {}),
    ...(spec.remove === true ? { d: 1 } : {}),
    ...(form === undefined ? {} : { n: RICH }),
    ...spec.claims,
  };
  const payload = flaw === 'not-json' ? Buffer.from('no json').toString('base64') : encode(claims, form);
  const signature = hmac(secret, payload);
  return { text: spoil(payload, signature, secret, flaw), signature };
}

function hmac(secret: SecretInput, payload: string): string {
  return createHmac('sha256', secret).update(payload).digest('hex');
}

function spoil(payload: string, signature: string, secret: SecretInput, flaw: TopicFlaw | undefined): string {
  switch (flaw) {
    case 'other-secret':
      return `${payload}--${hmac(Buffer.concat([Buffer.from('not '), Buffer.from(secret)]), payload)}`;
    case 'altered': {
      // The right signature of another payload: one more space behind the JSON.
      const altered = Buffer.concat([Buffer.from(payload, 'base64'), Buffer.from(' ')]).toString('base64');
      return `${altered}--${signature}`;
    }
    case 'cut-signature':
      return `${payload}--${signature.slice(0, -1)}`;
    case 'no-signature':
      return payload;
    case 'not-base64':
      return `%%%%--${hmac(secret, '%%%%')}`;
    case 'not-json':
    case 'no-channel':
    case undefined:
      return `${payload}--${signature}`;
  }
}

/** White space around the JSON shifts its base64 until it shows what the form is about. */
function encode(claims: Readonly<Record<string, unknown>>, form: TopicForm | undefined): string {
  const json = JSON.stringify(claims);
  if (form === undefined) return Buffer.from(json).toString('base64');
  for (const before of ['', ' ', '  ']) {
    for (const behind of ['', ' ', '  ']) {
      const text = write(Buffer.from(before + json + behind), form);
      if (shows(text, form)) return text;
    }
  }
  throw new Error(`No topic could be made of the form ${form}.`);
}

function write(bytes: Buffer, form: TopicForm): string {
  const standard = bytes.toString('base64');
  if (form === 'standard') return standard;
  const alphabet = form === 'unpadded' ? standard : standard.replaceAll('+', '-').replaceAll('/', '_');
  if (form === 'url-safe') return alphabet;
  // Without the padding that there would have been, so that it is missed.
  return standard.endsWith('=') ? alphabet.replaceAll('=', '') : '';
}

function shows(text: string, form: TopicForm): boolean {
  switch (form) {
    case 'standard':
      return /[+/]/u.test(text) && text.endsWith('=');
    case 'unpadded':
      return /[+/]/u.test(text);
    case 'url-safe':
      return /[-_]/u.test(text) && text.endsWith('=');
    case 'url-safe-unpadded':
      return /[-_]/u.test(text);
    case 'dashes':
      return text.includes('--');
  }
}
