import { wei, type Hash } from '../../../node/core/units.js';
import type { ProviderService } from '../../../node/ports/link.js';
import { createChance, type Chance } from '../staging/chance.js';
import { personOf, TOKEN, type Person, type Stage } from './chain/stage.js';
import { createDealPages, type DealPages } from './oaths/deal-pages.js';
import { createProviderOath, type ProviderOath } from './oaths/provider-oath.js';
import { createRenterOath, type RenterOath } from './oaths/renter-oath.js';
import { createProviderParty, enrol, usualAsk, type ProviderParty } from './parties/provider.js';
import { createRenterParty, RENTER_CREDIT, type RenterParty } from './parties/renter.js';
import type { Tenant } from './parties/tenant.js';
import type { Tally } from './tally.js';
import { createWorld, type World } from './world/world.js';

/** What an honest provider has at stake, and lets its operator lock. */
export const STAKE = 100n * TOKEN;
export const LOCK_LIMIT = 60n * TOKEN;

const [alice, bob, mallory, carol, trudy] = ['alice', 'bob', 'mallory', 'carol', 'trudy'].map(personOf) as [
  Person,
  Person,
  Person,
  Person,
  Person,
];
/** Wallets of the adversary. */
const crowd = Array.from({ length: 48 }, (_, index) => personOf(`wallet ${index}`));

/** Everybody who plays. */
export const people: readonly Person[] = [alice, bob, mallory, carol, trudy, ...crowd];

/** What the adversary has of honest people from the beginning. */
export type Theft = 'nothing' | 'session' | 'operator';

/** How a provider of the adversary behaves. */
export interface Manners {
  /** Proves, posts and closes as it should. */
  lives: boolean;
  /** Gives what was stored with it. */
  serves: boolean;
  /** Bytes that it claims to have served beyond the truth. */
  claims: number;
}

/** One run: who plays, and what they have. */
export interface Game {
  readonly world: World;
  readonly theft: Theft;
  readonly alice: RenterParty;
  readonly bob: ProviderParty;
  /** Bob's service, listened to. */
  readonly bobsService: ProviderService;
  readonly mallory: ProviderParty;
  readonly manners: Manners;
  /** A provider without a daemon, who signs whatever her accomplices like. */
  readonly trudy: Person;
  /** Deals with her that wait for her default. */
  kept: { readonly long: Tenant; readonly short: Tenant } | undefined;
  readonly crowd: readonly Person[];
  /** Somebody without a part. */
  readonly stranger: Person;
  readonly tenants: Tenant[];
  readonly pages: DealPages;
  readonly providerOath: ProviderOath;
  readonly renterOath: RenterOath;
  readonly tally: Tally;
  /** A fresh salt. */
  salt(): Hash;
  close(): void;
}

/** How Mallory answers, by her manners. */
const misbehave = (service: ProviderService, manners: Manners): ProviderService => ({
  ...service,
  readLeaves: async (...request) => {
    const range = await service.readLeaves(...request);
    return manners.serves ? range : { ...range, bytes: range.bytes.map((byte) => byte ^ 255) };
  },
  egress: async (...request) => {
    const state = await service.egress(...request);
    return { ...state, served: state.served + manners.claims };
  },
});

/** Blocks that an honest transaction may have to wait: the proof and a few batches must fit into the window. */
const DELAYS = { window: 1, usual: 4 } as const;

export const createGame = async (stage: Stage, seed: string, theft: Theft, tally: Tally): Promise<Game> => {
  const chance = createChance(seed);
  await stage.restart(chance.of('blocks').hash());
  const world = await createWorld({ stage, chance, tally, delays: DELAYS });
  const pages = createDealPages();
  const manners: Manners = { lives: true, serves: true, claims: 0 };
  await enrol(world, bob, 1, { ask: usualAsk, stake: STAKE, lockLimit: LOCK_LIMIT });
  const rival = { ...usualAsk, price: wei((usualAsk.price * BigInt(chance.of('rival').pick([9, 11]))) / 10n) };
  await enrol(world, mallory, 2, { ask: rival, stake: STAKE, lockLimit: STAKE });
  await enrol(world, trudy, 3, { ask: { ...usualAsk, price: wei(2n * usualAsk.price) }, stake: 30n * TOKEN, lockLimit: 10n * TOKEN });
  const [bobs, mallorys] = [await createProviderParty(world, bob, 1), await createProviderParty(world, mallory, 2)];
  const providerOath = createProviderOath({ world, party: bobs, pages, tally });
  const renterOath = createRenterOath({ world, account: alice.wallet.address, pages, credit: RENTER_CREDIT });
  const services = new Map<string, ProviderService>([
    [bobs.peerId, renterOath.heard(providerOath.service, () => true)],
    [mallorys.peerId, renterOath.heard(misbehave(mallorys.service, manners), () => manners.serves)],
  ]);
  const rng = randomFrom(chance.of('random'));
  const restore = replaceRandom(rng);
  const idle = chance.of('idle');
  world.watch(async (events, ended) => {
    for (const event of events) pages.hear(event);
    await providerOath.check(events, ended);
    if (ended) await renterOath.check();
  });
  /** In a window it lives with every block, otherwise with most of them. */
  const awake = (): boolean => world.offset < stage.parameters.windowBlocks || idle.hit(0.7);
  world.join({ step: (signal) => bobs.provider.step(signal), awake });
  world.join({ step: (signal) => mallorys.provider.step(signal), awake: () => manners.lives && idle.hit(0.6) });
  const salts = chance.of('salts');
  return {
    world,
    theft,
    alice: createRenterParty(world, alice, (peer) => services.get(peer), tally),
    bob: bobs,
    bobsService: providerOath.service,
    mallory: mallorys,
    manners,
    trudy,
    kept: undefined,
    crowd,
    stranger: carol,
    tenants: [],
    pages,
    providerOath,
    renterOath,
    tally,
    salt: () => salts.hash(),
    close: () => {
      restore();
      world.close();
    },
  };
};

/** Bytes that a seed determines, in the place of the system's: a run can be repeated. */
const randomFrom =
  (chance: Chance) =>
  <Array extends ArrayBufferView | null>(array: Array): Array => {
    if (array === null) return array;
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let at = 0; at < bytes.length; at += 32) bytes.set(Buffer.from(chance.hash().slice(2), 'hex').subarray(0, bytes.length - at), at);
    return array;
  };

const replaceRandom = (getRandomValues: ReturnType<typeof randomFrom>): (() => void) => {
  Object.defineProperty(crypto, 'getRandomValues', { value: getRandomValues, configurable: true });
  return () => void Reflect.deleteProperty(crypto, 'getRandomValues');
};
