import { MaxUint256, ZeroAddress } from 'ethers';
import { concatBytes, toHex, uintBytes } from '../../../../node/core/data/bytes.js';
import type { Revision } from '../../../../node/core/market/deal.js';
import { hash, leaves, period, type Address } from '../../../../node/core/units.js';
import type { Chance } from '../../staging/chance.js';
import { TOKEN } from '../chain/stage.js';
import { forge } from '../parties/forger.js';
import { openTenant, type Tenant } from '../parties/tenant.js';
import { usualAsk } from '../parties/provider.js';
import type { Game } from '../game.js';
import { contracts } from './anybody.js';
import { open, type MoveTable, type Play } from './move.js';

/** A sample's bytes as `LeafProof` takes them: leaf, then sector index, start and count, then paths. */
const sample = (index: number, start: number, count: number, path = 0): string =>
  toHex(concatBytes(new Uint8Array(32), uintBytes(index, 3), uintBytes(start, 5), uintBytes(count, 3), new Uint8Array(32 * path)));

/** A deal with Trudy, who answers nobody and signs everything. */
const rentFromTrudy = async (game: Game, chance: Chance, escrow: bigint, periods: number): Promise<Tenant | undefined> => {
  const { trudy, world, bobsService, crowd } = game;
  const terms = { provider: trudy.wallet.address, salt: game.salt(), periods, maxLeaves: 4_096, maxEgress: TOKEN, escrow };
  return openTenant(world, bobsService, chance.pick(crowd), terms);
};

/** Posts what Trudy and the deal's wallet sign. */
const commit = async (game: Game, tenant: Tenant, fields: Partial<Revision>, operator = game.trudy.session) => {
  const deal = await tenant.deal();
  if (deal === undefined) return;
  const { period: p } = game.world;
  const terms = { end: period(p + 2), price: deal.price, validUntil: period(p + 1) };
  const content = { root: hash(`0x${'11'.repeat(32)}`), leaves: leaves(2), sectors: 1 };
  const revision: Revision = { deal: tenant.id, number: deal.number + 1n, ...content, ...terms, ...fields };
  await tenant.post(await forge(game.world, revision, tenant.key, operator));
};

/** What a deal without data refuses, and what its renter can do with it. */
const emptyDeal: Play = async (game, chance) => {
  const { market } = contracts(game);
  const { world, bob, stranger } = game;
  const salt = game.salt();
  const person = chance.pick(game.crowd);
  const terms = { salt, periods: 6, maxLeaves: 64, maxEgress: TOKEN, escrow: TOKEN };
  const tenant = await open(game, chance, terms, person);
  if (tenant === undefined) return;
  const { id } = tenant;
  await open(game, chance, terms, person);
  const dear = { provider: bob.address, signer: person.session.address, maxPrice: 0n, maxEgressPrice: 0n, ...terms };
  await tenant.verb('open', market.open.populateTransaction([{ ...dear, salt: chance.hash(), maxEnd: world.period + 6 }]));
  await tenant.verb('setSigner', market.setSigner.populateTransaction(id, ZeroAddress));
  await tenant.verb('setSigner', market.setSigner.populateTransaction(id, person.session.address), stranger.wallet.address);
  await tenant.verb('setSigner', market.setSigner.populateTransaction(id, person.session.address));
  await tenant.verb('setSigner', market.setSigner.populateTransaction(id, person.session.address));
  await tenant.verb('challenge', market.challenge.populateTransaction(id));
  await tenant.verb('settle', market.settle.populateTransaction(chance.hash()));
  await tenant.verb('answer', market.answer.populateTransaction(id, '0x'));
  const nothing = await tenant.voucher(0n);
  await tenant.verb('redeem', market.redeem.populateTransaction(id, 0n, nothing.signature));
  await tenant.verb('redeem', market.redeem.populateTransaction(id, 1n, nothing.signature));
  await tenant.verb('deposit', market.deposit.populateTransaction(id, TOKEN));
  await tenant.verb('setBounds', market.setBounds.populateTransaction(id, 0, 0, 0));
  await tenant.verb('setBounds', market.setBounds.populateTransaction(id, world.period + 30, 128, 2n * TOKEN));
  await tenant.verb('leaveDeal', market.leaveDeal.populateTransaction(id));
  await tenant.verb('cancel', market.cancel.populateTransaction(id));
  await tenant.verb('settle', market.settle.populateTransaction(id));
};

/** Accounts, the registry, and batches. */
const accounts: Play = async (game, chance) => {
  const { market, registry } = contracts(game);
  const { world, trudy, bob, stranger } = game;
  const somebody = chance.pick(game.crowd).wallet.address;
  const owner = trudy.wallet.address;
  const as = async (from: Address, verb: string, call: Parameters<typeof world.attempt>[2]) => void (await world.attempt(from, verb, call));
  await as(somebody, 'withdraw', market.withdraw.populateTransaction(10n ** 30n, somebody));
  await as(somebody, 'fund', market.fund.populateTransaction(ZeroAddress, 1n));
  await as(somebody, 'fund', market.fund.populateTransaction(somebody, 5n));
  await as(somebody, 'withdraw', market.withdraw.populateTransaction(5n, somebody));
  await as(somebody, 'setAsk', registry.setAsk.populateTransaction(bob.address, usualAsk));
  await as(somebody, 'setLockLimit', market.setLockLimit.populateTransaction(bob.address, 0n));
  await as(somebody, 'setOperator', registry.setOperator.populateTransaction(somebody));
  await as(owner, 'setOperator', registry.setOperator.populateTransaction(ZeroAddress));
  await as(owner, 'setOperator', registry.setOperator.populateTransaction(trudy.session.address));
  await as(owner, 'setAsk', registry.setAsk.populateTransaction(owner, { ...usualAsk, price: 2n * usualAsk.price }));
  await as(owner, 'register', registry.register.populateTransaction(owner, '0x00', '/memory/x', usualAsk, 0n));
  await as(owner, 'setEndpoint', registry.setEndpoint.populateTransaction(owner, '0x', ''));
  await as(owner, 'setEndpoint', registry.setEndpoint.populateTransaction(owner, '0x000103', '/memory/trudy'));
  await as(somebody, 'stake', market.stake.populateTransaction(stranger.wallet.address, 1n));
  await as(owner, 'stake', market.stake.populateTransaction(owner, 1n));
  await as(owner, 'unstake', market.unstake.populateTransaction(1n));
  await as(owner, 'setLockLimit', market.setLockLimit.populateTransaction(owner, 10n * TOKEN));
  await as(somebody, 'sync', market.sync.populateTransaction(bob.address));
  const zero = hash(`0x${'00'.repeat(32)}`);
  await as(somebody, 'permit', market.permit.populateTransaction(0n, MaxUint256, 27, zero, zero));
  await as(bob.person.session.address, 'permit', market.permit.populateTransaction(1n, MaxUint256, 27, zero, zero));
  const sync = market.interface.encodeFunctionData('sync', [bob.address]);
  const settle = market.interface.encodeFunctionData('settle', [zero]);
  await as(somebody, 'batch', market.batch.populateTransaction([sync], 600_000n));
  await as(somebody, 'batch', market.batch.populateTransaction([settle], 10n ** 9n));
};

/** The reward pool. */
const rewards: Play = async (game, chance) => {
  const { market, pool } = contracts(game);
  const { world, bob, trudy } = game;
  const somebody = chance.pick(game.crowd).wallet.address;
  const epoch = Number(await market.currentEpoch());
  const as = async (verb: string, call: Parameters<typeof world.attempt>[2]) => void (await world.attempt(somebody, verb, call));
  await as('collectFees', market.collectFees.populateTransaction(0));
  await as('sponsor', pool.sponsor.populateTransaction(epoch, 1_000n));
  await as('sponsor', pool.sponsor.populateTransaction(epoch + 101, 1_000n));
  await as('sponsor', pool.sponsor.populateTransaction(0, 1_000n));
  await as('reclaim', pool.reclaim.populateTransaction(0));
  for (const { wallet } of game.crowd) {
    if ((await pool.sponsoredBy(1, wallet.address)) === 0n) continue;
    await world.attempt(wallet.address, 'reclaim', pool.reclaim.populateTransaction(1));
    break;
  }
  await as('claim', pool.claim.populateTransaction(trudy.wallet.address, [0]));
  await as('claim', pool.claim.populateTransaction(bob.address, [epoch + 1]));
  for (let past = epoch - 1; past > 0; past--) {
    if ((await market.feesOf(past, bob.address)) === 0n) continue;
    await as('claim', pool.claim.populateTransaction(bob.address, [past]));
    await as('claim', pool.claim.populateTransaction(bob.address, [past]));
    await as('reclaim', pool.reclaim.populateTransaction(past));
    return;
  }
};

/** Everything that revisions, proofs and challenges are refused for: on deals with Trudy, who proves nothing. */
const challenged: Play = async (game, chance) => {
  const { market } = contracts(game);
  const { world, trudy, bob, stranger, kept } = game;
  const owner = trudy.wallet.address;
  if (kept !== undefined) return;
  await world.passTo(world.period + 1, 1);
  const [rich, poor, long, short] = [
    await rentFromTrudy(game, chance, 20n * TOKEN, 12),
    await rentFromTrudy(game, chance, TOKEN / 100n, 12),
    await rentFromTrudy(game, chance, TOKEN, 30),
    await rentFromTrudy(game, chance, TOKEN, 2),
  ];
  if (rich === undefined || poor === undefined || long === undefined || short === undefined) return;
  game.kept = { long, short };
  const now = world.period;
  await commit(game, poor, { end: period(now + 9), leaves: leaves(40) });
  await commit(game, rich, {}, stranger.session);
  await commit(game, rich, { leaves: leaves(800), end: period(now + 3) });
  await commit(game, rich, { leaves: leaves(100) });
  await commit(game, rich, {});
  await commit(game, long, { end: period(now + 20) });
  await commit(game, poor, {});
  await commit(game, rich, { number: 1n });
  await rich.verb('cancel', market.cancel.populateTransaction(rich.id));
  await rich.verb('close', market.close.populateTransaction(rich.id));
  await rich.verb('challenge', market.challenge.populateTransaction(rich.id));
  await rich.verb('challenge', market.challenge.populateTransaction(rich.id));
  await rich.verb('answer', market.answer.populateTransaction(rich.id, '0x'));
  await rich.verb('expire', market.expire.populateTransaction(rich.id));
  await world.passTo(now + 1, -1);
  await world.attempt(stranger.wallet.address, 'prove', market.prove.populateTransaction(owner, now + 1, '0x'));
  await world.attempt(stranger.wallet.address, 'prove', market.prove.populateTransaction(owner, now + 2, '0x'));
  await long.verb('close', market.close.populateTransaction(long.id));
  for (const bytes of ['0x', sample(0, 0, 0), sample(1, 0, 2), sample(0, 5, 2), sample(0, 0, 2, 1)])
    await rich.verb('answer', market.answer.populateTransaction(rich.id, bytes));
  await poor.verb('challenge', market.challenge.populateTransaction(poor.id));
  await world.passTo(now + 1, world.stage.parameters.windowBlocks);
  await commit(game, long, { leaves: leaves(3), end: period(now + 20) });
  await rich.verb('expire', market.expire.populateTransaction(rich.id));
  await world.attempt(trudy.session.address, 'forfeit', market.forfeit.populateTransaction(poor.id));
  await world.attempt(bob.person.session.address, 'deposit', market.deposit.populateTransaction(long.id, TOKEN));
};

/** What remains of Trudy's deals when she has proven nothing for long enough. */
const aftermath: Play = async (game) => {
  const { market } = contracts(game);
  const { world, kept } = game;
  if (kept === undefined) return;
  const { long, short } = kept;
  for (let periods = 0; periods < 6 && (await long.deal())?.defaulted === undefined; periods++) await world.passTo(world.period + 1, 13);
  await commit(game, short, {});
  await long.verb('deposit', market.deposit.populateTransaction(long.id, 1n));
  await long.verb('close', market.close.populateTransaction(long.id));
  game.kept = undefined;
};

/** Played in every run, at a place of its own each. */
export const gauntlet: MoveTable = {
  emptyDeal: { weight: 0, play: emptyDeal },
  accounts: { weight: 0, play: accounts },
  rewards: { weight: 0, play: rewards },
  challenged: { weight: 0, play: challenged },
  aftermath: { weight: 0, play: aftermath },
};
