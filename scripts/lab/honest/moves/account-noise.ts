import { AbiCoder, MaxUint256, ZeroAddress } from 'ethers';
import { hash, period, wei } from '../../../../node/core/units.js';
import type { Chance } from '../../staging/chance.js';
import type { PreparedCall } from '../../staging/chain.js';
import { TOKEN } from '../chain/stage.js';
import { usualAsk } from '../parties/provider.js';
import type { Game } from '../game.js';
import { amountOf, anybody, anyProvider, contracts } from './anybody.js';
import type { MoveTable, Play } from './move.js';

/** A verb on the market by somebody. */
const by =
  (name: string, prepare: (game: Game, chance: Chance) => Promise<PreparedCall>): Play =>
  async (game, chance) =>
    void (await game.world.attempt(anybody(game, chance), name, prepare(game, chance)));

const register: Play = async (game, chance) => {
  const { registry } = contracts(game);
  const who = chance.pick(game.crowd.slice(0, 8));
  const operator = chance.hit(0.2) ? ZeroAddress : who.session.address;
  const peer = chance.hit(0.1) ? '0x' : '0x000107';
  await game.world.attempt(
    who.wallet.address,
    'register',
    registry.register.populateTransaction(operator, peer, '/memory/x', usualAsk, TOKEN),
  );
};

/** Registry verbs by those who may and those who may not. */
const registryVerb: Play = async (game, chance) => {
  const { registry } = contracts(game);
  const { mallory, bob, world } = game;
  const from = chance.pick([mallory.address, mallory.person.session.address, anybody(game, chance)]);
  const provider = chance.pick([mallory.address, bob.address]);
  const verb = chance.pick(['setAsk', 'setEndpoint', 'setOperator'] as const);
  const ask = { ...usualAsk, price: wei((usualAsk.price * BigInt(5 + chance.below(10))) / 10n), maxLeaves: chance.pick([0, 1 << 20]) };
  const calls = {
    setAsk: () => registry.setAsk.populateTransaction(provider, ask),
    setEndpoint: () => registry.setEndpoint.populateTransaction(provider, chance.hit(0.2) ? '0x' : '0x000102', '/memory/mallory'),
    setOperator: () => registry.setOperator.populateTransaction(chance.hit(0.3) ? ZeroAddress : mallory.person.session.address),
  };
  await world.attempt(from, verb, calls[verb]());
};

/** Copies or makes up a proof. */
const proveBadly: Play = async (game, chance) => {
  const { market } = contracts(game);
  const bytes = AbiCoder.defaultAbiCoder().encode(['bytes32[8]'], [Array.from({ length: 8 }, () => chance.hash())]);
  const of = period(Math.max(0, game.world.period - chance.below(2)));
  const call = market.prove.populateTransaction(anyProvider(game, chance), of, chance.hit(0.3) ? '0x' : bytes);
  await game.world.attempt(anybody(game, chance), 'prove', call);
};

const permit: Play = async (game, chance) => {
  const { market } = contracts(game);
  const amount = chance.pick([0n, TOKEN, MaxUint256]);
  const from = chance.hit(0.5) ? game.bob.person.session.address : anybody(game, chance);
  const zero = hash(`0x${'00'.repeat(32)}`);
  await game.world.attempt(from, 'permit', market.permit.populateTransaction(amount, MaxUint256, 27, zero, zero));
};

const pool: Play = async (game, chance) => {
  const { pool: rewards, token, market } = contracts(game);
  const { world } = game;
  const from = anybody(game, chance);
  const epoch = Number(await market.currentEpoch());
  const verb = chance.pick(['sponsor', 'sponsor', 'reclaim', 'claim', 'claim', 'collectFees'] as const);
  const some_ = Math.max(0, epoch + chance.pick([-2, -1, 0, 1, 101]));
  if (verb === 'sponsor') await world.attempt(from, 'approve', token.approve.populateTransaction(await rewards.getAddress(), MaxUint256));
  const calls = {
    sponsor: () => rewards.sponsor.populateTransaction(some_, amountOf(chance)),
    reclaim: () => rewards.reclaim.populateTransaction(some_),
    claim: () => rewards.claim.populateTransaction(anyProvider(game, chance), [some_]),
    collectFees: () => market.collectFees.populateTransaction(some_),
  };
  await world.attempt(from, verb, calls[verb]());
};

/** Verbs on accounts, providers and the pool, one by one. */
export const accountNoise: MoveTable = {
  pool: { weight: 4, play: pool },
  permit: { weight: 1, play: permit },
  proveBadly: { weight: 2, play: proveBadly },
  registry: { weight: 3, play: registryVerb },
  register: { weight: 1, play: register },
  sync: { weight: 1, play: by('sync', (game, chance) => contracts(game).market.sync.populateTransaction(anyProvider(game, chance))) },
  stake: {
    weight: 1,
    play: by('stake', (game, chance) => contracts(game).market.stake.populateTransaction(anyProvider(game, chance), amountOf(chance))),
  },
  unstake: { weight: 1, play: by('unstake', (game, chance) => contracts(game).market.unstake.populateTransaction(amountOf(chance))) },
  setLockLimit: {
    weight: 1,
    play: by('setLockLimit', (game, chance) =>
      contracts(game).market.setLockLimit.populateTransaction(anyProvider(game, chance), amountOf(chance)),
    ),
  },
  withdraw: {
    weight: 2,
    play: by('withdraw', (game, chance) =>
      contracts(game).market.withdraw.populateTransaction(
        chance.pick([0n, 1n, TOKEN]),
        chance.hit(0.2) ? ZeroAddress : anybody(game, chance),
      ),
    ),
  },
  fund: {
    weight: 1,
    play: by('fund', (game, chance) =>
      contracts(game).market.fund.populateTransaction(chance.hit(0.2) ? ZeroAddress : anybody(game, chance), amountOf(chance)),
    ),
  },
};
