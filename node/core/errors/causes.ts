/** Most errors that are looked at: a chain of causes may be endless. */
const MOST = 16;

/** `error`, what it wraps and what caused it (of an AggregateError all that it gathers), outermost first. */
export function* causesOf(error: unknown): Generator<Error> {
  const queue = [error];
  const seen = new Set<unknown>();
  for (let next = queue.shift(); next !== undefined && seen.size < MOST; next = queue.shift()) {
    if (!(next instanceof Error) || seen.has(next)) continue;
    seen.add(next);
    yield next;
    const wrapped = next instanceof AggregateError ? (next.errors as unknown[]) : [];
    queue.push(...[next.cause, ...wrapped].filter((one) => one !== undefined));
  }
}
