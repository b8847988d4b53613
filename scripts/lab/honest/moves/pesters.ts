import { sectorRoot } from '../../../../node/core/data/merkle.js';
import { isHoldfastError } from '../../../../node/core/errors/holdfast-error.js';
import { authorizationDigest } from '../../../../node/core/market/authorization.js';
import { dealIdOf } from '../../../../node/core/market/deal-id.js';
import { revisionDigest } from '../../../../node/core/market/revision.js';
import { leaves, leavesOf, period, wei, type DealId } from '../../../../node/core/units.js';
import type { Authorization } from '../../../../node/ports/link.js';
import type { Chance } from '../../staging/chance.js';
import { TOKEN } from '../chain/stage.js';
import { LEAF_RENT, usualAsk } from '../parties/provider.js';
import { createTenant, type Tenant } from '../parties/tenant.js';
import type { Game } from '../game.js';
import { contentOf, fill, open, store, thaw, type MoveTable, type Play } from './move.js';

const never = new AbortController().signal;
const PEER = 'nobody peer';

/** Asks Bob's daemon for what it refuses; the refusal is counted. */
const refused = async ({ tally }: Game, ask: () => Promise<unknown>): Promise<void> => {
  try {
    await ask();
  } catch (error) {
    if (!isHoldfastError(error)) throw error;
    tally.answer(error);
  }
};

const claimOf = async (game: Game, tenant: Tenant, change: Partial<Authorization> = {}, key = tenant.key): Promise<Authorization> => {
  const claim = { deal: tenant.id, peer: PEER, expires: period(game.world.period + 2), ...change };
  return { ...claim, signature: await key.sign(authorizationDigest(game.world.reader.identity, claim)) };
};

/** Bob asks what he usually asks: a thief may have changed that. */
const calm = async ({ world, bob, theft }: Game): Promise<void> => {
  const call = () => world.stage.contracts.registry.setAsk.populateTransaction(bob.address, usualAsk);
  if (theft === 'operator') await world.attempt(bob.address, 'setAsk', call());
};

/** What is played once Bob asks the usual. */
const calmly =
  (play: Play): Play =>
  async (game, chance) => {
    await calm(game);
    await play(game, chance);
  };

/** Strangers, and sectors that are not what they are said to be. */
const uploads: Play = async (game, chance) => {
  const { bob, bobsService: service, world, crowd, pages } = game;
  const tenant = await open(game, chance, { maxLeaves: 1 << 17, escrow: 20n * TOKEN, periods: 8 });
  if (tenant === undefined) return;
  const bytes = contentOf(chance, 2);
  const sector = { root: sectorRoot(bytes), leaves: leavesOf(bytes.length) };
  const admit = async (claim: Authorization, peer = PEER, size = 2) =>
    refused(game, () => service.admitSector(peer, claim, { ...sector, leaves: leaves(size) }, never));
  await admit(await claimOf(game, tenant, {}, chance.pick(crowd.slice(40)).session));
  await admit(await claimOf(game, tenant), 'another peer');
  await admit(await claimOf(game, tenant, { expires: period(world.period - 1) }));
  await admit(await claimOf(game, tenant, { deal: chance.hash() as unknown as DealId }));
  const elsewhere = [...pages.all].find(({ provider }) => provider !== bob.address);
  if (elsewhere !== undefined) await admit(await claimOf(game, tenant, { deal: elsewhere.id }));
  const claim = await claimOf(game, tenant);
  await admit(claim, PEER, (1 << 17) + 1);
  await admit(claim, PEER, 1 << 17);
  await admit(claim, PEER, 20_000);
  await admit(claim, PEER, 5_000);
  await refused(game, () => service.storeSector(PEER, claim, sector, contentOf(chance, 2), never));
  const small = await open(game, chance, { maxLeaves: 4, escrow: TOKEN });
  if (small !== undefined) await admit(await claimOf(game, small), PEER, 5);
};

/** A deal with two sectors waiting to be named. */
const waiting = async (game: Game, chance: Chance) => {
  const tenant = await open(game, chance, { maxLeaves: 1 << 17, escrow: 30n * TOKEN, periods: 20, maxEgress: TOKEN });
  const sectors = await tenant?.upload([contentOf(chance, 2), contentOf(chance, 1)]);
  return tenant === undefined || sectors === undefined ? undefined : { tenant, sectors };
};

/** Revisions that an honest provider does not sign. */
const signatures: Play = async (game, chance) => {
  const { bobsService: service, world, crowd } = game;
  const begun = await waiting(game, chance);
  if (begun === undefined) return;
  const { tenant, sectors } = begun;
  const [pair, single] = sectors;
  const deal = await tenant.deal();
  if (deal === undefined || pair === undefined || single === undefined) return;
  const end = period(world.period + 3);
  await tenant.ask([single], { end });
  await tenant.ask([pair], { end: period(deal.maxEnd + 1) });
  await tenant.ask([pair], { end, price: wei(deal.price - 1n) });
  await tenant.ask([pair], { end, root: chance.hash() });
  await tenant.ask([{ root: chance.hash(), leaves: leaves(2) }], { end });
  const large = await tenant.upload([contentOf(chance, 690)]);
  if (large !== undefined) await tenant.ask(large, { end });
  const signed = await tenant.ask([pair], { end });
  if (signed === undefined) return;
  const { revision } = signed;
  const by = async (change: object, base: bigint, changed: Partial<typeof revision>, key = tenant.key): Promise<void> => {
    const other = { ...revision, ...changed };
    const renterSignature = await key.sign(revisionDigest(world.reader.identity, other));
    const request = { revision: other, base, change: { remove: [], append: [], ...change }, renterSignature };
    const claim = await claimOf(game, tenant);
    await refused(game, () => service.signRevision(PEER, claim, request, never));
  };
  await by({ append: [pair] }, 0n, { end: period(end + 1) });
  await by({ append: [pair] }, 77n, { number: 9n });
  await by({ remove: [7] }, 1n, { number: 9n });
  await by({ append: [pair] }, 1n, { number: 9n }, chance.pick(crowd.slice(40)).session);
  for (let i = 0; i < 6; i++) await tenant.ask(i % 2 === 0 ? [pair, single] : [pair], { end });
  await thaw(game);
  await tenant.post(tenant.signed.at(-1) ?? signed);
  await world.pass(8);
  if (world.offset > 20) await world.passTo(world.period + 1, 0);
  await thaw(game);
  await tenant.verb('challenge', world.stage.contracts.market.challenge.populateTransaction(tenant.id));
  await tenant.ask([pair, single, pair], { end: period(world.period + 3) });
};

/** Deals that are over, or were too poor from the beginning. */
const poor: Play = async (game, chance) => {
  const { world } = game;
  const { market } = world.stage.contracts;
  const tenant = await open(game, chance, { maxLeaves: 4_096, escrow: TOKEN / 100n, periods: 30 });
  if (tenant === undefined) return;
  await fill(tenant, chance, [500]);
  await fill(tenant, chance, [2]);
  const asks = await tenant.upload([contentOf(chance, 3)]);
  if (asks !== undefined) await tenant.ask(asks, { end: period(world.period + 30) });
  await tenant.verb('cancel', market.cancel.populateTransaction(tenant.id));
  await world.pass(3);
  await fill(tenant, chance, [2]);
  const short = await open(game, chance, { maxLeaves: 64, escrow: TOKEN, periods: 2 });
  if (short === undefined) return;
  await world.passTo(world.period + 2, 13);
  await fill(short, chance, [2], { end: period(world.period + 2) });
};

/** Reads that are not paid, or not well. */
const reads: Play = async (game, chance) => {
  const { world, crowd, bobsService: service } = game;
  const tenant = await open(game, chance, { maxLeaves: 64, escrow: TOKEN / 2n, maxEgress: 6n * LEAF_RENT, periods: 8 });
  if (tenant === undefined) return;
  const signed = await store(game, tenant, chance, [4], { end: period(world.period + 4) });
  const [sector] = signed?.sectors ?? [];
  if (sector === undefined) return;
  const claim = await claimOf(game, tenant);
  await refused(game, () =>
    service.readLeaves(PEER, claim, { root: sector.root, from: leaves(3), count: leaves(2), voucher: undefined }, never),
  );
  await tenant.fetch({ root: chance.hash(), leaves: leaves(2) }, 1);
  await tenant.fetch(sector, 2);
  await tenant.fetch(sector, 2);
  const voucher = await tenant.voucher(4n * LEAF_RENT, chance.pick(crowd.slice(40)).session);
  const request = { root: sector.root, from: leaves(0), count: leaves(2), voucher };
  await refused(game, () => service.readLeaves(PEER, claim, request, never));
  await tenant.fetch(sector, 4, 2n * TOKEN);
  await tenant.fetch(sector, 4, 5n * LEAF_RENT);
  await tenant.fetch(sector, 4, 10n * LEAF_RENT);
  const empty = await tenant.ask([]);
  if (empty === undefined) return;
  await thaw(game);
  await tenant.post(empty);
  await world.pass(3);
  await tenant.fetch(sector, 4, 6n * LEAF_RENT);
};

/** Rents until Bob takes no more deals. */
const crowd: Play = async (game, chance) => {
  const { world, bob, bobsService, tenants } = game;
  const { wallet, session, name } = chance.pick(game.crowd);
  const salts = Array.from({ length: 14 }, () => game.salt());
  const terms = { provider: bob.address, signer: session.address, maxPrice: 2n ** 127n, maxEgressPrice: 2n ** 127n, maxLeaves: 64 };
  const requests = salts.map((salt) => ({ ...terms, salt, maxEnd: world.period + 6, maxEgress: 0n, escrow: TOKEN / 4n }));
  if (!(await world.attempt(wallet.address, 'open', world.stage.contracts.market.open.populateTransaction(requests))).done) return;
  const bytes = contentOf(chance, 2);
  for (const salt of salts) {
    const id = dealIdOf(world.reader.identity, wallet.address, bob.address, salt);
    const tenant = createTenant(world, bobsService, { id, wallet: wallet.address, key: session, provider: bob.address, name });
    tenants.push(tenant);
    const sectors = await tenant.upload([bytes]);
    if (sectors === undefined || (await tenant.ask(sectors, { end: period(world.period + 3) })) === undefined) return;
  }
};

/** What daemons refuse, one after the other. Played in every run. */
export const pesters: MoveTable = {
  uploads: { weight: 0, play: calmly(uploads) },
  signatures: { weight: 0, play: calmly(signatures) },
  poor: { weight: 0, play: calmly(poor) },
  reads: { weight: 0, play: calmly(reads) },
  crowd: { weight: 0, play: calmly(crowd) },
};
