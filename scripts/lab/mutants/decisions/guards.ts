/**
 * Which tests judge the mutants of each decision, in the order in which they are run: by file or by folder, the first that fits. All
 * are fast; a test that kills is a test that guards.
 */
export const guards: Readonly<Record<string, readonly string[]>> = {
  'node/core/market/capacity.ts': ['test/core/market/capacity.test.ts', 'test/provider/guarding.test.ts'],
  'node/core/market/decide-shape.ts': ['test/core/market/decide-shape.test.ts'],
  'node/core/market/egress-cover.ts': ['test/core/market/egress-cover.test.ts', 'test/provider/guarding.test.ts'],
  'node/core/market/endings.ts': ['test/core/market/endings.test.ts', 'test/chain/memory-settlement.test.ts'],
  'node/core/market/lock-limit.ts': ['test/core/market/lock-limit.test.ts'],
  'node/core/market/rent.ts': ['test/core/market/rent.test.ts', 'test/core/market/revision.test.ts', 'test/core/market/voucher.test.ts'],
  'node/core/market/revision.ts': ['test/core/market/revision.test.ts', 'test/renter/deciding.test.ts', 'test/provider/signing.test.ts'],
  'node/core/market/voucher.ts': ['test/core/market/voucher.test.ts', 'test/provider/egress.test.ts', 'test/renter/paying.test.ts'],
  'node/provider/accept/': [
    'test/provider/accepting.test.ts',
    'test/provider/terms.test.ts',
    'test/provider/deciding.test.ts',
    'test/provider/signing.test.ts',
    'test/provider/guarding.test.ts',
    'test/provider/storing.test.ts',
    'test/provider/many-renters.test.ts',
  ],
  'node/provider/audit/': [
    'test/provider/deciding.test.ts',
    'test/provider/challenges.test.ts',
    'test/provider/guarding.test.ts',
    'test/provider/periods.test.ts',
  ],
  'node/provider/keep/': ['test/provider/deciding.test.ts', 'test/provider/checking.test.ts', 'test/provider/periods.test.ts'],
  'node/provider/settle/': [
    'test/provider/deciding.test.ts',
    'test/provider/egress.test.ts',
    'test/provider/guarding.test.ts',
    'test/provider/periods.test.ts',
  ],
  'node/provider/standing/decide-recall.ts': ['test/provider/outage.test.ts'],
  'node/provider/standing/': ['test/provider/standing.test.ts'],
  'node/renter/deals/decide-taking-out.ts': ['test/renter/deciding-taking-out.test.ts'],
  'node/renter/deals/decide-commit.ts': ['test/renter/deciding.test.ts'],
  'node/renter/deals/decide-posting.ts': ['test/renter/deciding-tidying.test.ts'],
  'node/renter/deals/': ['test/renter/deciding.test.ts', 'test/renter/challenging.test.ts', 'test/renter/storing.test.ts'],
  'node/renter/pages/': ['test/renter/deciding-pages.test.ts', 'test/renter/recovering.test.ts'],
  'node/renter/recover/': ['test/renter/deciding-recovery.test.ts', 'test/renter/recovering.test.ts', 'test/renter/two-machines.test.ts'],
  'node/renter/homes/decide-trust.ts': ['test/renter/deciding-trust.test.ts'],
  'node/renter/repair/decide-patience.ts': ['test/renter/deciding-healing.test.ts'],
  'node/renter/repair/decide-healing.ts': ['test/renter/deciding-healing.test.ts', 'test/renter/healing.test.ts'],
  'node/renter/repair/': ['test/renter/deciding.test.ts', 'test/renter/repairing.test.ts'],
  'node/renter/compaction/': ['test/renter/deciding-compaction.test.ts'],
  'node/renter/upkeep/decide-announcing.ts': ['test/renter/deciding-needs.test.ts'],
  'node/renter/upkeep/decide-challenging.ts': ['test/renter/deciding-needs.test.ts'],
  'node/renter/upkeep/decide-needs.ts': ['test/renter/deciding-needs.test.ts'],
  'node/renter/upkeep/decide-renewal.ts': ['test/renter/deciding-renewal.test.ts'],
  'node/renter/upkeep/': ['test/renter/deciding-tidying.test.ts'],
};

/** The tests that judge mutants of the file `path`. Throws an Error if there are none. */
export const guardsOf = (path: string): readonly string[] => {
  const entry = Object.keys(guards).find((guarded) => path === guarded || (guarded.endsWith('/') && path.startsWith(guarded)));
  const files = entry === undefined ? undefined : guards[entry];
  if (files === undefined) throw new Error(`scripts/lab/mutants/decisions/guards.ts names no test of ${path}`);
  return files;
};
