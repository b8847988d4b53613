import type { Address } from '../../../../node/core/units.js';
import type { Chance } from '../../staging/chance.js';
import { TOKEN } from '../chain/stage.js';
import type { Game } from '../game.js';

/** The run's contracts, typed. */
export const contracts = (game: Game) => game.world.stage.contracts;
export const market = (game: Game) => contracts(game).market;

/** Somebody: a wallet of the adversary, an honest person's account excepted. */
export const anybody = ({ crowd, stranger }: Game, chance: Chance): Address => chance.pick([...crowd.slice(0, 8), stranger]).wallet.address;
/** A provider, or nobody. */
export const anyProvider = ({ bob, mallory, stranger }: Game, chance: Chance): Address =>
  chance.pick([bob.address, bob.address, mallory.address, stranger.wallet.address]);
/** Nothing, next to nothing, something or much. */
export const amountOf = (chance: Chance): bigint => chance.pick([0n, 1n, TOKEN / 10n, TOKEN, 3n * TOKEN]);
