import type { ChainFacts } from './chain-facts.js';
import type { SummaryFile } from './summary-file.js';

/** What does not add up between the transfers that the summary lists, the balances that it lists, and the chain. */
export const moneyComplaints = async (facts: ChainFacts, summary: SummaryFile): Promise<readonly string[]> => {
  const { transfers, balances, blocks, challenges } = summary;
  const { bonds } = challenges;
  const complaints: string[] = [];
  const expect = (what: string, said: bigint, found: bigint): void => {
    if (said !== found) complaints.push(`${what}: the summary says ${said}, and it is ${found}`);
  };
  const sumOf = (pick: (transfer: SummaryFile['transfers'][number]) => boolean): bigint =>
    transfers.filter(pick).reduce((sum, { amount }) => sum + BigInt(amount), 0n);
  const netOf = (account: string): bigint => sumOf(({ to }) => to === account) - sumOf(({ from }) => from === account);

  expect(
    'rent in the transfers',
    sumOf(({ reason, from }) => reason === 'rent' || (reason === 'fee' && !from.startsWith('fees'))),
    BigInt(summary.rentPaid),
  );
  expect(
    'egress in the transfers',
    sumOf(({ reason }) => reason === 'egress'),
    BigInt(summary.egressPaid),
  );
  expect(
    'burns in the transfers',
    // Fees that an epoch burns are no slash.
    sumOf(({ reason, from }) => reason === 'burn' && !from.startsWith('fees')),
    BigInt(summary.burnt) + BigInt(bonds.burnt),
  );
  expect(
    'bounties in the transfers',
    sumOf(({ reason }) => reason === 'bounty'),
    BigInt(summary.bounty),
  );
  expect(
    'bonds in the transfers, on their way in and out',
    sumOf(({ reason }) => reason === 'bond'),
    BigInt(bonds.paid) + BigInt(bonds.toProviders) + BigInt(bonds.returned),
  );
  expect(
    'collateral in the transfers',
    sumOf(({ reason }) => reason === 'collateral'),
    BigInt(summary.collateralPaid),
  );

  for (const [moment, block] of [
    ['before', blocks.from],
    ['after', blocks.through],
  ] as const) {
    for (const [account, said] of Object.entries(balances[moment])) {
      const found = await facts.holding(account, block);
      for (const key of ['token', 'credit', 'stake'] as const) expect(`${key} of ${account} ${moment}`, BigInt(said[key]), found[key]);
    }
  }
  for (const [account, after] of Object.entries(balances.after)) {
    const before = balances.before[account];
    if (!before) {
      complaints.push(`${account} has balances after the run and none before it`);
      continue;
    }
    const gain = BigInt(after.token) + BigInt(after.credit) - BigInt(before.token) - BigInt(before.credit);
    expect(`what the transfers give ${account}`, netOf(account), gain);
    expect(`what the transfers give the stake of ${account}`, netOf(`stake:${account}`), BigInt(after.stake) - BigInt(before.stake));
  }
  return complaints;
};
