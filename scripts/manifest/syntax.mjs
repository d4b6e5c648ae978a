// What the sources of the element declare, read from their syntax trees.

/**
 * @typedef {import('@custom-elements-manifest/analyzer').CollectPhaseParams} CollectPhaseParams
 * @typedef {CollectPhaseParams['ts']} Syntax
 * @typedef {CollectPhaseParams['node']} Node
 */

/** The top-level declarations of a few files, by name. */
export class Declarations {
  /** @type {Map<string, Node>} */
  #nodes = new Map();
  /** @type {Syntax | undefined} */
  #ts;

  /** @param {CollectPhaseParams} input Every node of every file is offered; only files count. */
  collect({ ts, node }) {
    if (!ts.isSourceFile(node)) return;
    this.#ts = ts;
    for (const statement of node.statements) {
      if (ts.isVariableStatement(statement))
        for (const { name, initializer } of statement.declarationList.declarations)
          if (initializer !== undefined) this.#nodes.set(name.getText(), initializer);
      if (ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
        if (statement.name !== undefined) this.#nodes.set(statement.name.text, statement);
    }
  }

  /** @returns {Syntax} */
  get ts() {
    if (this.#ts === undefined) throw new Error('No source has been read yet.');
    return this.#ts;
  }

  /**
   * The declaration of a name, of a given kind.
   *
   * @template {Node} Kind
   * @param {string} name
   * @param {(node: Node) => node is Kind} isKind
   * @returns {Kind}
   */
  get(name, isKind) {
    const node = this.#nodes.get(name);
    if (node === undefined || !isKind(node))
      throw new Error(`The sources of the element declare ${name} in another way than expected, or not at all.`);
    return node;
  }

  /**
   * The texts of an array of strings: written out, or by the name of a constant.
   *
   * @param {Node} node
   * @returns {string[]}
   */
  strings(node) {
    const { ts } = this;
    const array = ts.isIdentifier(node) ? this.get(node.text, ts.isArrayLiteralExpression) : node;
    if (!ts.isArrayLiteralExpression(array)) throw new Error(`${node.getText()} is not an array of strings.`);
    return array.elements.map((element) => {
      if (!ts.isStringLiteral(element)) throw new Error(`${element.getText()} is not a string.`);
      return element.text;
    });
  }

  /**
   * The TSDoc before a node, on one line.
   *
   * @param {Node} node
   */
  comment(node) {
    const before = node.getSourceFile().text.slice(0, node.getStart());
    const [, text = ''] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*\|?\s*$/u.exec(before) ?? [];
    return text.replace(/\s*\n\s*\*?\s*/gu, ' ').trim();
  }
}
