import { assert } from 'chai';
import { mount, shadow, unmountAll, until } from './support/fixture.ts';

interface Declaration {
  readonly selector: string;
  readonly property: string;
  readonly condition: string;
}

/** The declarations of a style sheet in order, one selector and property at a time, except important ones. */
function* declarationsOf(rules: CSSRuleList, condition = ''): Generator<Declaration> {
  for (const rule of rules) {
    if (rule instanceof CSSStyleRule) {
      for (const selector of rule.selectorText.split(/,\s*/u))
        for (const property of rule.style) if (rule.style.getPropertyPriority(property) === '') yield { selector, property, condition };
    } else if (rule instanceof CSSMediaRule || rule instanceof CSSContainerRule) yield* declarationsOf(rule.cssRules, rule.conditionText);
  }
}

describe('the style sheets', () => {
  afterEach(unmountAll);

  it('declare conditional rules after the rules they replace', async () => {
    const { element, log } = mount();
    log.live(1);
    await until(() => shadow(element, '.toolbar') !== null);
    const declarations = element.shadowRoot!.adoptedStyleSheets.flatMap((sheet) => [...declarationsOf(sheet.cssRules)]);
    const conditional = declarations.filter(({ condition }) => condition !== '');
    const lost = conditional.filter(({ selector, property, condition }) => {
      const last = declarations.findLast(
        (other) => other.selector === selector && other.property === property && other.condition !== condition,
      );
      const own = declarations.findLast(
        (other) => other.selector === selector && other.property === property && other.condition === condition,
      );
      return last?.condition === '' && declarations.indexOf(last) > declarations.indexOf(own!);
    });
    assert.deepEqual(lost, []);
  });
});
