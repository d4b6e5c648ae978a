// Declarations for frameworks, from the manifest of the element: what `<log-stream>` takes in their templates.

/** @typedef {import('./manifest-types.d.ts').ElementDeclaration} ElementDeclaration */

const NOTE = '// Generated from the TSDoc in src/element: edit that, then run `npm run manifest`.';
const ELEMENT = '../dist/lib/element/log-stream.js';

/** @param {string | undefined} text */
const comment = (text) => (text === undefined || text === '' ? '' : `/** ${text.replaceAll('\n', ' ').replaceAll('*/', '*\\/')} */\n`);

/** @param {string} name */
const key = (name) => (/^\w+$/u.test(name) ? name : `'${name}'`);

/**
 * @param {string} name
 * @param {string} about
 * @param {readonly { readonly name: string, readonly type: string, readonly description?: string | undefined }[]} members
 * @param {string} [mark] `?` for members that may be missing.
 */
function declared(name, about, members, mark = '?') {
  const lines = members.map((member) => `${comment(member.description)}${key(member.name)}${mark}: ${member.type};`);
  return `${comment(about)}export interface ${name} {\n${lines.join('\n')}\n}`;
}

/** @param {string} name @param {string} about @param {readonly import('./manifest-types.d.ts').Described[]} items */
function union(name, about, items) {
  const list = items.map((item) => `- \`${item.name}\`: ${item.description ?? ''}`).join('\n * ');
  return `/**\n * ${about}\n *\n * ${list}\n */\nexport type ${name} = ${items.map((item) => `'${item.name}'`).join(' | ')};`;
}

/** @param {ElementDeclaration} element */
function elementTypes({ attributes, events, slots, cssParts, cssProperties, cssStates }) {
  const classes = events.map(({ type }) => type?.text ?? '');
  const settable = attributes.map(({ fieldName, type, description }) => ({
    name: fieldName,
    type: `${type?.text ?? 'string'} | null | undefined`,
    description,
  }));
  const hyphenated = attributes
    .filter(({ name, fieldName }) => name !== fieldName)
    .map(({ name, type, description }) => ({ name, type: `${type?.text ?? 'string'} | undefined`, description }));
  return [
    NOTE,
    `import type { LogStreamElement, ${classes.join(', ')} } from '${ELEMENT}';`,
    declared('LogStreamProps', 'The properties of `<log-stream>` that a template sets. `null` removes the attribute.', [
      ...settable,
      { name: 'strings', type: "LogStreamElement['strings']", description: 'Words in place of the element’s own, for this element alone.' },
    ]),
    declared('LogStreamHyphenated', 'Attributes that are named otherwise than their properties.', hyphenated),
    declared(
      'LogStreamEvents',
      'The events of `<log-stream>`, by name.',
      events.map(({ name, type, description }) => ({ name, type: type?.text ?? 'Event', description })),
      '',
    ),
    declared(
      'LogStreamCssProperties',
      'The custom properties that style `<log-stream>`, on itself or on any ancestor.',
      cssProperties.map(({ name, description = '', default: value }) => ({
        name,
        type: 'string | number | undefined',
        description: value === undefined ? description : `${description} By default \`${value}\`.`,
      })),
    ),
    union('LogStreamSlot', 'What the `slot` attribute of a child of `<log-stream>` may name.', slots),
    union('LogStreamPart', 'What `log-stream::part(…)` may name.', cssParts),
    union('LogStreamCustomState', 'What `log-stream:state(…)` may name.', cssStates),
  ].join('\n\n');
}

/** What importing the module gives besides types: it registers the element, as `log-stream` does. */
const REGISTERS = `export * from '${ELEMENT}';\nexport type * from './element.js';`;

/**
 * @param {string} source An import of the framework's types.
 * @param {readonly string[]} used Of the shared types.
 * @param {string} body
 */
const moduleOf = (source, used, body) => {
  const shared = `import type { ${used.join(', ')} } from './element.js';\nimport type { LogStreamElement } from '${ELEMENT}';`;
  return [NOTE, `${source}\n${shared}`, REGISTERS, body].join('\n\n');
};

const LISTENERS =
  '/** Listeners, as `onlog-stream-end`. */\ntype Listeners = { [Name in keyof LogStreamEvents as `on${Name}`]?: ((event: LogStreamEvents[Name]) => void) | undefined };';

const PROPS = ['LogStreamEvents', 'LogStreamHyphenated', 'LogStreamProps'];

/** @param {string} framework @param {string} attributes */
const jsx = (framework, attributes) => `
declare module '${framework}' {
  namespace JSX {
    interface IntrinsicElements {
      'log-stream': ${attributes};
    }
  }
}`;

const FRAMEWORKS = {
  react: moduleOf(
    "import type { CSSProperties, DetailedHTMLProps, HTMLAttributes } from 'react';",
    ['LogStreamCssProperties', ...PROPS],
    `${LISTENERS}

/** The props of \`<log-stream>\` in JSX. */
export interface LogStreamJsx extends Omit<DetailedHTMLProps<HTMLAttributes<LogStreamElement>, LogStreamElement>, 'style'>, LogStreamProps, LogStreamHyphenated, Listeners {
  style?: (CSSProperties & LogStreamCssProperties) | undefined;
}
${jsx('react', 'LogStreamJsx')}`,
  ),
  preact: moduleOf(
    "import type { HTMLAttributes } from 'preact';",
    PROPS,
    `${LISTENERS}

/** The props of \`<log-stream>\` in JSX. */
export type LogStreamJsx = Omit<HTMLAttributes<LogStreamElement>, keyof LogStreamProps> & LogStreamProps & LogStreamHyphenated & Listeners;
${jsx('preact', 'LogStreamJsx')}`,
  ),
  solid: moduleOf(
    "import type { JSX as SolidJsx } from 'solid-js';",
    PROPS,
    `/** Listeners, as \`on:log-stream-end\`. */
type Listeners = { [Name in keyof LogStreamEvents as \`on:\${Name}\`]?: ((event: LogStreamEvents[Name]) => void) | undefined };

/** The props of \`<log-stream>\` in JSX. */
export type LogStreamJsx = SolidJsx.HTMLAttributes<LogStreamElement> & LogStreamProps & LogStreamHyphenated & Listeners;
${jsx('solid-js', 'LogStreamJsx')}`,
  ),
  vue: moduleOf(
    "import type { EmitFn, HTMLAttributes, PublicProps } from 'vue';",
    PROPS,
    `type Emits = EmitFn<{ [Name in keyof LogStreamEvents]: (event: LogStreamEvents[Name]) => void }>;

/** \`<log-stream>\` in templates: \`isCustomElement: (tag) => tag === 'log-stream'\` tells the compiler of Vue that it is no component. */
export type LogStreamInTemplate = new () => LogStreamElement & {
  /** @deprecated Only for templates. */
  $props: LogStreamProps & LogStreamHyphenated & Omit<HTMLAttributes, keyof LogStreamProps> & PublicProps;
  /** @deprecated Only for templates. */
  $emit: Emits;
};

declare module 'vue' {
  interface HTMLAttributes {
    /** The slot of a custom element; Vue's own types lack it. */
    slot?: string | undefined;
  }
  interface GlobalComponents {
    'log-stream': LogStreamInTemplate;
  }
}`,
  ),
  svelte: moduleOf(
    "import type { HTMLAttributes } from 'svelte/elements';",
    PROPS,
    `${LISTENERS}

/** The attributes of \`<log-stream>\` in templates. */
export type LogStreamInTemplate = HTMLAttributes<LogStreamElement> & LogStreamProps & LogStreamHyphenated & Listeners;

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'log-stream': LogStreamInTemplate;
  }
}`,
  ),
};

/** @param {ElementDeclaration} element @returns {Record<string, string>} Contents by file. */
export function frameworkTypes(element) {
  const modules = Object.entries(FRAMEWORKS).map(([name, text]) => [`types/${name}.d.ts`, text]);
  return { 'types/element.d.ts': elementTypes(element), ...Object.fromEntries(modules) };
}
