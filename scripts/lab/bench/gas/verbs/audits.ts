import { aloneAndBatched, type Verb } from './verb.js';

/** Audits and challenges, and what becomes of a provider and its deals when they fail. `prove` has figures of its own. */
export const auditVerbs: readonly Verb[] = [
  {
    function: 'recordSeed',
    measure: async ({ contracts: { market }, send, outsider, now, goTo }) => {
      const next = (await now()) + 1;
      await goTo(next, 1);
      return send(outsider, market.recordSeed.populateTransaction(next));
    },
  },
  {
    function: 'sync',
    kind: 'of nothing',
    measure: ({ contracts: { market }, send, outsider, provider }) => send(outsider, market.sync.populateTransaction(provider)),
  },
  {
    function: 'sync',
    kind: 'of a miss',
    measure: async ({ contracts: { market }, send, outsider, provider, miss }) => {
      await miss(1);
      return send(outsider, market.sync.populateTransaction(provider));
    },
  },
  {
    function: 'sync',
    kind: 'of a default',
    measure: async ({ contracts: { market }, send, outsider, provider, miss, parameters }) => {
      await miss(parameters.maxMisses);
      return send(outsider, market.sync.populateTransaction(provider));
    },
  },
  {
    function: 'close',
    kind: 'after a default',
    measure: async ({ contracts: { market }, send, outsider, provider, last, miss, parameters }) => {
      await miss(parameters.maxMisses);
      await send(outsider, market.sync.populateTransaction(provider));
      return send(outsider, market.close.populateTransaction(last));
    },
  },
  {
    function: 'forfeit',
    measure: ({ contracts: { market }, send, provider, last }) => send(provider, market.forfeit.populateTransaction(last)),
  },
  {
    function: 'challenge',
    measure: ({ contracts: { market }, send, renter, last }) => send(renter, market.challenge.populateTransaction(last)),
  },
  ...aloneAndBatched(
    { function: 'answer' },
    async ({ contracts: { market }, send, renter, provider, spread, now, proveNext, ...bench }, items) => {
      const challenged = await now();
      const deals = spread(items);
      for (const deal of deals) await send(renter, market.challenge.populateTransaction(deal));
      await proveNext();
      return { from: provider, calls: await Promise.all(deals.map((deal) => bench.answer(deal, bench.gibibyte, challenged))) };
    },
  ),
  {
    function: 'expire',
    measure: async ({ contracts: { market }, send, renter, outsider, last, now, proveNext, goTo, parameters }) => {
      await send(renter, market.challenge.populateTransaction(last));
      await proveNext();
      await goTo(await now(), parameters.windowBlocks);
      return send(outsider, market.expire.populateTransaction(last));
    },
  },
];
