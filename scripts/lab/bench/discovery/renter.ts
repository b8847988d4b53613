/**
 * One renter's process of the discovery bench: `renter.ts TASK`, the task as JSON. Connects, chooses providers for a
 * file twice, and prints what that took.
 */
import { address, period } from '../../../../node/core/units.js';
import { periodAt } from '../../../../node/core/market/schedule.js';
import { readBook } from '../../../../node/app/book/book.js';
import { createSettlementReader } from '../../../../node/chain/settlement-reader.js';
import { createCandidates } from '../../../../node/renter/homes/candidates.js';
import { defaultLimits } from '../../../../node/renter/limits.js';
import { planSpace } from '../../../../node/renter/homes/quote.js';

export interface RenterTask {
  readonly rpcUrl: string;
  /** Path of the market's address book. */
  readonly book: string;
  readonly directory: string;
  /** Added to every answer of the RPC. */
  readonly latencyMilliseconds: number;
}

/** What one choice took. */
export interface ChoiceFigures {
  readonly milliseconds: number;
  /** Of this process on all cores: what is left on a machine that is busy otherwise. */
  readonly cpuMilliseconds: number;
  /** HTTP requests, one after the other or side by side. */
  readonly requests: number;
  /** Bytes of the answers. */
  readonly bytes: number;
}

export interface RenterFigures {
  readonly first: ChoiceFigures;
  /** At once after it. */
  readonly second: ChoiceFigures;
  readonly chosen: readonly string[];
}

const PERIODS = 30;
const PLAN = planSpace({ bytes: 1 << 30, k: 4, n: 6 });

const task = JSON.parse(process.argv[2] ?? '{}') as RenterTask;
const count = { requests: 0, bytes: 0 };
const plainFetch = globalThis.fetch;
globalThis.fetch = async (...request) => {
  count.requests += 1;
  if (task.latencyMilliseconds > 0) await new Promise((resolve) => setTimeout(resolve, task.latencyMilliseconds));
  const response = await plainFetch(...request);
  const bytes = await response.arrayBuffer();
  count.bytes += bytes.byteLength;
  return new Response(bytes, response);
};

const reader = await createSettlementReader({
  rpcUrl: task.rpcUrl,
  book: await readBook(task.book),
  directory: task.directory,
});

/** As a renter does it, up to the first word with a provider. */
const choose = async (): Promise<{ readonly chosen: readonly string[]; readonly figures: ChoiceFigures }> => {
  Object.assign(count, { requests: 0, bytes: 0 });
  const since = performance.now();
  const cpuSince = process.cpuUsage();
  const records = await reader.providerRecords();
  const { parameters, genesisBlock } = reader;
  const now = periodAt((await reader.head()).block, genesisBlock, parameters.periodBlocks);
  const wanted = { plan: PLAN, now, maxEnd: period(now + PERIODS + 1), reads: 1, parameters };
  const account = address(`0x${'a1'.repeat(20)}`);
  const candidates = createCandidates({ settlement: { ...reader, account }, limits: defaultLimits }, records, wanted, new Set());
  const sheets = await candidates.take(PLAN.n);
  const cpu = process.cpuUsage(cpuSince);
  const cpuMilliseconds = Math.round((cpu.user + cpu.system) / 1_000);
  const figures = { milliseconds: Math.round(performance.now() - since), cpuMilliseconds, ...count };
  return { chosen: sheets.map(({ provider, ask }) => `${provider} ${ask.price}`), figures };
};

const first = await choose();
const second = await choose();
reader.close();
console.log(JSON.stringify({ first: first.figures, second: second.figures, chosen: second.chosen } satisfies RenterFigures));
