import { expect } from 'chai';
import type { ChainEvent, ChainFacts } from '../../scripts/demo/summary-check/chain-facts.js';
import { surplusComplaints } from '../../scripts/demo/summary-check/disks.js';
import { moneyComplaints } from '../../scripts/demo/summary-check/money.js';
import type { SummaryFile } from '../../scripts/demo/summary-check/summary-file.js';
import { placedLeaves, totalsOf } from '../../scripts/demo/summary-check/totals.js';

const ALICE = '0x00000000000000000000000000000000000a11ce';
const BOB = '0x0000000000000000000000000000000000000b0b';
const DEAL = '0xdd';

/** A chain on which Alice paid Bob 10 of rent out of an escrow of 30, and took 20 back. */
const facts: ChainFacts = {
  deploymentBlock: 1,
  events: () => Promise.resolve([]),
  gasUsed: (transaction) => Promise.resolve(BigInt(transaction)),
  holding: (account, block) =>
    Promise.resolve({
      token: account === ALICE ? (block === 5 ? 100n : 70n) : 0n,
      credit: block === 5 ? 0n : account === ALICE ? 20n : 10n,
      stake: account === BOB ? 40n : 0n,
    }),
  close: () => undefined,
};

const holding = (token: string, credit: string, stake: string): { token: string; credit: string; stake: string } => ({
  token,
  credit,
  stake,
});

const summary: SummaryFile = {
  file: { bytes: 1, sha256: '00' },
  retrieved: { bytes: 1, sha256: '00' },
  second: { bytes: 1, sha256: '00', retrievedSha256: '00', renterTransactions: 0 },
  providers: [{ provider: BOB, pid: 1, dir: '/', bytesOnDisk: 0 }],
  k: 1,
  n: 2,
  audits: { proved: 1, provedBeforeKill: 1, missed: 0, missedByKilled: 0 },
  rentPaid: '10',
  egressPaid: '0',
  slashed: '0',
  burnt: '0',
  compensated: '0',
  bounty: '0',
  collateralPaid: '0',
  challenges: { answered: 0, expired: 0, bonds: { paid: '0', burnt: '0', toProviders: '0', returned: '0' } },
  repairedShards: 0,
  transfers: [
    { from: ALICE, to: `escrow:${DEAL}`, amount: '30', reason: 'escrow', tx: '0x1' },
    { from: `escrow:${DEAL}`, to: BOB, amount: '10', reason: 'rent', tx: '0x2' },
    { from: `escrow:${DEAL}`, to: ALICE, amount: '20', reason: 'refund', tx: '0x3' },
  ],
  balances: {
    before: { [ALICE]: holding('100', '0', '0'), [BOB]: holding('0', '0', '40') },
    after: { [ALICE]: holding('70', '20', '0'), [BOB]: holding('0', '10', '40') },
  },
  gas: { open: '0', commit: '0', prove: '0', close: '0' },
  killed: { provider: BOB, lastProven: 3 },
  blocks: { from: 5, through: 9 },
};

const event = (name: string, args: Record<string, unknown>, transaction = '0x7'): ChainEvent => ({ name, args, transaction, block: 6 });

describe('the check of a summary', () => {
  it('finds nothing where transfers, balances and chain agree', async () => {
    expect(await moneyComplaints(facts, summary)).to.deep.equal([]);
  });

  it('finds rent that no transfer carries', async () => {
    expect((await moneyComplaints(facts, { ...summary, rentPaid: '11' })).join()).to.contain('rent in the transfers');
  });

  it('finds egress that no transfer carries', async () => {
    expect((await moneyComplaints(facts, { ...summary, egressPaid: '3' })).join()).to.contain('egress in the transfers');
  });

  it('finds a bond that no transfer carries', async () => {
    const bonds = { paid: '2', burnt: '0', toProviders: '0', returned: '0' };
    const challenges = { answered: 0, expired: 0, bonds };
    expect((await moneyComplaints(facts, { ...summary, challenges })).join()).to.contain('bonds in the transfers');
    const burnt = { ...bonds, paid: '0', burnt: '1' };
    expect((await moneyComplaints(facts, { ...summary, challenges: { ...challenges, bonds: burnt } })).join()).to.contain('burns in');
  });

  it('finds a balance that the chain does not have', async () => {
    const after = { ...summary.balances.after, [BOB]: holding('0', '11', '40') };
    expect((await moneyComplaints(facts, { ...summary, balances: { ...summary.balances, after } })).join()).to.contain(
      `credit of ${BOB} after`,
    );
  });

  it('finds a transfer that is missing, by what it would explain', async () => {
    const complaints = await moneyComplaints(facts, { ...summary, transfers: summary.transfers.slice(0, 2) });
    expect(complaints.join()).to.contain(`what the transfers give ${ALICE}`);
  });

  it('adds totals up from events, and takes the gas of the dearest transaction', async () => {
    const events = [
      event('Proven', { provider: BOB, period: 3n }, '0x10'),
      event('Proven', { provider: BOB, period: 4n }, '0x20'),
      event('Missed', { provider: BOB, burnt: 5n, bounty: 1n, compensation: 4n }),
      event('DealSettled', { deal: DEAL, rent: 10n, fee: 1n, compensation: 4n }),
      event('Defaulted', { provider: BOB, burnt: 2n }),
      event('VoucherRedeemed', { deal: DEAL, provider: BOB, paid: 3n, redeemed: 3n }),
      event('VoucherRedeemed', { deal: DEAL, provider: BOB, paid: 4n, redeemed: 7n }),
      event('DealClosed', { deal: DEAL, refund: 20n, collateral: 9n }),
      event('ChallengeOpened', { deal: DEAL, bond: 11n }),
      event('ChallengeAnswered', { deal: DEAL, bond: 11n }),
      event('ChallengeOpened', { deal: DEAL, bond: 8n }),
      event('BondReturned', { deal: DEAL, bond: 8n }),
      event('ChallengeExpired', { deal: DEAL, refund: 1n, collateral: 5n }),
    ];
    const totals = await totalsOf(facts, events, summary.killed);
    expect(totals).to.deep.include({
      audits: { proved: 2, provedBeforeKill: 1, missed: 1, missedByKilled: 1 },
      slashed: '12',
      burnt: '7',
      egressPaid: '7',
      collateralPaid: '14',
      challenges: { answered: 1, expired: 1, bonds: { paid: '19', burnt: '6', toProviders: '5', returned: '8' } },
    });
    expect(totals.gas.prove).to.equal('32');
  });

  it('lets a provider hold what its deals had at most, and one percent more', () => {
    const commit = (leaves: bigint): ChainEvent => event('DealCommitted', { deal: DEAL, provider: BOB, leaves });
    const placed = placedLeaves([commit(100n), commit(200n), commit(0n)]);
    expect(placed.get(BOB)).to.equal(200n);
    const holds = (bytesOnDisk: number): readonly string[] => surplusComplaints({ provider: BOB, pid: 1, dir: '/', bytesOnDisk }, [], 200n);
    expect(holds(6_464)).to.deep.equal([]);
    expect(holds(6_465)).to.have.length(1);
  });
});
