/** A metric in the sense of Prometheus. */
export interface Metric {
  readonly name: string;
  /** One sentence for people. */
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  samples(): Iterable<Sample>;
}

export interface Sample {
  /** Appended to the name of the metric: `_bucket`, `_sum`, `_count`. */
  readonly suffix?: string;
  readonly labels: readonly Label[];
  readonly value: number;
}

type Label = readonly [name: string, value: string];

/** Label values of one series. They come from this code, never from a request, so that the number of series is bounded. */
export type Labels<K extends string> = Readonly<Record<K, string>>;

/** The series of one metric, created at first use. */
class Series<K extends string, V> {
  readonly #names: readonly K[];
  readonly #make: () => V;
  readonly #values = new Map<string, { readonly labels: readonly Label[]; readonly value: V }>();

  constructor(names: readonly K[], make: () => V) {
    this.#names = names;
    this.#make = make;
    // A metric without labels has one series from the start.
    if (names.length === 0) this.#values.set('', { labels: [], value: make() });
  }

  of(labels: Labels<K>): V {
    const pairs = this.#names.map((name): Label => [name, labels[name]]);
    const key = pairs.map(([, value]) => value).join('\n');
    const known = this.#values.get(key);
    if (known !== undefined) return known.value;
    const value = this.#make();
    this.#values.set(key, { labels: pairs, value });
    return value;
  }

  entries(): Iterable<{ readonly labels: readonly Label[]; readonly value: V }> {
    return this.#values.values();
  }
}

/** A number that only grows. */
export class Count {
  value = 0;

  add(amount = 1): void {
    this.value += amount;
  }
}

export class Counter<K extends string = never> implements Metric {
  readonly type = 'counter';
  readonly name: string;
  readonly help: string;
  readonly #series: Series<K, Count>;

  constructor(name: string, help: string, labels: readonly K[] = []) {
    this.name = name;
    this.help = help;
    this.#series = new Series(labels, () => new Count());
  }

  /** The count of one series; callers that use it often keep it. */
  of(labels: Labels<K>): Count {
    return this.#series.of(labels);
  }

  *samples(): Iterable<Sample> {
    for (const { labels, value } of this.#series.entries()) yield { labels, value: value.value };
  }
}

/** A metric whose value is looked up when metrics are read: a gauge, or a counter kept elsewhere. */
export class Reading implements Metric {
  readonly type: 'counter' | 'gauge';
  readonly name: string;
  readonly help: string;
  readonly #read: () => number;

  constructor(type: 'counter' | 'gauge', name: string, help: string, read: () => number) {
    this.type = type;
    this.name = name;
    this.help = help;
    this.#read = read;
  }

  samples(): Iterable<Sample> {
    return [{ labels: [], value: this.#read() }];
  }
}

/** Counts observations by bucket, and their sum. */
export class Distribution {
  readonly bounds: readonly number[];
  readonly counts: number[];
  count = 0;
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.count += 1;
    this.sum += value;
    const index = this.bounds.findIndex((bound) => value <= bound);
    if (index !== -1) this.counts[index] = (this.counts[index] ?? 0) + 1;
  }
}

export class Histogram<K extends string = never> implements Metric {
  readonly type = 'histogram';
  readonly name: string;
  readonly help: string;
  readonly #series: Series<K, Distribution>;

  /** `bounds` in ascending order. */
  constructor(name: string, help: string, bounds: readonly number[], labels: readonly K[] = []) {
    this.name = name;
    this.help = help;
    this.#series = new Series(labels, () => new Distribution(bounds));
  }

  of(labels: Labels<K>): Distribution {
    return this.#series.of(labels);
  }

  *samples(): Iterable<Sample> {
    for (const { labels, value } of this.#series.entries()) {
      let upTo = 0;
      for (const [index, bound] of value.bounds.entries()) {
        upTo += value.counts[index] ?? 0;
        yield { suffix: '_bucket', labels: [...labels, ['le', numeral(bound)]], value: upTo };
      }
      yield { suffix: '_bucket', labels: [...labels, ['le', '+Inf']], value: value.count };
      yield { suffix: '_sum', labels, value: value.sum };
      yield { suffix: '_count', labels, value: value.count };
    }
  }
}

/** The text format of Prometheus, version 0.0.4. */
export function exposition(metrics: Iterable<Metric>): string {
  let text = '';
  for (const metric of metrics) {
    text += `# HELP ${metric.name} ${metric.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${metric.name} ${metric.type}\n`;
    for (const { suffix = '', labels, value } of metric.samples()) {
      const inside = labels.map(([name, content]) => `${name}="${escapeLabel(content)}"`).join(',');
      text += `${metric.name}${suffix}${inside === '' ? '' : `{${inside}}`} ${numeral(value)}\n`;
    }
  }
  return text;
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

function numeral(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
}
