/** The JSON array in these bytes; an empty one if there is none, so that the caller, which expects items, reports what is damaged. */
export function jsonArray(data: Buffer): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(data.toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
