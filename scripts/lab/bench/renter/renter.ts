import { mkdtemp, open, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, startChild, told, type Child } from '../child.js';
import { thisMachine, type Machine } from '../provider/machine.js';
import type { ClientFigures, ClientOrder, ClientReport, ClientSetup, ProvidersOrder, ProvidersReport } from './orders.js';

const MIB = 1 << 20;

/** One turn: what a raw stream took for the same bytes, and what we took, seconds and seconds of processor time. */
export interface Turn {
  readonly raw: number;
  readonly ours: number;
  readonly rawProcessor: number;
  readonly ourProcessor: number;
  /** Of the providers. */
  readonly theirProcessor: number;
  /** MiB resident at most, and milliseconds that the event loop was late (p99), of ours. */
  readonly residentMebibytes: number;
  readonly lag: number;
}

/** Medians over the turns. Speed is ours by that of the raw stream, the processor time ours by that of the raw stream's client. */
export interface WayFigures {
  readonly speed: number;
  readonly processor: number;
  readonly mebibytesPerSecond: number;
  readonly lag: number;
  readonly residentMebibytes: number;
  readonly turns: readonly Turn[];
}

/** What `npm run bench -- renter` measures. */
export interface RenterFigures {
  readonly machine: Machine;
  readonly k: number;
  readonly n: number;
  readonly mebibytes: number;
  readonly up: WayFigures;
  readonly down: WayFigures;
  /** A run of small files beside one file of as many bytes, seconds. */
  readonly small: {
    readonly files: number;
    readonly bytes: number;
    readonly seconds: number;
    readonly oneFile: number;
    readonly ratio: number;
  };
  /** MiB resident at most while so many MiB go up and come down, in a process that did nothing before. */
  readonly memory: readonly { readonly mebibytes: number; readonly up: number; readonly down: number }[];
}

export interface RenterBench {
  readonly k: number;
  readonly n: number;
  readonly turns: number;
  readonly mebibytes: number;
  /** Of the file that memory is measured with beside. */
  readonly largeMebibytes: number;
}

const start = (name: string, word: string): Child => startChild(join(import.meta.dirname, `${name}.ts`), [word]);

/** A client and its providers. */
interface Parties {
  readonly does: (order: ClientOrder) => Promise<ClientFigures & { readonly theirProcessor: number }>;
  /** Everything that is stored is forgotten, on both sides. */
  readonly clear: () => Promise<void>;
}

const startParties = async (stack: AsyncDisposableStack, folder: string, { k, n }: Pick<ClientSetup, 'k' | 'n'>): Promise<Parties> => {
  const providers = stack.use(start('providers-process', String(n)));
  const listening = await told<Extract<ProvidersReport, { kind: 'listening' }>>(providers);
  const setup: ClientSetup = {
    raw: listening.raw,
    folder: join(await mkdtemp(join(folder, 'client-')), 'catalogue'),
    providers: listening.providers,
    k,
    n,
  };
  const client = stack.use(start('client-process', JSON.stringify(setup)));
  await told(client);
  const standing = async (order: ProvidersOrder): Promise<number> => {
    const report = await ask<ProvidersReport>(providers, order);
    return report.kind === 'standing' ? report.processor : 0;
  };
  const does: Parties['does'] = async (order) => {
    const before = await standing({ clear: false });
    const report = await ask<ClientReport>(client, order);
    if ('error' in report) throw new Error(report.error);
    return { ...report, theirProcessor: (await standing({ clear: false })) - before };
  };
  return {
    does,
    clear: async () => {
      await does({ kind: 'forget' });
      await standing({ clear: true });
    },
  };
};

const makeFile = async (folder: string, bytes: number): Promise<string> => {
  const path = join(folder, `${bytes}`);
  await using file = await open(path, 'w');
  for (let done = 0; done < bytes; done += MIB) await file.write(randomBytes(Math.min(MIB, bytes - done)));
  return path;
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const rounded = (value: number): number => Number(value.toPrecision(3));

const wayOf = (turns: readonly Turn[], mebibytes: number): WayFigures => ({
  speed: rounded(median(turns.map(({ raw, ours }) => raw / ours))),
  processor: rounded(median(turns.map(({ rawProcessor, ourProcessor }) => ourProcessor / rawProcessor))),
  mebibytesPerSecond: rounded(median(turns.map(({ ours }) => mebibytes / ours))),
  lag: rounded(median(turns.map(({ lag }) => lag))),
  residentMebibytes: Math.max(...turns.map(({ residentMebibytes }) => residentMebibytes)),
  turns,
});

const turnOf = async ({ does }: Parties, raw: ClientOrder, ours: ClientOrder): Promise<Turn> => {
  const bare = await does(raw);
  const own = await does(ours);
  return {
    raw: rounded(bare.seconds),
    ours: rounded(own.seconds),
    rawProcessor: rounded(bare.processor),
    ourProcessor: rounded(own.processor),
    theirProcessor: rounded(own.theirProcessor),
    residentMebibytes: Math.round(own.residentBytes / MIB),
    lag: rounded(own.lag),
  };
};

/** Up and down in turns with a raw stream of the same stack that moves as many bytes as go over the wire. */
const measureWays = async (folder: string, { k, n, turns, mebibytes }: RenterBench, say: (line: string) => void) => {
  await using stack = new AsyncDisposableStack();
  const parties = await startParties(stack, folder, { k, n });
  const bytes = mebibytes * MIB;
  const path = await makeFile(folder, bytes);
  const [ups, downs]: [Turn[], Turn[]] = [[], []];
  // The first turn warms all of it up.
  for (let turn = 0; turn <= turns; turn++) {
    const up = await turnOf(parties, { kind: 'raw up', bytes: Math.round((bytes * n) / k) }, { kind: 'put', bytes, path });
    const down = await turnOf(parties, { kind: 'raw down', bytes }, { kind: 'get', bytes });
    await parties.clear();
    say(`${turn === 0 ? 'warming up' : `turn ${turn}`}: up ${up.raw} and ${up.ours} s, down ${down.raw} and ${down.ours} s`);
    if (turn === 0) continue;
    ups.push(up);
    downs.push(down);
  }
  return { up: wayOf(ups, mebibytes), down: wayOf(downs, mebibytes) };
};

const SMALL = { files: 1_000, bytes: 10_240 };

const measureSmall = async (folder: string, shape: Pick<RenterBench, 'k' | 'n' | 'turns'>): Promise<RenterFigures['small']> => {
  await using stack = new AsyncDisposableStack();
  const { does, clear } = await startParties(stack, folder, shape);
  const bytes = SMALL.files * SMALL.bytes;
  const path = await makeFile(folder, bytes);
  const pairs: (readonly [many: number, one: number])[] = [];
  for (let turn = 0; turn <= shape.turns; turn++) {
    const many = await does({ kind: 'small files', ...SMALL });
    const one = await does({ kind: 'put', bytes, path });
    await clear();
    if (turn > 0) pairs.push([many.seconds, one.seconds]);
  }
  const [seconds, oneFile] = [median(pairs.map(([many]) => many)), median(pairs.map(([, one]) => one))];
  return { ...SMALL, seconds: rounded(seconds), oneFile: rounded(oneFile), ratio: rounded(median(pairs.map(([many, one]) => many / one))) };
};

const measureMemory = async (
  folder: string,
  shape: Pick<RenterBench, 'k' | 'n'>,
  mebibytes: number,
): Promise<RenterFigures['memory'][number]> => {
  await using stack = new AsyncDisposableStack();
  const { does } = await startParties(stack, folder, shape);
  const bytes = mebibytes * MIB;
  const path = await makeFile(folder, bytes);
  const up = await does({ kind: 'put', bytes, path });
  const down = await does({ kind: 'get', bytes });
  await rm(path);
  return { mebibytes, up: Math.round(up.residentBytes / MIB), down: Math.round(down.residentBytes / MIB) };
};

export const measureRenter = async (options: RenterBench, say: (line: string) => void): Promise<RenterFigures> => {
  const { k, n, mebibytes, largeMebibytes } = options;
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  try {
    const ways = await measureWays(folder, options, say);
    for (const [name, { speed, processor, lag }] of Object.entries(ways))
      say(`${name}: ${speed} of the raw stream's speed, ${processor} times its processor time, ${lag} ms late`);
    const small = await measureSmall(folder, options);
    say(`${small.files} small files: ${small.ratio} times one of as many bytes`);
    const memory: RenterFigures['memory'][number][] = [];
    for (const size of [mebibytes, largeMebibytes]) {
      memory.push(await measureMemory(folder, options, size));
      say(`${size} MiB: ${memory.at(-1)?.up} MiB resident at most up, ${memory.at(-1)?.down} down`);
    }
    return { machine: thisMachine(), k, n, mebibytes, ...ways, small, memory };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
