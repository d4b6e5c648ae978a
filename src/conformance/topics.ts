import { createHmac } from 'node:crypto';
import type { SecretInput } from '../protocol/secrets.ts';

/** The form of the base64 of a payload; `dashes` is URL-safe with a `--` inside. PROTOCOL.md T2. */
export type TopicForm = 'standard' | 'unpadded' | 'url-safe' | 'url-safe-unpadded' | 'dashes';

/** What is wrong with a topic. */
export type TopicFlaw = 'other-secret' | 'altered' | 'cut-signature' | 'no-signature' | 'not-base64' | 'not-json' | 'no-channel';

/** A signed topic of a case. */
export interface TopicSpec {
  /** The letter of its log. @default that of the request */
  readonly log?: string;
  /** A channel instead; `<x>` is filled in. */
  readonly channel?: string;
  readonly write?: boolean;
  readonly remove?: boolean;
  /** Seconds from now until it expires. */
  readonly expires?: number;
  /** Added to the payload, or replacing claims in it. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly form?: TopicForm;
  readonly flaw?: TopicFlaw;
  /** Saves the signed topic by this name, and the right signature by this name and `Signature`. */
  readonly as?: string;
}

export interface Signed {
  readonly text: string;
  /** The right signature. */
  readonly signature: string;
}

/** Characters whose base64 contains `+`, `/` or two `+` in a row, depending on their offset. */
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
      // The right signature of another payload: one more space after the JSON.
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

/** Tries white space around the JSON, which shifts its base64, until that shows the form. */
function encode(claims: Readonly<Record<string, unknown>>, form: TopicForm | undefined): string {
  const json = JSON.stringify(claims);
  if (form === undefined) return Buffer.from(json).toString('base64');
  for (const before of ['', ' ', '  ']) {
    for (const after of ['', ' ', '  ']) {
      const text = write(Buffer.from(before + json + after), form);
      if (shows(text, form)) return text;
    }
  }
  throw new Error(`No topic of the form ${form} was found.`);
}

function write(bytes: Buffer, form: TopicForm): string {
  const standard = bytes.toString('base64');
  if (form === 'standard') return standard;
  const alphabet = form === 'unpadded' ? standard : standard.replaceAll('+', '-').replaceAll('/', '_');
  if (form === 'url-safe') return alphabet;
  // Only where there would have been padding, so that it is missing.
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
