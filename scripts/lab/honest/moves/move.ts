import type { SectorRef } from '../../../../node/core/data/data-set.js';
import type { Revision } from '../../../../node/core/market/deal.js';
import { fromHex } from '../../../../node/core/data/bytes.js';
import type { Chance } from '../../staging/chance.js';
import { TOKEN, type Person } from '../chain/stage.js';
import type { Game, Theft } from '../game.js';
import { openTenant, type SignedDraft, type Tenant, type TenantTerms } from '../parties/tenant.js';

/** What somebody does in a run. All that it needs by chance comes from its own luck: without one move the others stay what they are. */
export type Play = (game: Game, chance: Chance) => Promise<void>;

/** A move with how often it is drawn, against the sum of all. */
export interface Row {
  readonly weight: number;
  readonly play: Play;
  /** In runs of which theft it is drawn; in all without. */
  readonly thefts?: readonly Theft[];
}

export type MoveTable = Readonly<Record<string, Row>>;

/** `leaves` leaves that nobody else has. */
export const contentOf = (chance: Chance, leaves: number): Uint8Array => {
  const bytes = new Uint8Array(leaves * 32);
  for (let leaf = 0; leaf < leaves; leaf++) bytes.set(fromHex(chance.hash()), leaf * 32);
  return bytes;
};

/** A deal of some wallet with Bob. */
export const open = async (
  game: Game,
  chance: Chance,
  terms: Partial<TenantTerms> = {},
  person: Person = chance.pick(game.crowd),
): Promise<Tenant | undefined> => {
  const { world, bob, bobsService, tenants } = game;
  const usual = {
    provider: bob.address,
    salt: game.salt(),
    periods: 4 + chance.below(20),
    maxLeaves: 1 << chance.below(17),
    maxEgress: BigInt(chance.below(20)) * (TOKEN / 10n),
    escrow: BigInt(1 + chance.below(20)) * (TOKEN / 10n),
  };
  const tenant = await openTenant(world, bobsService, person, { ...usual, ...terms });
  if (tenant !== undefined) tenants.push(tenant);
  return tenant;
};

/** Some deal of the adversary; a new one while there is none. */
export const some = async (game: Game, chance: Chance): Promise<Tenant | undefined> =>
  game.tenants.length > 0 && !chance.hit(0.1) ? chance.pick(game.tenants) : open(game, chance);

/** Waits until Bob is not frozen. */
export const thaw = async ({ world, bob }: Pick<Game, 'world' | 'bob'>): Promise<void> => {
  while ((await world.reader.provider(bob.address))?.frozen === true) await world.pass(1);
};

/** Uploads sectors of `sizes` leaves and has Bob sign a revision that names them. */
export const fill = async (
  tenant: Tenant,
  chance: Chance,
  sizes: readonly number[],
  fields: Partial<Revision> = {},
): Promise<SignedDraft | undefined> => {
  const sectors = await tenant.upload(sizes.map((leaves) => contentOf(chance, leaves)));
  return sectors === undefined ? undefined : tenant.ask(sectors, fields);
};

/** A deal with data on chain: as {@link fill}, posted as soon as it can be. */
export const store = async (game: Game, tenant: Tenant, chance: Chance, sizes: readonly number[], fields: Partial<Revision> = {}) => {
  await thaw(game);
  const signed = await fill(tenant, chance, sizes, fields);
  if (signed === undefined) return undefined;
  await thaw(game);
  const outcome = await tenant.post(signed);
  return outcome.done || (await tenant.deal())?.number === signed.revision.number ? signed : undefined;
};

/** Sectors of what the chain holds of a deal. */
export const storedIn = async (tenant: Tenant): Promise<readonly SectorRef[]> => {
  const deal = await tenant.deal();
  return tenant.signed.find(({ revision }) => revision.number === deal?.number)?.sectors ?? [];
};

/** Reads with vouchers until Bob wants no more, at most `times`. */
export const readOn = async (tenant: Tenant, sectors: readonly SectorRef[], times: number, leaf: bigint): Promise<void> => {
  const [sector] = sectors;
  if (sector === undefined) return;
  for (let i = 0; i < times; i++) {
    const amount = (BigInt(tenant.read) / 32n + BigInt(sector.leaves)) * leaf;
    if (!(await tenant.fetch(sector, sector.leaves, amount))) return;
  }
};
