import { dataSetOf } from '../../../../node/core/data/data-set.js';
import type { Deal, Revision } from '../../../../node/core/market/deal.js';
import { leaves, period, wei } from '../../../../node/core/units.js';
import type { Chance } from '../../staging/chance.js';
import { TOKEN } from '../chain/stage.js';
import { forge } from '../parties/forger.js';
import { usualAsk } from '../parties/provider.js';
import { createTenant, type Tenant } from '../parties/tenant.js';
import type { Game } from '../game.js';
import { market } from './anybody.js';
import { open, type MoveTable, type Play } from './move.js';

/** A deal of Alice's that the thief of her session key can speak for. */
const stolenDeal = async (game: Game, chance: Chance): Promise<{ readonly tenant: Tenant; readonly deal: Deal } | undefined> => {
  const { world, alice, bob, bobsService, mallory, pages } = game;
  const own = [...pages.all].filter(({ renter, ending }) => renter === alice.address && ending === undefined);
  if (own.length === 0) return undefined;
  const { id, provider } = chance.pick(own);
  const service = provider === bob.address ? bobsService : mallory.service;
  const tenant = createTenant(world, service, { id, wallet: alice.address, key: alice.person.session, provider, name: 'thief' });
  const deal = await tenant.deal();
  return deal && { tenant, deal };
};

/** A revision of the thief's own making, with an accomplice who provides; of an honest provider's it is only asked for. */
const impose = async (game: Game, chance: Chance, shape: (deal: Deal) => Partial<Revision>): Promise<void> => {
  const stolen = await stolenDeal(game, chance);
  if (stolen === undefined) return;
  const { tenant, deal } = stolen;
  const { alice, mallory, world } = game;
  const from = chance.pick(game.crowd).wallet.address;
  const nothing = dataSetOf([]);
  const fields = { number: deal.number + 1n, validUntil: period(world.period + 2), price: deal.price, end: deal.end, ...shape(deal) };
  if (deal.provider !== mallory.address) {
    const signed = await tenant.ask([], { number: deal.number + 1n });
    if (signed !== undefined) await tenant.post(signed, from);
    return;
  }
  const revision: Revision = { deal: deal.id, root: nothing.root, leaves: nothing.leaves, sectors: 0, ...fields };
  await tenant.post(await forge(game.world, revision, alice.person.session, mallory.person.session), from);
};

/** Has everything redeemed that vouchers can reach. */
const redeemAll: Play = async (game, chance) => {
  const stolen = await stolenDeal(game, chance);
  if (stolen === undefined) return;
  const { tenant, deal } = stolen;
  const { amount, signature } = await tenant.voucher(deal.escrow + deal.redeemed + TOKEN);
  const from = chance.pick(game.crowd).wallet.address;
  await tenant.verb('redeem', market(game).redeem.populateTransaction(deal.id, amount, signature), from);
};

const emptyAll: Play = (game, chance) => impose(game, chance, () => ({}));

const shorten: Play = (game, chance) =>
  impose(game, chance, (deal) =>
    deal.leaves === 0 ? {} : { root: deal.root, leaves: deal.leaves, sectors: deal.sectors, end: period(game.world.period + 2) },
  );

const grow: Play = (game, chance) =>
  impose(game, chance, (deal) => ({ root: chance.hash(), leaves: deal.maxLeaves, sectors: Math.min(deal.maxLeaves, 2), end: deal.maxEnd }));

/** Alice finds out, and leaves all that she rents. */
const notice: Play = async ({ alice }) =>
  alice.begin(
    async (renter) => {
      for (const { deal } of await renter.deals()) if (deal.status !== 'closed' && !deal.defaulted) await renter.leave(deal.id);
    },
    () => undefined,
  );

/** Leaves whose collateral is all that Bob's stake has left. */
const freeLeaves = async ({ world, bob }: Game, price: bigint): Promise<number> => {
  const sheet = await world.reader.provider(bob.address);
  const perLeaf = (price * BigInt(world.stage.parameters.collateralPeriods)) >> 25n;
  return sheet === undefined ? 1 : Math.max(1, Math.min(1 << 16, Number((sheet.stake - sheet.locked) / perLeaf)));
};

/** With Bob's operator key: asks for a fortune, rents from him, signs both sides, and takes the collateral. */
const lendTheStake: Play = async (game, chance) => {
  const { world, bob } = game;
  const operator = bob.person.session;
  const price = wei(usualAsk.price * 10n ** BigInt(chance.below(6)));
  const ask = { ...usualAsk, price };
  await world.attempt(operator.address, 'setAsk', world.stage.contracts.registry.setAsk.populateTransaction(bob.address, ask));
  const tenant = await open(game, chance, { maxLeaves: 1 << 16, escrow: 200n * TOKEN, periods: 10 });
  if (tenant === undefined) return;
  const size = chance.hit(0.5) ? chance.pick([2, 50, 400]) : await freeLeaves(game, price);
  const fields = { number: 1n, end: period(world.period + 3), validUntil: period(world.period + 2) };
  const revision = { deal: tenant.id, root: chance.hash(), leaves: leaves(size), sectors: 1, price, ...fields };
  await world.passTo(world.period, world.stage.parameters.windowBlocks);
  await tenant.post(await forge(game.world, revision, tenant.key, operator));
  if (chance.hit(0.6)) await tenant.verb('forfeit', market(game).forfeit.populateTransaction(tenant.id), operator.address);
  else await tenant.verb('challenge', market(game).challenge.populateTransaction(tenant.id));
};

/** With Bob's operator key: gives up a deal of his. */
const giveUp: Play = async (game, chance) => {
  const open_ = [...game.pages.all].filter(({ provider, leaves: size, ending }) => provider === game.bob.address && size > 0 && !ending);
  if (open_.length === 0) return;
  const { id } = chance.pick(open_);
  await game.world.attempt(game.bob.person.session.address, 'forfeit', market(game).forfeit.populateTransaction(id));
};

export const thefts: MoveTable = {
  redeemAll: { weight: 30, play: redeemAll, thefts: ['session'] },
  emptyAll: { weight: 15, play: emptyAll, thefts: ['session'] },
  shorten: { weight: 15, play: shorten, thefts: ['session'] },
  grow: { weight: 10, play: grow, thefts: ['session'] },
  notice: { weight: 4, play: notice, thefts: ['session'] },
  lendTheStake: { weight: 40, play: lendTheStake, thefts: ['operator'] },
  giveUp: { weight: 10, play: giveUp, thefts: ['operator'] },
};
