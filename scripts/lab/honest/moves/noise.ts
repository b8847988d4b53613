import { ZeroAddress } from 'ethers';
import { period, wei } from '../../../../node/core/units.js';
import type { Chance } from '../../staging/chance.js';
import type { PreparedCall } from '../../staging/chain.js';
import { TOKEN } from '../chain/stage.js';
import { LEAF_RENT } from '../parties/provider.js';
import type { Game } from '../game.js';
import { amountOf, anybody, anyProvider, contracts } from './anybody.js';
import { contentOf, fill, open, readOn, some, storedIn, thaw, type MoveTable, type Play } from './move.js';

type Market = Game['world']['stage']['contracts']['market'];

/** A verb on some deal, by its wallet or by somebody else. */
const onDeal =
  (name: string, prepare: (market: Market, id: string, game: Game, chance: Chance) => Promise<PreparedCall>): Play =>
  async (game, chance) => {
    const tenant = await some(game, chance);
    if (tenant === undefined) return;
    const id = chance.hit(0.05) ? chance.hash() : tenant.id;
    const from = chance.hit(0.75) ? tenant.wallet : anybody(game, chance);
    await tenant.verb(name, prepare(contracts(game).market, id, game, chance), from);
  };

const setSigner: Play = async (game, chance) => {
  const tenant = await some(game, chance);
  if (tenant === undefined) return;
  const { session } = chance.pick(game.crowd);
  const next = chance.hit(0.1) ? ZeroAddress : session.address;
  const call = contracts(game).market.setSigner.populateTransaction(tenant.id, next);
  if ((await tenant.verb('setSigner', call)).done) tenant.key = session;
};

/** Posts a revision that was signed at any time. */
const postAny: Play = async (game, chance) => {
  const tenant = await some(game, chance);
  if (tenant === undefined || tenant.signed.length === 0) return;
  if (chance.hit(0.6)) await thaw(game);
  const signed = chance.pick(tenant.signed);
  const bent = chance.hit(0.1) ? { ...signed, providerSignature: signed.renterSignature } : signed;
  await tenant.post(bent, chance.hit(0.5) ? tenant.wallet : anybody(game, chance));
};

/** Asks for a signature under whatever comes to mind. */
const signAny: Play = async (game, chance) => {
  const tenant = await some(game, chance);
  const deal = await tenant?.deal();
  if (tenant === undefined || deal === undefined) return;
  const now = await storedIn(tenant);
  const added = chance.hit(0.6) ? await tenant.upload([contentOf(chance, 1 + chance.below(8))]) : [];
  const kept = now.filter(() => chance.hit(0.7));
  const { period: p } = game.world;
  await tenant.ask([...kept, ...(added ?? [])], {
    ...(chance.hit(0.3) && { end: period(chance.pick([deal.end, deal.maxEnd, p, p + 1, p + 2, p + 4, deal.maxEnd + 1])) }),
    ...(chance.hit(0.2) && { price: wei(chance.pick([0n, deal.price, deal.price - 1n, deal.price + 1n, deal.price / 2n])) }),
    ...(chance.hit(0.2) && { validUntil: period(p + chance.below(4)) }),
    ...(chance.hit(0.1) && { number: BigInt(chance.below(4)) }),
    ...(chance.hit(0.05) && { root: chance.hash() }),
  });
};

/** Reads with or without a voucher, too low, too high or by another's key. */
const readAny: Play = async (game, chance) => {
  const tenant = await some(game, chance);
  if (tenant === undefined) return;
  const sectors = [...(await storedIn(tenant)), { root: chance.hash(), leaves: 1 as never }];
  const sector = chance.pick(sectors);
  const amount = chance.pick([0n, tenant.promised, tenant.promised + TOKEN / 1_000n, tenant.promised + TOKEN]);
  await tenant.fetch(sector, chance.pick([1, 2, 9]), chance.hit(0.8) ? amount : undefined);
};

const redeemAny: Play = async (game, chance) => {
  const tenant = await some(game, chance);
  if (tenant === undefined) return;
  const key = chance.hit(0.2) ? chance.pick(game.crowd).session : tenant.key;
  const { amount, signature } = await tenant.voucher(chance.pick([0n, tenant.promised, TOKEN / 100n, TOKEN]), key);
  await tenant.verb('redeem', contracts(game).market.redeem.populateTransaction(tenant.id, amount, signature), anybody(game, chance));
};

/** Settles, closes, expires and more in one transaction, with something that is no item at times. */
const batchAny: Play = async (game, chance) => {
  const { market } = contracts(game);
  const items: string[] = [];
  for (let i = 0; i < 1 + chance.below(4); i++) {
    const tenant = await some(game, chance);
    if (tenant === undefined) continue;
    const verb = chance.pick(['settle', 'close', 'expire'] as const);
    items.push(market.interface.encodeFunctionData(verb as 'settle', [tenant.id]));
  }
  if (chance.hit(0.2)) items.push(market.interface.encodeFunctionData('sync', [game.bob.address]));
  const gas = chance.hit(0.1) ? 10n ** 9n : 600_000n;
  await game.world.attempt(anybody(game, chance), 'batch', market.batch.populateTransaction(items, gas));
};

/** A new deal, mostly one that can be; at times at somebody who takes none. */
const openAny: Play = async (game, chance) => {
  const bad = chance.hit(0.25);
  const provider = bad ? { provider: anyProvider(game, chance) } : {};
  const odd = bad ? chance.pick([{ periods: 1 }, { periods: 999 }, { maxLeaves: 1 }, { escrow: 1n }, {}]) : {};
  await open(game, chance, { ...provider, ...odd });
};

const fillAny: Play = async (game, chance) => {
  const tenant = await some(game, chance);
  if (tenant !== undefined)
    await fill(
      tenant,
      chance,
      Array.from({ length: 1 + chance.below(3) }, () => 1 + chance.below(8)),
    );
};

const readMuch: Play = async (game, chance) => {
  const tenant = await some(game, chance);
  if (tenant !== undefined) await readOn(tenant, await storedIn(tenant), 1 + chance.below(10), LEAF_RENT);
};

/** Speaks for a deal as somebody who may not. */
const intrude: Play = async (game, chance) => {
  const tenant = await some(game, chance);
  if (tenant === undefined) return;
  const key = tenant.key;
  tenant.key = chance.pick(game.crowd).session;
  await fill(tenant, chance, [2]);
  tenant.key = key;
};

/** Verbs on deals one by one: most of them by who may, some by who may not. */
export const noise: MoveTable = {
  open: { weight: 6, play: openAny },
  fill: { weight: 8, play: fillAny },
  sign: { weight: 8, play: signAny },
  post: { weight: 8, play: postAny },
  read: { weight: 5, play: readAny },
  readMuch: { weight: 4, play: readMuch },
  intrude: { weight: 1, play: intrude },
  redeem: { weight: 3, play: redeemAny },
  setSigner: { weight: 3, play: setSigner },
  batch: { weight: 2, play: batchAny },
  deposit: { weight: 2, play: onDeal('deposit', (market, id, _, chance) => market.deposit.populateTransaction(id, amountOf(chance))) },
  setBounds: {
    weight: 2,
    play: onDeal('setBounds', (market, id, { world }, chance) =>
      market.setBounds.populateTransaction(id, world.period + chance.below(60), 1 << chance.below(21), amountOf(chance)),
    ),
  },
  leaveDeal: { weight: 1, play: onDeal('leaveDeal', (market, id) => market.leaveDeal.populateTransaction(id)) },
  cancel: { weight: 3, play: onDeal('cancel', (market, id) => market.cancel.populateTransaction(id)) },
  close: { weight: 3, play: onDeal('close', (market, id) => market.close.populateTransaction(id)) },
  settle: { weight: 2, play: onDeal('settle', (market, id) => market.settle.populateTransaction(id)) },
  challenge: { weight: 3, play: onDeal('challenge', (market, id) => market.challenge.populateTransaction(id)) },
  answerBadly: { weight: 1, play: onDeal('answer', (market, id, _, chance) => market.answer.populateTransaction(id, chance.hash())) },
  expire: { weight: 2, play: onDeal('expire', (market, id) => market.expire.populateTransaction(id)) },
  forfeit: { weight: 1, play: onDeal('forfeit', (market, id) => market.forfeit.populateTransaction(id)) },
  wait: { weight: 10, play: async ({ world }, chance) => world.pass(chance.below(30)) },
};
