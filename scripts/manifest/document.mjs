// The manual of the element, as Markdown, from its manifest.

/** @typedef {import('./manifest-types.d.ts').ElementDeclaration} ElementDeclaration */

const code = (/** @type {string} */ text) => `\`${text.replaceAll('|', '\\|')}\``;

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
function table(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return lines.join('\n');
}

/** @param {string} title @param {string} intro @param {string} body */
const section = (title, intro, body) => [`## ${title}`, intro, body].filter(Boolean).join('\n\n');

/** @param {readonly import('./manifest-types.d.ts').Described[]} items @param {string} head */
const described = (items, head) =>
  table(
    [head, ''],
    items.map(({ name, description = '' }) => [code(name), description]),
  );

/** @param {import('./manifest-types.d.ts').Member} method */
function signature({ name, parameters = [], return: returned, static: isStatic }) {
  const list = parameters.map(({ name: parameter, type, optional, default: value }) => {
    const text = type === undefined ? '' : `: ${type.text}`;
    return `${parameter}${optional ? '?' : ''}${text}${value === undefined ? '' : ` = ${value}`}`;
  });
  return `${isStatic ? 'LogStreamElement.' : ''}${name}(${list.join(', ')}): ${returned?.type.text ?? 'void'}`;
}

/** @param {ElementDeclaration} element @returns {string} */
export function documentOf(element) {
  const { attributes, members, events, slots, cssParts, cssProperties, cssStates, keyboard, description = '' } = element;
  const methods = members.filter(({ kind }) => kind === 'method');
  const readonly = members.filter(({ kind, readonly: isReadonly, static: isStatic }) => kind === 'field' && isReadonly && !isStatic);
  const words = members.filter(({ name }) => name === 'strings');
  return [
    '# `<log-stream>`',
    '<!-- Generated from the TSDoc in src/element: edit that, then run `npm run manifest`. -->',
    description,
    'Tools read the same from [`custom-elements.json`](../custom-elements.json).',
    section(
      'Attributes',
      'Each attribute has a property that reflects it. Setting the property to `null` removes the attribute. An unknown value counts as the default.',
      table(
        ['attribute', 'property', 'values', 'default', ''],
        attributes.map(({ name, fieldName, type, default: value, description: text = '' }) => [
          code(name),
          code(fieldName),
          code(type?.text ?? ''),
          value === undefined ? '' : code(value),
          text,
        ]),
      ),
    ),
    section(
      'Read-only properties',
      '',
      table(
        ['property', 'type', ''],
        readonly.map(({ name, type, description: text = '' }) => [code(name), code(type?.text ?? ''), text.replaceAll('\n', ' ')]),
      ),
    ),
    section(
      'Words',
      'See [words.md](words.md) for how to replace words and add a language.',
      table(
        ['property', 'type', ''],
        words.map(({ name, type, description: text = '', static: isStatic }) => [
          code(`${isStatic ? 'LogStreamElement.' : ''}${name}`),
          code(type?.text ?? ''),
          text.replaceAll('\n', ' '),
        ]),
      ),
    ),
    section('Methods', '', methods.map((method) => `### \`${signature(method)}\`\n\n${method.description}`).join('\n\n')),
    section(
      'Events',
      'All events bubble and are composed. `log-stream` and `log-stream/element` export their classes.',
      table(
        ['event', 'class', 'cancelable', '`detail`', ''],
        events.map(({ name, type, cancelable, detail, description: text = '' }) => [
          code(name),
          code(type?.text ?? ''),
          cancelable ? 'yes' : 'no',
          detail
            .map((field) => `${code(`${field.name}: ${field.type?.text}`)}${field.description && ` ${field.description}`}`)
            .join('<br>'),
          text,
        ]),
      ),
    ),
    section('Slots', '', described(slots, 'slot')),
    section('CSS parts', 'For `log-stream::part(…)`.', described(cssParts, 'part')),
    section(
      'Custom properties',
      'Set them on the element or on any ancestor, `:root` included. Colours that are not set follow the theme.',
      table(
        ['property', 'default', ''],
        cssProperties.map(({ name, default: value, description: text = '' }) => [code(name), value === undefined ? '' : code(value), text]),
      ),
    ),
    section('Custom states', 'For `log-stream:state(…)`.', described(cssStates, 'state')),
    section(
      'Keyboard',
      'Keys work while the log has the focus. `shortcuts="off"` turns off the single characters. `Tab` leaves the log in one step.',
      table(
        ['keys', ''],
        keyboard.map(({ keys, description: text }) => [keys.map((key) => code(key)).join(' '), text]),
      ),
    ),
  ].join('\n\n');
}
