import { expect } from 'chai';
import { dealIdOf } from '../../node/core/market/deal-id.js';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { rateUp, weightFor } from '../../node/core/market/rent.js';
import { blockNumber, hash, leaves, period, wei, type DealId } from '../../node/core/units.js';
import type { Receipt } from '../../node/ports/settlement.js';
import { hashOf } from '../support/worlds/actors.js';
import { rejection } from '../support/coded-rejection.js';

import { boundsCompliance } from './bounds-compliance.js';
import { claimsCompliance } from './claims-compliance.js';
import { TOKEN, PEER_ID, alice, session, bob, operator, carol, ask, useComplianceMarket, type OpenStaged } from './compliance-market.js';

/** What every `Settlement` does, whatever is behind it. */
export const settlementCompliance = (open: OpenStaged): void => {
  const m = useComplianceMarket(open);
  const { sheet, dealOf, now, requestOf, openDeal, signed, commit, feeOf, proof, prove, names } = m;

  it('shows a provider as it registered, and nothing for a stranger', async () => {
    const found = await sheet();
    expect(found).to.deep.include({
      provider: bob.address,
      operator: operator.address,
      peerId: PEER_ID,
      addresses: ['/ip4/127.0.0.1/tcp/4711', '/dns4/bob.example/tcp/4711'],
      ask,
      stake: 100n * TOKEN,
      locked: 0n,
      total: 0n,
      generation: 0,
      slots: 0,
      frozen: false,
    });
    const { provider: who, operator: hot, peerId, addresses } = found;
    expect(await m.renter.providerRecords()).to.deep.equal([{ provider: who, operator: hot, peerId, addresses, ask }]);
    expect(await m.renter.providerSheets([])).to.deep.equal([]);
    expect(await m.renter.providerSheets([carol.address, bob.address, bob.address])).to.deep.equal([undefined, found, found]);
    expect(await m.renter.provider(carol.address)).to.equal(undefined);
    expect(await m.renter.deal(hashOf('no deal') as unknown as DealId)).to.equal(undefined);
  });

  it('changes what a provider asks for and where it is, by owner or operator', async () => {
    const hot = await m.world.as('bob operator');
    await hot.submit({ kind: 'setAsk', provider: bob.address, ask: { ...ask, price: wei(31n * TOKEN) } });
    await hot.submit({ kind: 'setEndpoint', provider: bob.address, peerId: PEER_ID, addresses: ['/memory/bob'] });
    const other = { operator: operator.address, peerId: PEER_ID, addresses: ['/memory/carol'], ask: { ...ask, maxLeaves: leaves(7) } };
    await m.bystander.submit({ kind: 'register', ...other, lockLimit: wei(0n) });
    const [first] = await m.renter.providerRecords();
    expect(first).to.deep.include({ operator: operator.address, ask: { ...ask, price: wei(31n * TOKEN) } });
    await m.provider.submit({ kind: 'setOperator', operator: carol.address });
    expect(await m.renter.providerRecords()).to.deep.equal([
      { ...first, operator: carol.address, addresses: ['/memory/bob'] },
      { provider: carol.address, ...other },
    ]);
    expect(await sheet()).to.deep.include({ operator: carol.address, addresses: ['/memory/bob'] });
    expect((await sheet()).ask.price).to.equal(31n * TOKEN);
    const refused = await rejection(hot.submit({ kind: 'setAsk', provider: bob.address, ask }), 'NOT_PROVIDER');
    expect(refused.data).to.deep.equal({ provider: bob.address, caller: operator.address });
  });

  it('opens deals, several at once, and refuses the same one twice', async () => {
    const requests = [requestOf(hashOf('one')), requestOf(hashOf('two'))];
    const before = await m.renter.balances(alice.address);
    const receipt = await m.renter.submit({ kind: 'open', requests });
    const ids = requests.map(({ salt }) => dealIdOf(m.world.identity, alice.address, bob.address, salt));
    expect(names(receipt)).to.deep.equal(['DealOpened', 'DealOpened']);
    expect(receipt.events.filter(({ name }) => name === 'DealOpened').map(({ args }) => args['deal'])).to.deep.equal(ids);
    expect(await m.renter.dealIdsOf('renter', alice.address)).to.deep.equal(ids);
    expect(await m.renter.dealIdsOf('provider', bob.address)).to.deep.equal(ids);
    expect(await m.renter.dealIdsOf('renter', carol.address)).to.deep.equal([]);
    const [deal, nothing] = await m.renter.deals([ids[0] as DealId, hash(`0x${'1'.repeat(64)}`) as unknown as DealId]);
    expect(nothing).to.equal(undefined);
    expect(deal).to.deep.include({
      id: ids[0],
      status: 'empty',
      renter: alice.address,
      provider: bob.address,
      signer: session.address,
      leaves: 0,
      number: 0n,
      end: 100,
      maxEnd: 100,
      maxLeaves: 10_000,
      weight: 0n,
      price: ask.price,
      egressPrice: ask.egressPrice,
      escrow: 20n * TOKEN,
    });
    const after = await m.renter.balances(alice.address);
    expect(before.token - after.token).to.equal(40n * TOKEN);
    expect(before.allowance - after.allowance).to.equal(40n * TOKEN);
    expect(after.coin < before.coin).to.equal(true);
    await rejection(m.renter.submit({ kind: 'open', requests: [requestOf(hashOf('one'))] }), 'DEAL_EXISTS');
  });

  it('carries out once what is wanted under one id, however often it is asked for', async () => {
    const send = { kind: 'sendToken', to: carol.address, amount: wei(3n) } as const;
    const before = (await m.renter.balances(carol.address)).token;
    const first = await m.renter.submit(send, { intention: 'gift 1' });
    expect((await m.renter.submit(send, { intention: 'gift 1' })).hash).to.equal(first.hash);
    const error = await rejection(m.renter.submit({ ...send, amount: wei(4n) }, { intention: 'gift 1' }), 'INTENTION_CHANGED');
    expect(error.data).to.deep.equal({ intention: 'gift 1', action: 'sendToken', former: 'sendToken' });
    await m.renter.submit(send, { intention: 'gift 2' });
    expect((await m.renter.balances(carol.address)).token).to.equal(before + 6n);
  });

  it('commits, is paid for what it proves, slashed for what it misses, and closes at the end, to the wei', async () => {
    const deal = await openDeal('deal');
    expect(names(await commit(deal, 1n, [0, 1]))).to.deep.equal(['DealCommitted']);
    const size = leaves(102);
    const rate = rateUp(ask.price, size);
    const weight = weightFor(ask.price, size, m.world.parameters);
    expect(await dealOf(deal)).to.deep.include({ status: 'active', leaves: 102, sectors: 2, number: 1n, end: 30, rate, weight, slot: 0 });
    expect((await m.provider.treeOf(bob.address)).map(({ id }) => id)).to.deep.equal([deal]);
    expect(await sheet()).to.deep.include({ total: weight, locked: weight * m.world.parameters.unit, slots: 1 });

    await m.world.mineTo(2, 2);
    expect((await sheet()).frozen).to.equal(true);
    expect(names(await prove(2))).to.include('Proven');
    expect(await sheet()).to.deep.include({ lastProven: 2, frozen: false, decided: 2 });

    await m.world.mineTo(3, 20);
    const sync = await m.bystander.submit({ kind: 'sync', provider: bob.address });
    const missed = sync.events.find(({ name }) => name === 'Missed');
    const slash = (weight * m.world.parameters.unit * 100n) / 10_000n;
    expect(missed?.args).to.deep.equal({
      provider: bob.address,
      period: 3n,
      finder: carol.address,
      burnt: slash / 2n,
      bounty: (slash * 200n) / 10_000n,
      compensation: (slash * 4_800n) / 10_000n,
    });
    expect(await m.renter.missesThrough(bob.address, period(3))).to.equal(1);
    expect(await m.renter.missesThrough(bob.address, period(2))).to.equal(0);
    expect((await m.bystander.balances(carol.address)).credit).to.equal((slash * 200n) / 10_000n);
    expect((await sheet()).stake).to.equal(100n * TOKEN - slash);

    await m.world.mineTo(4, 2);
    await prove(4);
    const fee = 2n * feeOf(rate);
    const settled = await m.bystander.submit({ kind: 'batch', items: [{ kind: 'settle', deal }] });
    const payment = settled.events.find(({ name }) => name === 'DealSettled');
    expect(payment?.args).to.deep.equal({
      deal,
      provider: bob.address,
      through: 4n,
      rent: rate * 2n,
      fee,
      compensation: (slash * 4_800n) / 10_000n,
    });
    expect((await m.provider.balances(bob.address)).credit).to.equal(rate * 2n - fee);

    await commit(deal, 2n, []);
    expect(await dealOf(deal)).to.deep.include({ status: 'empty', leaves: 0, weight: 0n });
    await m.world.mineTo(6, 0);
    await m.renter.submit({ kind: 'cancel', deal });
    expect((await dealOf(deal)).status).to.equal('closed');
    const credit = (await m.renter.balances(alice.address)).credit;
    expect(credit).to.equal(20n * TOKEN - rate * 2n + (slash * 4_800n) / 10_000n);
    await m.renter.submit({ kind: 'withdraw', amount: wei(credit), to: alice.address });
    expect((await m.renter.balances(alice.address)).credit).to.equal(0n);
    expect((await m.renter.balances(alice.address)).token).to.equal(980n * TOKEN + credit);
  });

  it('tells how deals stand now, as a settlement would leave them, and changes nothing', async () => {
    const deal = await openDeal('deal');
    const empty = await openDeal('empty');
    await commit(deal, 1n, [0]);
    await m.world.mineTo(2, 2);
    await prove(2);
    await m.world.mineTo(4, 20);
    const before = await dealOf(deal);
    const [due, still, nothing] = await m.renter.dealsNow([deal, empty, hashOf('no deal') as unknown as DealId]);
    expect(due).to.deep.include({ escrow: before.escrow - before.rate, settledThrough: 4 });
    expect(nothing).to.equal(undefined);
    expect(await dealOf(deal)).to.deep.equal(before);
    await m.bystander.submit({ kind: 'batch', items: [deal, empty].map((id) => ({ kind: 'settle', deal: id })) });
    expect(await m.renter.deals([deal, empty])).to.deep.equal([due, still]);

    await m.world.mineTo(7, 20);
    const [lost] = await m.renter.dealsNow([deal]);
    expect(lost?.defaulted?.period).to.equal(7);
    expect((await dealOf(deal)).defaulted, 'not written down').to.deep.equal({ period: 0, share: 0n });
    expect(await sheet()).to.deep.include({ locked: 0n, frozen: false, slots: 0, generation: 0 });
    expect(await m.provider.treeOf(bob.address)).to.deep.equal([]);
    await m.bystander.submit({ kind: 'batch', items: [{ kind: 'settle', deal }] });
    expect(await m.renter.deals([deal])).to.deep.equal([lost]);
    await m.renter.submit({ kind: 'batch', items: [{ kind: 'close', deal }] });
    expect(await m.renter.dealsNow([deal])).to.deep.equal([await dealOf(deal)]);
  });

  it('declares a default after five misses in a row and pays the collateral', async () => {
    const deal = await openDeal('deal');
    await commit(deal, 1n, [2]);
    const { weight } = await dealOf(deal);
    await m.world.mineTo(6, 20);
    const sync = await m.bystander.submit({ kind: 'sync', provider: bob.address });
    expect(names(sync)).to.deep.equal(['Missed', 'Missed', 'Missed', 'Missed', 'Missed', 'Defaulted']);
    expect(await sheet()).to.deep.include({ generation: 1, total: 0n });
    const { defaulted } = await dealOf(deal);
    expect(defaulted).to.deep.equal({ period: 6, share: m.world.parameters.unit });
    const closed = await m.bystander.submit({ kind: 'batch', items: [{ kind: 'close', deal }] });
    expect(closed.events.find(({ name }) => name === 'DealClosed')?.args).to.deep.include({
      deal,
      refund: 20n * TOKEN,
      collateral: weight * m.world.parameters.unit,
    });
    expect((await dealOf(deal)).status).to.equal('closed');
  });

  it('skips the failing item of a batch and says which and why', async () => {
    const good = await openDeal('good');
    const bad = await openDeal('bad');
    const stale = await signed(bad, 1n, [0]);
    await commit(bad, 2n, [0]);
    const items = [
      { kind: 'commit', signed: stale },
      { kind: 'commit', signed: await signed(good, 1n, [1]) },
      { kind: 'close', deal: good },
    ] as const;
    const receipt = await m.bystander.submit({ kind: 'batch', items });
    expect(receipt.failed.map(({ index }) => index)).to.deep.equal([0, 2]);
    expect(receipt.failed.map(({ error }) => (error as HoldfastError).code)).to.deep.equal(['STALE_REVISION', 'TOO_EARLY_TO_CLOSE']);
    expect((receipt.failed[0]?.error as HoldfastError).data).to.deep.equal({ number: 1n, current: 2n });
    expect((await dealOf(good)).number).to.equal(1n);
  });

  it('proves a tree of several deals, with a freed slot in it', async () => {
    const deals = [await openDeal('one'), await openDeal('two'), await openDeal('three')];
    for (const [index, deal] of deals.entries()) await commit(deal, 1n, [index]);
    await commit(deals[1] as DealId, 2n, []);
    expect((await m.provider.treeOf(bob.address)).map(({ id, slot }) => [id, slot])).to.deep.equal([
      [deals[0], 0],
      [deals[2], 2],
    ]);
    await m.world.mineTo(2, 1);
    await prove(2);
    expect((await sheet()).lastProven).to.equal(2);
  });

  it('refuses a wrong proof, and takes a second one as nothing', async () => {
    const deal = await openDeal('deal');
    await commit(deal, 1n, [0]);
    await m.world.mineTo(2, 1);
    const samples = await proof(period(2));
    const wrong = samples.slice();
    wrong[0] = (wrong[0] as number) ^ 1;
    const action = { kind: 'prove', provider: bob.address, period: period(2) } as const;
    const refusal = await m.provider.submit({ ...action, samples: wrong }).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(HoldfastError);
    await m.provider.submit({ ...action, samples });
    expect((await m.bystander.submit({ ...action, samples: new Uint8Array(3) })).events).to.deep.equal([]);
    await rejection(m.provider.submit({ ...action, period: period(1), samples }), 'WRONG_PERIOD');
  });

  it('gives the seed of a period from its second block on', async () => {
    await m.world.mineTo(3, 0);
    const refusal = await rejection(m.renter.seed(period(4)), 'SEED_UNAVAILABLE');
    expect(refusal.data).to.deep.equal({ period: 4n });
    await m.world.mineTo(3, 2);
    const seed = await m.renter.seed(period(3));
    expect(seed).to.match(/^0x[0-9a-f]{64}$/);
    await m.world.mine(1);
    expect(await m.renter.seed(period(3))).to.equal(seed);
  });

  it("names each party's refusals", async () => {
    const deal = await openDeal('deal');
    await rejection(m.bystander.submit({ kind: 'cancel', deal }), 'NOT_PARTY');
    await rejection(m.bystander.submit({ kind: 'deposit', deal: hashOf('none') as unknown as DealId, amount: wei(1n) }), 'DEAL_UNKNOWN');
    await rejection(m.provider.submit({ kind: 'unstake', amount: wei(101n * TOKEN) }), 'INSUFFICIENT_FUNDS');
    await rejection(m.provider.submit({ kind: 'withdraw', amount: wei(1n), to: bob.address }), 'INSUFFICIENT_FUNDS');
    await m.renter.submit({ kind: 'approve', amount: wei(5n) });
    await rejection(m.renter.submit({ kind: 'deposit', deal, amount: wei(6n) }), 'ERC20_INSUFFICIENT_ALLOWANCE');
    await rejection(m.renter.submit({ kind: 'sendToken', to: bob.address, amount: wei(10_000n * TOKEN) }), 'ERC20_INSUFFICIENT_BALANCE');
  });

  it('changes a deal as its renter says: more escrow, wider bounds, another signer, notice', async () => {
    const deal = await openDeal('deal');
    await m.renter.submit({ kind: 'deposit', deal, amount: wei(TOKEN) });
    await m.renter.submit({ kind: 'setBounds', deal, maxEnd: period(200), maxLeaves: leaves(20_000), maxEgress: wei(21n * TOKEN) });
    await m.renter.submit({ kind: 'setSigner', deal, signer: carol.address });
    expect(await dealOf(deal)).to.deep.include({
      escrow: 21n * TOKEN,
      maxEnd: 200,
      maxLeaves: 20_000,
      maxEgress: 21n * TOKEN,
      signer: carol.address,
    });
    await m.renter.submit({ kind: 'leave', deal });
    const end = (await now()) + 1 + m.world.parameters.noticePeriods;
    expect(await dealOf(deal)).to.deep.include({ end, maxEnd: end });
  });

  it('forfeits a deal: collateral and escrow go to the renter', async () => {
    const deal = await openDeal('deal');
    await commit(deal, 1n, [0]);
    const { weight } = await dealOf(deal);
    await m.provider.submit({ kind: 'forfeit', deal });
    expect((await dealOf(deal)).status).to.equal('closed');
    expect((await m.renter.balances(alice.address)).credit).to.equal(20n * TOKEN + weight * m.world.parameters.unit);
  });

  it('tells events in order, the same in receipts and by block, and heads as they come', async () => {
    const first = await m.renter.head();
    const receipts = [
      await m.provider.submit({ kind: 'stake', provider: bob.address, amount: wei(1n) }),
      await m.bystander.submit({ kind: 'stake', provider: bob.address, amount: wei(2n) }),
    ];
    const [one, two] = receipts as [Receipt, Receipt];
    const events = await m.renter.events(blockNumber(first.block + 1), two.block);
    expect(events).to.deep.equal([...one.events, ...two.events]);
    expect(events.filter(({ name }) => name === 'Staked').map(({ args }) => args)).to.deep.equal([
      { provider: bob.address, from: bob.address, amount: 1n },
      { provider: bob.address, from: carol.address, amount: 2n },
    ]);
    expect(await m.renter.blockHash(two.block)).to.equal(two.blockHash);
    expect(await m.renter.blockHash(blockNumber(two.block + 100))).to.equal(undefined);
    const head = await m.renter.head();
    expect(await m.renter.blockTime(head.block)).to.equal(head.timestamp);
    expect(await m.renter.blockTime(blockNumber(two.block + 100))).to.equal(undefined);
    expect(one.fee > 0n && one.gasUsed > 0n).to.equal(true);

    const stop = new AbortController();
    const seen: number[] = [];
    for await (const { block } of m.renter.heads(stop.signal)) {
      seen.push(block);
      if (seen.length === 3) stop.abort();
      else await m.world.mine(1);
    }
    expect(seen).to.deep.equal([two.block, two.block + 1, two.block + 2]);
  });

  it('refuses what comes too late', async () => {
    const { block } = await m.renter.head();
    const late = m.renter.submit({ kind: 'stake', provider: bob.address, amount: wei(1n) }, { deadline: blockNumber(block) });
    await rejection(late, 'TRANSACTION_EXPIRED');
    const stopped = AbortSignal.abort(new Error('stopped'));
    const outcome = await m.renter.submit({ kind: 'drip' }, { signal: stopped }).catch((error: unknown) => error);
    expect(outcome).to.have.property('message', 'stopped');
  });

  it('draws from the faucet, once in a while', async () => {
    const before = (await m.bystander.balances(carol.address)).token;
    await m.bystander.submit({ kind: 'drip' });
    expect((await m.bystander.balances(carol.address)).token > before).to.equal(true);
    await rejection(m.bystander.submit({ kind: 'drip' }), 'FAUCET_TOO_SOON');
  });

  boundsCompliance(m);
  claimsCompliance(m);
};
