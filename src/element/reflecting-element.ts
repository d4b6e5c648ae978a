import { LitElement } from 'lit';

/**
 * The values of an attribute: any text; present or absent; one of some words, of which the first stands for any other value;
 * `own` if the element defines the property itself.
 */
export type AttributeValues = 'text' | 'flag' | 'own' | readonly [string, ...string[]];

/** Texts that the page's code set as properties, which markup cannot do; by attribute. */
const setByCode = new WeakMap<Element, Map<string, string>>();

/** Whether the page's code set the attribute's current value as a property. Markup may come from anybody. */
export function isSetByCode(element: Element, attribute: string): boolean {
  const value = setByCode.get(element)?.get(attribute);
  return value !== undefined && value === element.getAttribute(attribute);
}

/** A base class whose properties read and write attributes, which are the only state. */
export function reflectingElement(attributes: Readonly<Record<string, AttributeValues>>): typeof LitElement {
  class ReflectingElement extends LitElement {
    static override get observedAttributes(): string[] {
      return [...super.observedAttributes, ...Object.keys(attributes)];
    }

    override connectedCallback(): void {
      // A property that was set before the element was defined hides the accessor: hand its value over.
      for (const property of Object.keys(attributes).map(propertyOf)) {
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
  for (const [attribute, values] of Object.entries(attributes))
    if (values !== 'own') Object.defineProperty(ReflectingElement.prototype, propertyOf(attribute), accessorOf(attribute, values));
  return ReflectingElement;
}

const propertyOf = (attribute: string): string => attribute.replace(/-(\w)/gu, (_, letter: string) => letter.toUpperCase());

function accessorOf(attribute: string, values: Exclude<AttributeValues, 'own'>): PropertyDescriptor {
  return {
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
        if (values === 'text') setByCode.set(this, (setByCode.get(this) ?? new Map<string, string>()).set(attribute, String(value)));
        this.setAttribute(attribute, String(value));
      }
    },
  };
}
