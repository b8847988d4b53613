import { countText } from '../../core/amount-text.js';
import { decideShape } from '../../core/market/decide-shape.js';
import { durability, percentDown, USUAL_SURVIVAL } from '../../core/market/durability.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { ProviderRecord } from '../../core/market/deal.js';
import { count, percent } from '../amounts.js';
import type { OptionReader, ParameterSpec } from '../command.js';

/** Most shards of a code. */
const MOST_SHARDS = 255;

/** Options of how widely something is stored. */
export const shapeOptions: readonly ParameterSpec[] = [
  { flags: '--k <count>', description: 'shards that suffice to get a file back (default: 4)' },
  { flags: '--n <count>', description: 'shards stored, each at a provider of its own (default: 6)' },
  { flags: '--target <percent>', description: 'instead of --n: as many shards as make a file so likely to be there, such as 99.99' },
  { flags: '--survival <percent>', description: 'with --target, how likely each shard is to be there while nobody repairs (default: 75)' },
];

/** The shape that the options say. */
export interface ShapeWish {
  readonly k: number;
  /** Undefined where {@link target} says it. */
  readonly n: number | undefined;
  /** Fractions in 0 … 1. */
  readonly target: number | undefined;
  readonly survival: number;
}

/** Reads the options; `usual` is what the settings say. USAGE for two that contradict each other. */
export const shapeOf = (options: OptionReader, usual: { readonly k: number; readonly n: number }): ShapeWish => {
  const n = options.parsed('n', ...count(1));
  const target = options.parsed('target', ...percent('99.99'));
  const survival = options.parsed('survival', ...percent('75'));
  if (n !== undefined && target !== undefined) throw new HoldfastError('USAGE', { detail: '--target and --n stand for each other' });
  if (survival !== undefined && target === undefined) throw new HoldfastError('USAGE', { detail: '--survival is for --target' });
  const k = options.parsed('k', ...count(1)) ?? usual.k;
  return { k, n: n ?? (target === undefined ? usual.n : undefined), target, survival: survival ?? USUAL_SURVIVAL };
};

/** The shape, and what is to be said of it. */
interface Settled {
  readonly k: number;
  readonly n: number;
  readonly line?: string;
}

/** What a wish comes to where these providers are registered; a target that they do not come to is stored as widely as they allow, with a warning. */
export const settleShape = (
  { k, n, target, survival }: ShapeWish,
  providers: readonly { readonly ask: Pick<ProviderRecord['ask'], 'maxLeaves'> }[],
): Settled => {
  if (target === undefined || n !== undefined) return { k, n: n ?? k };
  const open = providers.filter(({ ask }) => ask.maxLeaves > 0).length;
  const decided = decideShape({ k, target, survival, most: Math.min(MOST_SHARDS, open) });
  const comes = `any ${k} of ${decided.n} shards come to ${percentDown(durability(k, decided.n, survival))}`;
  const wanted = `${percentDown(target)} at ${percentDown(survival)} a shard`;
  if (decided.reached) return { k, n: decided.n, line: `For ${wanted}: ${comes}.` };
  const needed = decideShape({ k, target, survival, most: MOST_SHARDS });
  const lack = needed.reached ? `takes ${countText(needed.n, 'provider')}` : 'is beyond any code of 255 shards';
  return { k, n: decided.n, line: `Warning: ${wanted} ${lack}, and ${open} take deals: stored as widely as that allows, ${comes}.` };
};
