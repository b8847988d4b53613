/** A text that occurs once in a file, and what stands there instead. */
export type Replacement = readonly [anchor: string, instead: string];

/** A change that takes out a mend of ours, in contracts, in the node or in both: runs must find it. */
export interface TakenOut {
  readonly name: string;
  /** Sources of contracts by path from the root. */
  readonly contracts?: Readonly<Record<string, readonly Replacement[]>>;
  /** Modules by path from the root. */
  readonly modules?: Readonly<Record<string, readonly Replacement[]>>;
}

/** One for each hole that was closed; where several mends close one, each apart. */
export const takenOut: readonly TakenOut[] = [
  {
    name: 'an empty revision may change price and end',
    contracts: {
      'contracts/market/verbs/Revisions.sol': [
        ['_within("end", revision.end, 0, deal.end);', '_within("end", revision.end, 0, deal.maxEnd);'],
        ['_within("price", revision.price, deal.price, deal.price);', '_within("price", revision.price, 0, deal.price);'],
      ],
    },
    modules: {
      'node/core/market/revision.ts': [
        ["within('end', revision.end, 0, deal.end)", "within('end', revision.end, 0, deal.maxEnd)"],
        ["within('price', revision.price, deal.price, deal.price)", "within('price', revision.price, 0, deal.price)"],
      ],
      'node/provider/accept/check-revision-terms.ts': [
        ['const min = anew && sheet.ask.price > deal.price ? sheet.ask.price : deal.price;', 'const min = deal.price;'],
      ],
    },
  },
  {
    name: 'the stake may be locked without limit',
    contracts: {
      'contracts/market/DealLedger.sol': [['require(locked <= limit, LockLimitPassed(provider, locked, limit));', 'limit;']],
    },
  },
  {
    name: 'a provider takes more deals than it can answer for',
    modules: {
      'node/provider/accept/decide-admission.ts': [['return snapshot.kept < limit ? undefined', 'return snapshot.kept >= 0 ? undefined']],
    },
  },
  {
    name: 'an emptied deal can be cancelled at once',
    contracts: {
      'contracts/market/verbs/Endings.sol': [
        ['if (deal.leaves != 0 || emptiedIn == 0) return;', 'if (emptiedIn < type(uint256).max) return;'],
      ],
    },
  },
  {
    name: 'a signature takes no account of vouchers',
    modules: {
      'node/provider/accept/check-revision-terms.ts': [[' ?? checkVouchers(revision, snapshot);', ';']],
    },
  },
  {
    name: 'a voucher takes no account of signatures',
    modules: {
      'node/provider/serve/till.ts': [['leastEgress(deal, signed, now.period)', 'leastEgress(deal, [], now.period)']],
    },
  },
  {
    name: 'vouchers may take all of the escrow',
    contracts: {
      'contracts/market/verbs/Payments.sol': [['deal.maxEgress - redeemed);', 'type(uint96).max - redeemed);']],
    },
  },
  {
    name: 'a leaf may be named without number',
    contracts: {
      'contracts/market/verbs/Revisions.sol': [
        [
          'return Math.min(leaves, Math.max(deal.sectors, FREE_SECTORS + leaves / LEAVES_PER_SECTOR));',
          'return Math.max(deal.sectors, leaves);',
        ],
      ],
    },
    modules: {
      'node/core/market/revision.ts': [
        ['Math.min(leaves, Math.max(before, FREE_SECTORS + Math.floor(leaves / LEAVES_PER_SECTOR)))', 'Math.max(before, leaves)'],
      ],
    },
  },
];
