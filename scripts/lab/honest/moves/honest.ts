import { isHoldfastError } from '../../../../node/core/errors/holdfast-error.js';
import { wei } from '../../../../node/core/units.js';
import { nowhere, sourceOf } from '../parties/renter.js';
import { usualAsk } from '../parties/provider.js';
import type { Game } from '../game.js';
import type { Chance } from '../../staging/chance.js';
import type { HonestDeed } from '../tally.js';
import { contentOf, type MoveTable, type Play } from './move.js';

/** Whether there was nothing that an honest provider could have done about it: no place, no money, no such thing. */
const isExcused = (error: unknown): boolean =>
  isHoldfastError(error, 'OBJECT_MISSING', 'OBJECT_NOT_STORED', 'EGRESS_UNFUNDED', 'EGRESS_ABOVE_LIMIT');

/** Counts a deed unless somebody has a key of those who do it, or Mallory, who has a part in it, does not do hers. */
const count = ({ tally, theft, manners }: Game, what: HonestDeed, done: boolean, withMallory: boolean): void => {
  const counts = theft === 'nothing' && (!withMallory || (manners.lives && manners.serves));
  if (done || counts) tally.honest(what, done);
};

/** Alice's files, of which the first is stored at the beginning, at two providers and with room for the others. */
const fileOf = (chance: Chance): string => `file ${chance.below(3)}`;

const put: Play = async (game, chance) => {
  const { alice, pages } = game;
  const first = ![...pages.all].some(({ renter }) => renter === alice.address);
  const bytes = contentOf(chance, 3).slice(0, 33 + chance.below(60));
  const n = first || chance.hit(0.3) ? 2 : 1;
  const name = first ? 'file 0' : fileOf(chance);
  const options = { name, source: sourceOf(bytes), k: 1, n, periods: 36, minPeriods: 3, room: 2_048, reads: 4 };
  await alice.begin(
    async (renter) => void (await renter.put(options)),
    (done, error) => {
      if (done || !isExcused(error)) count(game, 'puts', done, true);
    },
  );
};

const get: Play = async (game, chance) => {
  await game.alice.begin(
    async (renter) => void (await renter.get({ object: chance.hit(0.6) ? 'file 0' : fileOf(chance), sink: nowhere })),
    (done, error) => {
      if (done || !isExcused(error)) count(game, 'gets', done, true);
    },
  );
};

/** Has a deal of its own proven, and waits what comes of it. */
const challenge: Play = async ({ alice }, chance) => {
  await alice.begin(
    async (renter) => {
      const deals = (await renter.deals()).filter(({ deal }) => deal.status === 'active');
      if (deals.length === 0) return;
      const opened = await renter.challenge(chance.pick(deals).deal.id);
      await renter.awaitChallenge(opened);
    },
    () => undefined,
  );
};

const release: Play = async ({ alice }, chance) => {
  await alice.begin(
    async (renter) => {
      const deals = (await renter.deals()).filter(({ deal }) => deal.status !== 'closed');
      if (deals.length === 0) return;
      await renter.release([chance.pick(deals).deal.id]);
    },
    () => undefined,
  );
};

const deposit: Play = async ({ alice }, chance) => {
  await alice.begin(
    async (renter) => {
      const deals = (await renter.deals()).filter(({ deal }) => deal.status !== 'closed');
      if (deals.length > 0) await renter.deposit(chance.pick(deals).deal.id, wei(10n ** 16n));
    },
    () => undefined,
  );
};

/** Bob changes what he asks for. */
const reprice = async ({ world, bob }: Game, tenths: bigint): Promise<void> => {
  const ask = { ...usualAsk, price: wei((usualAsk.price * tenths) / 10n) };
  const call = world.stage.contracts.registry.setAsk.populateTransaction(bob.address, ask);
  await world.attempt(bob.address, 'setAsk', call);
};

/** What honest people do, and what Mallory's provider does to them. */
export const honest: MoveTable = {
  put: { weight: 10, play: put },
  get: { weight: 8, play: get },
  haveProven: { weight: 2, play: challenge },
  release: { weight: 2, play: release },
  payIn: { weight: 1, play: deposit },
  killed: { weight: 3, play: ({ bob }) => bob.restart() },
  reprice: { weight: 3, play: (game, chance) => reprice(game, BigInt(5 + chance.below(11))) },
  vanish: { weight: 2, play: async ({ manners }) => void (manners.lives = false) },
  return: { weight: 2, play: async ({ manners }) => void (manners.lives = true) },
  lose: {
    weight: 1,
    play: async ({ mallory, manners }, chance) => {
      manners.serves = chance.hit(0.5);
      for await (const { root } of mallory.store.list()) if (chance.hit(0.5)) await mallory.store.delete(root);
    },
  },
  overclaim: { weight: 1, play: async ({ manners }, chance) => void (manners.claims = chance.below(256)) },
};
