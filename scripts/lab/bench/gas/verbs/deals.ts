import { wei } from '../../../../../node/core/units.js';
import { aloneAndBatched, BATCH_ITEMS, type Verb } from './verb.js';

/** Token wei of the first voucher; the next one is over twice as much. */
const VOUCHER = 10n ** 12n;
const NEW_SIGNER = `0x${'5e'.repeat(20)}`;

const opening = { function: 'open' } as const;

/** The life of a deal at a provider that keeps its word, revisions aside. */
export const dealVerbs: readonly Verb[] = [
  { ...opening, measure: async (bench) => (await bench.openMore(1)).receipt },
  { ...opening, kind: `of ${BATCH_ITEMS}`, items: BATCH_ITEMS, measure: async (bench) => (await bench.openMore(BATCH_ITEMS)).receipt },
  ...aloneAndBatched({ function: 'settle' }, async ({ contracts: { market }, outsider, spread }, items) => ({
    from: outsider,
    calls: await Promise.all(spread(items).map((deal) => market.settle.populateTransaction(deal))),
  })),
  {
    function: 'redeem',
    kind: 'first',
    measure: async ({ send, redeem, outsider, last }) => send(outsider, redeem(last, wei(VOUCHER))),
  },
  ...aloneAndBatched({ function: 'redeem' }, async (bench, items) => {
    const deals = bench.spread(items);
    const vouchers = (amount: bigint) => Promise.all(deals.map((deal) => bench.redeem(deal, wei(amount))));
    await bench.batch(bench.outsider, await vouchers(VOUCHER));
    await bench.proveNext();
    return { from: bench.outsider, calls: await vouchers(2n * VOUCHER) };
  }),
  ...aloneAndBatched({ function: 'close' }, async (bench, items) => {
    const { market } = bench.contracts;
    const deals = bench.spread(items);
    await bench.batch(bench.outsider, await bench.commitEach(deals, { set: bench.gibibyte, term: 2 }));
    await bench.proveNext();
    return { from: bench.provider, calls: await Promise.all(deals.map((deal) => market.close.populateTransaction(deal))) };
  }),
  {
    function: 'cancel',
    measure: async ({ contracts: { market }, send, openMore, renter }) => {
      const [deal] = (await openMore(1)).deals;
      return send(renter, market.cancel.populateTransaction(deal ?? ''));
    },
  },
  {
    function: 'leaveDeal',
    measure: ({ contracts: { market }, send, renter, last }) => send(renter, market.leaveDeal.populateTransaction(last)),
  },
  {
    function: 'deposit',
    measure: ({ contracts: { market }, send, renter, last }) => send(renter, market.deposit.populateTransaction(last, VOUCHER)),
  },
  {
    function: 'setBounds',
    measure: async ({ contracts: { market }, send, renter, last }) => {
      const { maxEnd, maxLeaves, maxEgress } = await market.dealOf(last);
      return send(renter, market.setBounds.populateTransaction(last, maxEnd + 1n, maxLeaves + 1n, maxEgress + 1n));
    },
  },
  {
    function: 'setSigner',
    measure: ({ contracts: { market }, send, renter, last }) => send(renter, market.setSigner.populateTransaction(last, NEW_SIGNER)),
  },
];
