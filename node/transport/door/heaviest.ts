import { createCounts } from './counts.js';
import type { Origin } from './origin.js';

/** The first of `items` that weighs most; undefined if none weighs anything. */
export const heaviestOf = <T>(items: Iterable<T>, weightOf: (item: T) => number): T | undefined => {
  let worst: T | undefined;
  let most = 0;
  for (const item of items) {
    const weight = weightOf(item);
    if (weight <= most) continue;
    worst = item;
    most = weight;
  }
  return worst;
};

/** The first of those whose range occurs most often, and of these whose address does. */
export const mostCrowded = <T extends { readonly origin: Origin }>(items: readonly T[]): T | undefined => {
  const [ranges, addresses] = [createCounts(), createCounts()];
  for (const { origin } of items) {
    ranges.add(origin.range);
    addresses.add(origin.address);
  }
  return heaviestOf(items, ({ origin }) => ranges.of(origin.range) * (items.length + 1) + addresses.of(origin.address));
};
