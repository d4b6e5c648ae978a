/** The parts of a custom elements manifest that this package fills in; `detail`, `cancelable` and `keyboard` are its own. */
export interface Manifest {
  schemaVersion: string;
  modules: ManifestModule[];
}

export interface ManifestModule {
  kind: string;
  path: string;
  declarations: ElementDeclaration[];
  exports: { kind: string; name: string; declaration: { name: string; module: string } }[];
}

export interface Described {
  readonly name: string;
  readonly description?: string | undefined;
}

export interface Typed extends Described {
  readonly type?: { readonly text: string } | undefined;
}

export interface Member extends Typed {
  readonly kind: string;
  readonly static?: boolean | undefined;
  readonly privacy?: string | undefined;
  readonly readonly?: boolean | undefined;
  readonly attribute?: string | undefined;
  readonly inheritedFrom?: unknown;
  readonly return?: { readonly type: { readonly text: string } };
  readonly parameters?: readonly (Typed & { readonly optional?: boolean | undefined; readonly default?: string })[] | undefined;
}

export interface Attribute extends Typed {
  readonly fieldName: string;
  readonly default?: string | undefined;
}

export interface CssProperty extends Described {
  readonly default?: string | undefined;
  readonly syntax?: string | undefined;
}

export interface ElementEvent extends Typed {
  readonly cancelable: boolean;
  readonly detail: readonly Typed[];
}

export interface Keys {
  readonly command: string;
  readonly keys: readonly string[];
  readonly description: string;
}

export interface ElementDeclaration extends Described {
  tagName?: string;
  customElement?: boolean;
  superclass?: { name: string; module?: string; package?: string };
  attributes: Attribute[];
  members: Member[];
  events: ElementEvent[];
  slots: Described[];
  cssParts: Described[];
  cssProperties: CssProperty[];
  cssStates: Described[];
  keyboard: Keys[];
}
