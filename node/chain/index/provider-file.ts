import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod/v4';
import type { Ask, ProviderRecord } from '../../core/market/deal.js';
import { address, leaves, period, wei } from '../../core/units.js';
import { addressText, blockCount, hashText } from '../../disk/unit-schemas.js';
import { makeDirectory, writeDurably } from '../../disk/durable-file.js';
import type { Waypoint } from './event-cursor.js';
import type { RegistryChange, RegistryState } from './registry-state.js';

/** What is kept of the registry between two runs. */
export interface KeptRegistry {
  readonly way: readonly Waypoint[];
  readonly state: RegistryState;
}

/** Why a file is not used. It is a cache: whoever finds it unusable reads the chain instead. */
export interface Unusable {
  readonly problem: string;
}

const list = (value: unknown): unknown[] => {
  if (!Array.isArray(value)) throw new TypeError('a list is expected');
  return value;
};
const text = (value: unknown): string => {
  if (typeof value !== 'string') throw new TypeError('text is expected');
  return value;
};

const askFromRow = (row: unknown): Ask => {
  const [price, egressPrice, minLeaves, maxLeaves, maxPeriods] = list(row);
  return {
    price: wei(BigInt(text(price))),
    egressPrice: wei(BigInt(text(egressPrice))),
    minLeaves: leaves(minLeaves as number),
    maxLeaves: leaves(maxLeaves as number),
    maxPeriods: period(maxPeriods as number),
  };
};

/** By hand: a schema takes four times as long, and there may be thousands of rows at each start. */
const recordFromRow = (row: unknown): ProviderRecord => {
  const [provider, operator, peerId, addresses, ask] = list(row);
  return {
    provider: address(text(provider)),
    operator: address(text(operator)),
    peerId: text(peerId),
    addresses: list(addresses).map(text),
    ask: askFromRow(ask),
  };
};

const lines = z.array(z.string());
const ask = z.unknown().transform((row) => (row === undefined ? undefined : askFromRow(row)));
const fields = z
  .strictObject({ operator: addressText.optional(), peerId: z.string().optional(), addresses: lines.optional(), ask: ask.optional() })
  .transform((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as RegistryChange['fields']);
const schema = z.strictObject({
  version: z.literal(1),
  market: z.string(),
  way: z.array(z.strictObject({ block: blockCount, hash: hashText })).min(1),
  floor: blockCount,
  base: z.array(z.unknown()),
  changes: z.array(z.strictObject({ block: blockCount, provider: addressText, registers: z.boolean(), fields })),
});

const askRow = ({ price, egressPrice, minLeaves, maxLeaves, maxPeriods }: Ask): unknown[] => [
  price.toString(),
  egressPrice.toString(),
  minLeaves,
  maxLeaves,
  maxPeriods,
];

/** Writes the registry of `market` to the file at `path`, all or nothing. */
export const saveRegistry = async (path: string, market: string, { way, state }: KeptRegistry): Promise<void> => {
  const { floor, base, changes } = state;
  const rows = Array.from(base.values(), ({ provider, operator, peerId, addresses, ask }) => [
    provider,
    operator,
    peerId,
    addresses,
    askRow(ask),
  ]);
  const since = changes.map((change) => ({
    ...change,
    fields: { ...change.fields, ...(change.fields.ask && { ask: askRow(change.fields.ask) }) },
  }));
  await makeDirectory(dirname(path), 0o700);
  await writeDurably(path, JSON.stringify({ version: 1, market, way, floor, base: rows, changes: since }));
};

const read = async (path: string, maxBytes: number): Promise<string | Unusable | undefined> => {
  try {
    const { size } = await stat(path);
    return size > maxBytes ? { problem: `it is over ${maxBytes} bytes` } : await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? undefined : { problem: `it cannot be read: ${code}` };
  }
};

const parse = (json: string): (Pick<z.output<typeof schema>, 'market' | 'way'> & { readonly state: RegistryState }) | undefined => {
  try {
    const { market, way, floor, base, changes } = schema.parse(JSON.parse(json));
    const records = base.map(recordFromRow);
    return { market, way, state: { floor, base: new Map(records.map((record) => [record.provider, record])), changes } };
  } catch {
    return undefined;
  }
};

/** The registry of `market` as kept at `path`: undefined if there is no file. `maxBytes` bounds what is read. */
export const loadRegistry = async (path: string, market: string, maxBytes: number): Promise<KeptRegistry | Unusable | undefined> => {
  const json = await read(path, maxBytes);
  if (typeof json !== 'string') return json;
  const kept = parse(json);
  if (kept === undefined) return { problem: 'it is no list of providers' };
  if (kept.market !== market) return { problem: `it is of the market ${kept.market.slice(0, 100)}` };
  return kept.way[0]?.block === kept.state.floor ? kept : { problem: 'its blocks contradict each other' };
};
