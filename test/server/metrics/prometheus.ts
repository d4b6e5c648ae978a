/** One value of a metric. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ParsedMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: ParsedSample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/u;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/su;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(?:,|$)/uy;

/** Reads the text format of Prometheus, version 0.0.4, as strictly as its description allows. Throws for what is not that. */
export function parseMetrics(text: string): Map<string, ParsedMetric> {
  if (!text.endsWith('\n')) throw new Error('The last line does not end.');
  const metrics = new Map<string, ParsedMetric>();
  let current: ParsedMetric | undefined;
  let help: { readonly name: string; readonly text: string } | undefined;
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) (\S+) (.*)$/su.exec(line);
    if (comment?.[1] === 'HELP') {
      help = { name: comment[2] ?? '', text: unescape(comment[3] ?? '') };
    } else if (comment?.[1] === 'TYPE') {
      const [, , name = '', type = ''] = comment;
      if (!NAME.test(name) || help?.name !== name) throw new Error(`TYPE without its HELP: ${line}`);
      if (!['counter', 'gauge', 'histogram', 'summary', 'untyped'].includes(type)) throw new Error(`No such type: ${line}`);
      if (metrics.has(name)) throw new Error(`Described twice: ${name}`);
      current = { name, type, help: help.text, samples: [] };
      metrics.set(name, current);
    } else {
      const sample = parseSample(line);
      if (current === undefined || !belongs(sample.name, current)) throw new Error(`A sample without its TYPE before it: ${line}`);
      current.samples.push(sample);
    }
  }
  for (const metric of metrics.values()) check(metric);
  return metrics;
}

/** The value of one series; undefined when there is none. */
export function valueOf(
  metrics: ReadonlyMap<string, ParsedMetric>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const family = [...metrics.values()].find((metric) => belongs(name, metric));
  const wanted = keyOf(labels);
  return family?.samples.find((sample) => sample.name === name && keyOf(sample.labels) === wanted)?.value;
}

function parseSample(line: string): ParsedSample {
  const match = SAMPLE.exec(line);
  if (match === null) throw new Error(`Neither a comment nor a sample: ${line}`);
  const [, name = '', inside = '', number = ''] = match;
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < inside.length) {
    const at = LABEL.lastIndex;
    const label = LABEL.exec(inside);
    if (label === null) throw new Error(`No label at ${at}: ${line}`);
    labels[label[1] ?? ''] = unescape(label[2] ?? '');
  }
  const value = number === '+Inf' ? Infinity : number === '-Inf' ? -Infinity : Number(number);
  if (Number.isNaN(value) && number !== 'NaN') throw new Error(`Not a number: ${line}`);
  return { name, labels, value };
}

function belongs(name: string, { name: family, type }: ParsedMetric): boolean {
  return name === family || (type === 'histogram' && ['_bucket', '_sum', '_count'].some((suffix) => name === `${family}${suffix}`));
}

function check({ name, type, samples }: ParsedMetric): void {
  const keys = samples.map((sample) => `${sample.name}${keyOf(sample.labels)}`);
  if (new Set(keys).size !== keys.length) throw new Error(`A series of ${name} is there twice.`);
  if (type === 'counter' && samples.some(({ value }) => !(value >= 0))) throw new Error(`The counter ${name} is below 0.`);
  if (type === 'counter' && !name.endsWith('_total')) throw new Error(`The counter ${name} does not end in _total.`);
  if (type !== 'histogram') return;
  const series = new Map<string, ParsedSample[]>();
  for (const sample of samples) {
    const { le: _, ...labels } = sample.labels;
    const key = JSON.stringify(labels);
    series.set(key, [...(series.get(key) ?? []), sample]);
  }
  for (const all of series.values()) {
    const buckets = all.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => (labels['le'] === '+Inf' ? Infinity : Number(labels['le'])));
    const count = all.find((sample) => sample.name === `${name}_count`)?.value;
    const ordered = bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? Infinity));
    const cumulative = buckets.every(({ value }, index) => index === 0 || value >= (buckets[index - 1]?.value ?? Infinity));
    if (!ordered || !cumulative || bounds.at(-1) !== Infinity || buckets.at(-1)?.value !== count)
      throw new Error(`${name} is no histogram.`);
    if (!all.some((sample) => sample.name === `${name}_sum`)) throw new Error(`${name} has no sum.`);
  }
}

function unescape(text: string): string {
  return text.replace(/\\([\\n"])/gu, (_, character: string) => (character === 'n' ? '\n' : character));
}

/** Labels in an order of their own. */
function keyOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
