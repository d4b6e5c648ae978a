// Completes what the analyzer finds: the element declares its attributes, events, colours and keys in tables of its own.
import { Declarations } from './syntax.mjs';

const CLASS = 'LogStreamElement';
/** The base class that has members of its own. */
const BASE = 'WordedElement';
const TAG = 'log-stream';

/** Where the package has the class, and where it registers it. */
const PATHS = { class: 'dist/element.js', definition: 'dist/log-stream.js' };

/**
 * @typedef {import('./manifest-types.d.ts').ElementDeclaration} ElementDeclaration
 * @typedef {import('./manifest-types.d.ts').Manifest} Manifest
 * @typedef {import('./manifest-types.d.ts').Member} Member
 */

/** A plugin for the analyzer: reads the tables file by file, and completes the element once all of them are known. */
export function elementPlugin() {
  const sources = new Declarations();
  return {
    name: 'log-stream',
    /** @param {import('./syntax.mjs').CollectPhaseParams} input */
    collectPhase: (input) => sources.collect(input),
    /** @param {{ customElementsManifest: Manifest }} input */
    packageLinkPhase({ customElementsManifest: manifest }) {
      const declared = (/** @type {string} */ wanted) => {
        const found = manifest.modules.flatMap(({ declarations }) => declarations).find(({ name }) => name === wanted);
        if (found === undefined) throw new Error(`The sources do not declare ${wanted}.`);
        return found;
      };
      manifest.modules = modulesOf(complete(declared(CLASS), declared(BASE), sources));
    },
  };
}

/**
 * @param {ElementDeclaration} element
 * @param {ElementDeclaration} base
 * @param {Declarations} sources
 * @returns {ElementDeclaration}
 */
function complete(element, base, sources) {
  const attributes = attributesOf(sources);
  const reflected = attributes.map(({ name, fieldName, type, description }) => ({
    kind: 'field',
    name: fieldName,
    type,
    description,
    attribute: name,
    reflects: true,
  }));
  const names = new Set(attributes.map(({ fieldName }) => fieldName));
  const inherited = base.members.filter(({ description }) => description !== undefined);
  const own = [...element.members.filter((member) => member.inheritedFrom === undefined), ...inherited].filter(
    (member) => isPublic(member) && !names.has(member.name),
  );
  return {
    ...element,
    tagName: TAG,
    customElement: true,
    superclass: { name: 'LitElement', package: 'lit' },
    attributes,
    members: [...reflected, ...own],
    events: eventsOf(sources),
    cssProperties: withColors(element.cssProperties, sources),
    keyboard: keysOf(sources),
  };
}

/** @param {ElementDeclaration} element @returns {Manifest['modules']} */
function modulesOf(element) {
  const declaration = { name: CLASS, module: PATHS.class };
  const exported = { kind: 'js', name: CLASS, declaration };
  return [
    { kind: 'javascript-module', path: PATHS.class, declarations: [element], exports: [exported] },
    {
      kind: 'javascript-module',
      path: PATHS.definition,
      declarations: [],
      exports: [exported, { kind: 'custom-element-definition', name: TAG, declaration }],
    },
  ];
}

/** An overload is described where it stands; the implementation behind it has no comment. */
function isPublic(/** @type {Member} */ { kind, name, privacy = 'public', description }) {
  return privacy === 'public' && name !== 'styles' && (kind !== 'method' || description !== undefined);
}

/** @param {Declarations} sources @returns {ElementDeclaration['attributes']} */
function attributesOf(sources) {
  const { ts } = sources;
  const { members } = sources.get('LogStreamProperties', ts.isInterfaceDeclaration);
  const { properties } = sources.get('ATTRIBUTES', ts.isObjectLiteralExpression);
  return properties.map((entry) => {
    if (!ts.isPropertyAssignment(entry)) throw new Error(`ATTRIBUTES has ${entry.getText()}, which is no attribute.`);
    const name = ts.isStringLiteral(entry.name) ? entry.name.text : entry.name.getText();
    const fieldName = name.replace(/-(\w)/gu, (_, /** @type {string} */ letter) => letter.toUpperCase());
    const property = members.find((member) => !ts.isSetAccessor(member) && member.name?.getText() === fieldName);
    if (property === undefined) throw new Error(`LogStreamProperties has no ${fieldName} for the attribute ${name}.`);
    const description = sources.comment(property);
    if (!ts.isStringLiteral(entry.initializer)) {
      const words = sources.strings(entry.initializer);
      const type = { text: words.map((word) => `'${word}'`).join(' | ') };
      return { name, fieldName, type, default: words[0] ?? '', description };
    }
    const { text: values } = entry.initializer;
    if (values === 'text') return { name, fieldName, type: { text: 'string' }, description };
    return { name, fieldName, type: { text: 'boolean' }, ...(values === 'flag' && { default: 'false' }), description };
  });
}

/** @param {Declarations} sources @returns {ElementDeclaration['events']} */
function eventsOf(sources) {
  const { ts } = sources;
  return sources.get('LogStreamEventMap', ts.isInterfaceDeclaration).members.map((entry) => {
    if (!ts.isPropertySignature(entry) || !ts.isStringLiteral(entry.name) || entry.type === undefined)
      throw new Error(`LogStreamEventMap has ${entry.getText()}, which is no event.`);
    const name = entry.type.getText();
    const event = sources.get(name, ts.isClassDeclaration);
    const detail = event.members.find((member) => member.name?.getText() === 'detail');
    const type = detail !== undefined && ts.isPropertyDeclaration(detail) ? detail.type : undefined;
    if (type === undefined || !ts.isTypeLiteralNode(type)) throw new Error(`${name} does not write out the type of its detail.`);
    return {
      name: entry.name.text,
      type: { text: name },
      description: sources.comment(event),
      cancelable: /\bcancelable: true\b/u.test(event.getText()),
      detail: type.members.map((member) => ({
        name: member.name?.getText() ?? '',
        type: { text: signatureOf(member, sources) },
        description: sources.comment(member),
      })),
    };
  });
}

/** @param {import('./syntax.mjs').Node} member @param {Declarations} sources */
function signatureOf(member, { ts }) {
  if (ts.isMethodSignature(member)) {
    const parameters = member.parameters.map((parameter) => parameter.getText()).join(', ');
    return `(${parameters}) => ${member.type?.getText() ?? 'void'}`;
  }
  return ts.isPropertySignature(member) ? (member.type?.getText() ?? '') : '';
}

/**
 * Gives colours the values of the light and the dark theme, and adds the sixteen of a terminal.
 *
 * @param {ElementDeclaration['cssProperties']} documented
 * @param {Declarations} sources
 * @returns {ElementDeclaration['cssProperties']}
 */
function withColors(documented, sources) {
  const { ts } = sources;
  /** @type {Map<string, string>} */
  const colors = new Map();
  for (const token of ['TOKENS', 'ANSI_TOKENS'].flatMap((list) => [...sources.get(list, ts.isArrayLiteralExpression).elements])) {
    const [name, dark, light] = sources.strings(token);
    colors.set(`--ls-${name}`, `light-dark(${light}, ${dark})`);
  }
  const ansi = Array.from({ length: 16 }, (_, number) => ({ name: `--ls-ansi-${number}`, description: `ANSI colour ${number}.` }));
  return [...documented, ...ansi].map((property) => {
    const color = colors.get(property.name);
    return color === undefined ? property : { ...property, syntax: '<color>', default: color };
  });
}

/**
 * The keys that the comments of `KeyCommand` name before the colon.
 *
 * @param {Declarations} sources
 * @returns {ElementDeclaration['keyboard']}
 */
function keysOf(sources) {
  const { ts } = sources;
  const { type } = sources.get('KeyCommand', ts.isTypeAliasDeclaration);
  if (!ts.isUnionTypeNode(type)) throw new Error('KeyCommand is not a union.');
  return type.types.map((command) => {
    const [, keys = '', description = ''] = /^((?:`[^`]+`(?:, )?)+): (.+)$/u.exec(sources.comment(command)) ?? [];
    if (keys === '' || !ts.isLiteralTypeNode(command) || !ts.isStringLiteral(command.literal))
      throw new Error(
        `KeyCommand ${command.getText()} needs a comment that names its keys, such as \`ArrowUp\`, \`k\`: Scrolls up one line.`,
      );
    return { command: command.literal.text, keys: [...keys.matchAll(/`([^`]+)`/gu)].map(([, key = '']) => key), description };
  });
}
