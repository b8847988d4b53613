import { expect } from 'chai';
import { globSync, readFileSync } from 'node:fs';
import { registeredProvider } from '../../node/cli/commands/provider/registered.js';
import { daemonLines, limitLines, sheetLines } from '../../node/cli/commands/provider/standing.js';
import type { DaemonAnswer } from '../../node/app/http/client.js';
import type { ProviderSheet } from '../../node/core/market/deal.js';
import { address, leaves, period, wei, weight } from '../../node/core/units.js';
import { rejectsCoded } from '../support/coded-errors.js';

const hold = (tenths: bigint) => wei(tenths * 10n ** 17n);
const bob = address(`0x${'b'.repeat(40)}`);
const operator = address(`0x${'0'.repeat(40)}`);
const sheet = {
  ...{ provider: bob, operator, stake: hold(100n), locked: hold(5n), lockLimit: hold(105n), credit: hold(0n), total: weight(50n) },
  ...{ lastProven: period(22), decided: period(22), frozen: false, ask: { maxLeaves: leaves(100) } },
} as unknown as ProviderSheet;
const said = (change: Partial<ProviderSheet>): string => sheetLines({ ...sheet, ...change }).join('\n');

describe('how a provider is said to stand', () => {
  it('names the lock limit by its name, and the reason and the remedy when no deal can grow', () => {
    expect(said({})).to.include('lock limit 10.5 HOLD').and.not.include('no deal can grow');
    expect(said({ lockLimit: hold(1n) })).to.include('"holdfast provider limit" raises it');
    expect(said({ stake: hold(5n) })).to.include('"holdfast provider stake" adds to it');
  });

  it('claims no proof for a provider that stores nothing', () => {
    expect(said({ total: weight(0n) }))
      .to.include('nothing to prove')
      .and.not.include('proven');
    expect(said({ frozen: true }))
      .to.include('none owed up to period 22')
      .and.include('one is due now');
  });

  it('after staking or limiting, says what the limit means: a margin, one chosen before, one below what is locked', () => {
    const lines = (lockLimit: bigint): string => limitLines({ ...sheet, lockLimit: hold(lockLimit) }).join('\n');
    expect(lines(105n)).to.include('10.5 HOLD, all of it and a margin').and.include('stolen operator key');
    expect(lines(50n)).to.include('the limit chosen before: "holdfast provider limit" raises it');
    expect(lines(1n)).to.include('the 0.5 HOLD that are locked stay so, and no deal can grow');
  });

  it('counts in the singular, and gives the remedy of an alarm', () => {
    const daemon = {
      ...{ deals: 1, mostDeals: 210, leavesHeld: 1, freeLeaves: 0, egress: { promised: 0n, unredeemed: 0n }, challenges: [] },
      troubles: ['coin-low'],
      alarms: [{ at: 0, event: 'lock-limit-below' }],
    } as unknown as DaemonAnswer;
    const text = daemonLines(daemon).join('\n');
    expect(text).to.include('1 deal of').and.include('1 alarm,').and.include('lock-limit-below ("holdfast provider limit" raises it)');
    expect(text).to.include('now: coin-low (send the operator coin');
  });

  it('has something to say to every alarm that the sources raise', () => {
    const sources = globSync('node/{app,chain,provider}/**/*.ts').map((path) => readFileSync(path, 'utf8'));
    const raised = sources.flatMap((text) => [...text.matchAll(/alarm\(\s*'([a-z-]+)'/g)].map(([, event = '']) => event));
    expect(raised).to.include('proof-impossible');
    const others = ['head-standing', 'head-past', 'head-ahead', 'numbers-missing', 'numbers-damaged', 'pack-short', 'pack-unreadable'];
    const bare = [...new Set([...raised, ...others])].filter((event) => {
      const daemon = { waitingFor: 'chain', alarms: [{ at: 0, event }], addresses: [] } as DaemonAnswer;
      return !daemonLines(daemon).at(-1)?.includes(`${event} (`);
    });
    expect(bare).to.deep.equal([]);
  });

  it('says that the chain does not answer, and nothing that only the chain knows', () => {
    const known = { deals: 2, mostDeals: 210, leavesHeld: 64, challenges: [], troubles: [], alarms: [] };
    const text = daemonLines({ ...known, chainAnswers: false } as unknown as DaemonAnswer).join('\n');
    expect(text).to.include('the chain does not answer').and.include('2 deals of').and.not.include('free').and.not.include('egress');
  });

  it('says that the daemon waits for a chain, and which alarm it has for that', () => {
    const daemon = { waitingFor: 'chain', alarms: [{ at: 0, event: 'chain-missing' }], addresses: [] } as DaemonAnswer;
    expect(daemonLines(daemon)).to.deep.equal([
      '  the daemon waits for an RPC that serves the chain',
      '  1 alarm, the last: chain-missing (check the RPC: the daemon goes on by itself once it answers)',
    ]);
  });

  it('by an address that is not an owner: an operator is told whose, anybody else how to register', async () => {
    const reader = {
      provider: (account: string) => Promise.resolve(account === bob ? sheet : undefined),
      providerRecords: () => Promise.resolve([sheet]),
    };
    expect(await registeredProvider(reader, bob)).to.equal(sheet);
    expect((await rejectsCoded(registeredProvider(reader, operator), 'OPERATOR_NOT_OWNER')).message).to.include(bob);
    const stranger = address(`0x${'5'.repeat(40)}`);
    expect((await rejectsCoded(registeredProvider(reader, stranger), 'NOT_REGISTERED')).remedy).to.include('holdfast provider init');
  });
});
