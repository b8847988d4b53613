import { dealIdOf } from '../../../../node/core/market/deal-id.js';
import { period, wei } from '../../../../node/core/units.js';
import { TOKEN } from '../chain/stage.js';
import { LEAF_RENT, usualAsk } from '../parties/provider.js';
import { createTenant, type Tenant } from '../parties/tenant.js';
import type { Game } from '../game.js';
import { market } from './anybody.js';
import { contentOf, fill, open, readOn, store, storedIn, thaw, type MoveTable, type Play } from './move.js';
import type { Chance } from '../../staging/chance.js';

/** A deal with data and money to lose. */
const rented = async (game: Game, chance: Chance, terms: Parameters<typeof open>[2] = {}, size = 2 + chance.below(6)) => {
  const tenant = await open(game, chance, { maxLeaves: 4_096, maxEgress: 3n * TOKEN, escrow: TOKEN, ...terms });
  if (tenant === undefined) return undefined;
  const deal = await tenant.deal();
  const end = period(Math.min(deal?.maxEnd ?? 0, game.world.period + 3 + chance.below(6)));
  const signed = await store(game, tenant, chance, [size], { end });
  return signed && { tenant, sectors: signed.sectors };
};

const cancel = (game: Game, tenant: Tenant) => tenant.verb('cancel', market(game).cancel.populateTransaction(tenant.id));
const close = (game: Game, tenant: Tenant) =>
  tenant.verb('close', market(game).close.populateTransaction(tenant.id), game.stranger.wallet.address);

/** Signs an empty revision that says more than that, posts it, and fills the deal again on what it said. */
const emptyAndRefill: Play = async (game, chance) => {
  const { world } = game;
  const begun = await rented(game, chance);
  if (begun === undefined) return;
  const { tenant } = begun;
  const deal = await tenant.deal();
  if (deal === undefined) return;
  const price = chance.pick([wei(0n), wei(deal.price / 2n), deal.price]);
  const end = chance.pick([deal.maxEnd, deal.end, period(world.period)]);
  const empty = await tenant.ask([], { price, end });
  if (empty === undefined) return;
  await thaw(game);
  if (!(await tenant.post(empty)).done) return;
  await world.pass(chance.below(40));
  const now = await tenant.deal();
  if (now === undefined) return;
  const terms = { price: chance.pick([price, now.price]), end: chance.pick([end, now.maxEnd, now.end]) };
  const refilled = await fill(tenant, chance, [2 + chance.below(4)], terms);
  if (refilled === undefined) return;
  await thaw(game);
  await tenant.post(refilled);
};

/** Reads on vouchers, then takes the deal away before they are redeemed. */
const voidByCancel: Play = async (game, chance) => {
  const begun = await rented(game, chance);
  if (begun === undefined) return;
  const { tenant, sectors } = begun;
  const early = chance.hit(0.4) ? await tenant.ask([]) : undefined;
  await readOn(tenant, sectors, 1 + chance.below(12), LEAF_RENT);
  const empty = early ?? (await tenant.ask([]));
  if (empty === undefined) return;
  await thaw(game);
  await tenant.post(empty);
  for (let i = 0; i < 4; i++) {
    if ((await cancel(game, tenant)).done) return;
    await game.world.pass(1 + chance.below(30));
  }
};

/** Has a longer revision reserve the escrow that vouchers counted on. */
const voidByReserve: Play = async (game, chance) => {
  const escrow = (8n + BigInt(chance.below(16))) * 10n * LEAF_RENT;
  const begun = await rented(game, chance, { periods: 30, escrow }, 8);
  if (begun === undefined) return;
  const { tenant, sectors } = begun;
  const deal = await tenant.deal();
  if (deal === undefined) return;
  const longer = () => tenant.ask(sectors, { end: period(Math.min(deal.maxEnd, game.world.period + 10 + chance.below(18))) });
  const early = chance.hit(0.5) ? await longer() : undefined;
  await readOn(tenant, sectors, 4 + chance.below(24), LEAF_RENT);
  const signed = early ?? (await longer());
  if (signed === undefined) return;
  if (chance.hit(0.5)) await game.world.pass(chance.below(24));
  await thaw(game);
  await tenant.post(signed);
};

/** Reads up to the end of the deal, and has a stranger close it. */
const voidByClose: Play = async (game, chance) => {
  const { world } = game;
  const begun = await rented(game, chance, { periods: 5 + chance.below(3) });
  if (begun === undefined) return;
  const { tenant, sectors } = begun;
  const end = (await tenant.deal())?.end ?? world.period;
  await world.passTo(end - chance.below(2), chance.below(24));
  await readOn(tenant, sectors, 1 + chance.below(10), LEAF_RENT);
  await thaw(game);
  for (let i = 0; i < 3; i++) {
    if ((await close(game, tenant)).done) return;
    await world.pass(1 + chance.below(20));
  }
};

/** Rents from many wallets and has everything proven at once. */
const flood: Play = async (game, chance) => {
  const { world, crowd, bob, bobsService, stranger, tenants } = game;
  const people = crowd.slice(0, chance.pick([8, 44, 44]));
  const salt = game.salt();
  const terms = {
    provider: bob.address,
    salt,
    maxPrice: 2n ** 127n,
    maxEgressPrice: 2n ** 127n,
    maxLeaves: 64,
    maxEgress: 0n,
    escrow: TOKEN / 2n,
  };
  const openings = people.map(({ wallet, session }) => ({
    from: wallet.address,
    call: market(game).open.populateTransaction([{ ...terms, signer: session.address, maxEnd: world.period + 8 }]),
  }));
  await thaw(game);
  await world.together('open', openings);
  const deals: Tenant[] = [];
  for (const { wallet, session, name } of people) {
    const id = dealIdOf(world.reader.identity, wallet.address, bob.address, salt);
    const tenant = createTenant(world, bobsService, { id, wallet: wallet.address, key: session, provider: bob.address, name });
    if ((await fill(tenant, chance, [2])) !== undefined) deals.push(tenant);
  }
  tenants.push(...deals.slice(0, 4));
  await world.passTo(world.period + 1, world.stage.parameters.windowBlocks + 6);
  await world.together(
    'challenge',
    deals.map(({ id, wallet }) => ({ from: wallet, call: market(game).challenge.populateTransaction(id) })),
  );
  await world.passTo(world.period + 1, world.stage.parameters.windowBlocks - 1);
  await world.together(
    'expire',
    deals.map(({ id }) => ({ from: stranger.wallet.address, call: market(game).expire.populateTransaction(id) })),
  );
};

/** While Bob is cheap, names one leaf very often. */
const manySectors: Play = async (game, chance) => {
  const { world, bob } = game;
  const askFor = (price: bigint) => world.stage.contracts.registry.setAsk.populateTransaction(bob.address, { ...usualAsk, price });
  await world.attempt(bob.address, 'setAsk', askFor(usualAsk.price / 2_000n));
  const tenant = await open(game, chance, { maxLeaves: 1 << 20, escrow: TOKEN });
  const [sector] = (await tenant?.upload([contentOf(chance, 1)])) ?? [];
  const times = chance.pick([3_000, 4_200, 16_000]);
  const named = Array.from({ length: times }, () => sector).filter((one) => one !== undefined);
  const signed = await tenant?.ask(named, { end: period(world.period + 2) });
  await world.attempt(bob.address, 'setAsk', askFor(usualAsk.price));
  if (tenant === undefined || signed === undefined) return;
  await thaw(game);
  await tenant.post(signed);
};

/** Has a heavy revision signed and then a light one, lets others in, and posts the heavy one. */
const heavyBehindLight: Play = async (game, chance) => {
  const tenant = await open(game, chance, { maxLeaves: 4_096, escrow: 20n * TOKEN, periods: 12 });
  if (tenant === undefined) return;
  await thaw(game);
  const heavy = await fill(tenant, chance, [200 + chance.below(300)], { end: period(game.world.period + 3) });
  await fill(tenant, chance, [2]);
  const other = await open(game, chance, { maxLeaves: 4_096, escrow: 20n * TOKEN, periods: 12 });
  const second = other && (await fill(other, chance, [200 + chance.below(300)], { end: period(game.world.period + 3) }));
  await thaw(game);
  if (heavy !== undefined) await tenant.post(heavy);
  if (other !== undefined && second !== undefined) await other.post(second);
};

/** Reads with one key, and names another. */
const changeOfKeys: Play = async (game, chance) => {
  const begun = await rented(game, chance);
  if (begun === undefined) return;
  const { tenant, sectors } = begun;
  await readOn(tenant, sectors, 1 + chance.below(8), LEAF_RENT);
  for (let i = 0; i < 2; i++) {
    const { session } = chance.pick(game.crowd);
    const outcome = await tenant.verb('setSigner', market(game).setSigner.populateTransaction(tenant.id, session.address));
    if (outcome.done) tenant.key = session;
    if (chance.hit(0.5)) await readOn(tenant, sectors, 1, LEAF_RENT);
    await game.world.pass(chance.below(50));
  }
};

/** Ends a deal by notice while vouchers are out. */
const leaveInDebt: Play = async (game, chance) => {
  const begun = await rented(game, chance);
  if (begun === undefined) return;
  const { tenant } = begun;
  await readOn(tenant, await storedIn(tenant), 1 + chance.below(10), LEAF_RENT);
  await tenant.verb('leaveDeal', market(game).leaveDeal.populateTransaction(tenant.id));
  await readOn(tenant, await storedIn(tenant), 1 + chance.below(10), LEAF_RENT);
};

export const plots: MoveTable = {
  emptyAndRefill: { weight: 16, play: emptyAndRefill },
  voidByCancel: { weight: 16, play: voidByCancel },
  voidByReserve: { weight: 20, play: voidByReserve },
  voidByClose: { weight: 16, play: voidByClose },
  flood: { weight: 8, play: flood },
  manySectors: { weight: 4, play: manySectors },
  heavyBehindLight: { weight: 8, play: heavyBehindLight },
  changeOfKeys: { weight: 8, play: changeOfKeys },
  leaveInDebt: { weight: 8, play: leaveInDebt },
};
