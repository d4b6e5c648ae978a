// What editors read, from the manifest of the element: custom data of VS Code, and web types of JetBrains.

/** @typedef {import('./manifest-types.d.ts').ElementDeclaration} ElementDeclaration */

const TAG = 'log-stream';

/** The words that an attribute may be; none for texts. @param {string | undefined} type */
const words = (type = '') => [...type.matchAll(/'([^']+)'/gu)].map(([, word = '']) => word);

/** @param {string} title @param {readonly import('./manifest-types.d.ts').Described[]} items */
const list = (title, items) =>
  [`**${title}**`, items.map(({ name, description = '' }) => `- \`${name}\`: ${description}`).join('\n')].join('\n\n');

/** @param {import('./manifest-types.d.ts').Described} item */
const described = ({ name, description = '' }) => ({ name, description });

/** @param {string | undefined} value */
const defaultOf = (value) => (value === undefined ? {} : { default: value });

/** @param {ElementDeclaration} element */
function htmlData({ attributes, events, slots, cssParts, description = '' }) {
  return {
    version: 1.1,
    tags: [
      {
        name: TAG,
        description: {
          kind: 'markdown',
          value: [description, list('Events', events), list('Slots', slots), list('CSS parts', cssParts)].join('\n\n'),
        },
        attributes: attributes.map(({ name, type, description: text = '' }) => {
          const values = words(type?.text).map((word) => ({ name: word }));
          return { name, description: text, ...(type?.text === 'boolean' ? { valueSet: 'v' } : values.length > 0 ? { values } : {}) };
        }),
      },
    ],
  };
}

/** @param {ElementDeclaration} element */
function cssData({ cssParts, cssProperties, cssStates }) {
  return {
    version: 1.1,
    properties: cssProperties.map(({ name, description = '', default: value, syntax }) => ({
      name,
      description: value === undefined ? description : `${description}\n\nBy default \`${value}\`.`,
      ...(syntax === undefined ? {} : { restrictions: ['color'] }),
    })),
    pseudoClasses: cssStates.map(({ name, description = '' }) => ({ name: `:state(${name})`, description: `<${TAG}>: ${description}` })),
    pseudoElements: cssParts.map(({ name, description = '' }) => ({ name: `::part(${name})`, description: `<${TAG}>: ${description}` })),
  };
}

/** @param {ElementDeclaration} element @param {string} version */
function webTypes({ attributes, members, events, slots, cssParts, cssProperties, description = '' }, version) {
  const properties = members.filter(({ kind, static: isStatic }) => kind === 'field' && !isStatic);
  return {
    $schema: 'https://json.schemastore.org/web-types',
    name: 'log-stream',
    version,
    'js-types-syntax': 'typescript',
    'description-markup': 'markdown',
    contributions: {
      html: {
        elements: [
          {
            name: TAG,
            description,
            attributes: attributes.map(({ name, type, default: value, description: text = '' }) => ({
              name,
              description: text,
              ...defaultOf(value),
              value: { type: type?.text ?? 'string' },
              required: false,
            })),
            slots: slots.map(described),
            js: {
              properties: properties.map(({ name, type, description: text = '', readonly }) => ({
                name,
                description: text,
                type: type?.text ?? 'unknown',
                ...(readonly && { 'read-only': true }),
              })),
              events: events.map(({ name, type, description: text = '' }) => ({ name, description: text, type: type?.text ?? 'Event' })),
            },
            css: {
              properties: cssProperties.map((property) => ({ ...described(property), ...defaultOf(property.default) })),
              parts: cssParts.map(described),
            },
          },
        ],
      },
    },
  };
}

/** @param {ElementDeclaration} element @param {string} version Of the package. @returns {Record<string, string>} Contents by file. */
export function editorData(element, version) {
  return {
    'editors/vscode.html-data.json': JSON.stringify(htmlData(element)),
    'editors/vscode.css-data.json': JSON.stringify(cssData(element)),
    'editors/web-types.json': JSON.stringify(webTypes(element, version)),
  };
}
