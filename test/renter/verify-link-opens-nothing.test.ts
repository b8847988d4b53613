import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { expect } from 'chai';
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createShardCipher, objectKey } from '../../node/core/data/cipher.js';
import { concatBytes, fromHex } from '../../node/core/data/bytes.js';
import { linkText, parseLink, verifyOnly } from '../../node/core/keys/share-link.js';
import { hashOf } from '../support/worlds/actors.js';
import { sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { createKeptWorld } from './recovering.js';
import { forEver, terms } from './sharing-stories.js';
import { filesOf, putAll } from './small-files.js';

/** Plaintexts that would be recognized: each line of them says which it is. */
const textOf = (name: string, lines: number): Uint8Array =>
  new TextEncoder().encode(Array.from({ length: lines }, (_, line) => `plain text of ${name}, line ${line}\n`).join(''));
const FILES = new Map([
  ['trip/journal-of-alice', textOf('journal', 40)],
  ['trip/packing-list', textOf('packing', 20)],
]);
const FILM = { name: 'trip/film-of-alice', bytes: textOf('film', 2_000) };

/** Each salt that the code knows: what stands between quotes as `holdfast/…`, and the levels of the tree of keys. */
const saltsInCode = async (): Promise<readonly string[]> => {
  const found = new Set<string>();
  for (const file of globSync('node/core/**/*.ts')) {
    const text = await readFile(file, 'utf8');
    for (const [, salt = ''] of text.matchAll(/['`](holdfast\/[a-z0-9/-]+)['`]/g)) found.add(salt);
    for (const [, level = ''] of text.matchAll(/saltOf\('([a-z-]+)'\)/g)) found.add(`holdfast/${level}-key/1`);
  }
  return [...found];
};

/** Every sector that any provider holds: shards, manifests, boards and the pages of the catalogue. */
const allSectors = async ({ providers }: RenterWorld): Promise<readonly Uint8Array[]> => {
  const sectors = new Map<string, Uint8Array>();
  for (const { store } of providers.values())
    for await (const { root } of store.list()) if (!sectors.has(root)) sectors.set(root, await store.read(root));
  return [...sectors.values()];
};

const shared = async () => {
  const world = await createKeptWorld();
  await world.during(putAll(world.renter, filesOf(FILES)));
  await world.during(world.renter.put({ name: FILM.name, source: sourceOf(FILM.bytes), ...terms }));
  const { link } = await world.during(world.renter.share({ name: 'trip', until: forEver }));
  const [own] = await world.renter.shares();
  const master = fromHex(hashOf('alice master'));
  const ids = await Array.fromAsync(world.catalogue.objects(), ({ id }) => id);
  const texts = [...FILES.keys(), FILM.name].map((name) => name.slice('trip/'.length));
  const secrets = new Map<string, Uint8Array>([
    ...texts.map((name) => [`the name ${name}`, new TextEncoder().encode(name)] as const),
    ['plaintext', new TextEncoder().encode('plain text of ')],
    ...ids.map((id) => [`the key of object ${id}`, objectKey(master, id)] as const),
    ['the key of the share', link.share ?? new Uint8Array(32)],
    ['the master key', master],
  ]);
  return { world, link: parseLink(linkText(link)), ids: [own?.share.id ?? '', ...ids].map((id) => fromHex(`0x${id}`)), secrets };
};

/** Bytes of a sector that are looked at behind each beginning: names and plaintext come that early in all of these. */
const LOOKED = 16_384;

type Secrets = ReadonlyMap<string, Uint8Array>;

/** Which of the secrets stand in `bytes`. */
const secretsIn = (bytes: Uint8Array, secrets: Secrets): readonly string[] =>
  [...secrets].flatMap(([what, secret]) => (Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(secret) >= 0 ? [what] : []));

/** What follows from a key by each salt and each of the infos: 48 bytes, as of a key and a nonce. */
const derived = (key: Uint8Array, salts: readonly string[], infos: readonly (Uint8Array | undefined)[]): readonly Uint8Array[] =>
  salts.flatMap((salt) => infos.map((info) => hkdf(sha256, key, new TextEncoder().encode(salt), info, 48)));

const opened = async (sector: Uint8Array, from: number, keys: Uint8Array): Promise<Uint8Array> => {
  const clear = sector.slice(from, from + LOOKED);
  await createShardCipher({ key: keys.slice(0, 32), nonce: keys.slice(32) })(clear);
  return clear;
};

/** Where an encrypted text may begin: at once, behind the id of a manifest, and where a text that the keys open says that it ends. */
const beginnings = async (sector: Uint8Array, all: readonly Uint8Array[]): Promise<readonly number[]> => {
  const found = new Set([0, 16]);
  for (const keys of all) {
    const clear = await opened(sector, 16, keys);
    const length = new DataView(clear.buffer).getUint32(0);
    if (length > 0 && 20 + length < sector.length) found.add(20 + length);
  }
  return [...found];
};

/** Tries what follows from `key`, each way on each sector. `ends` is a key of whose texts the ends are known. What came to light, and how often something was tried. */
const attack = async (
  { key, ends = key, ids }: { readonly key: Uint8Array; readonly ends?: Uint8Array; readonly ids: readonly Uint8Array[] },
  sectors: readonly Uint8Array[],
  secrets: Secrets,
) => {
  const salts = await saltsInCode();
  const light = new Set<string>();
  let tried = 0;
  const look = (bytes: Uint8Array): void => {
    tried += 1;
    for (const what of secretsIn(bytes, secrets)) light.add(what);
  };
  for (const sector of sectors) {
    look(sector);
    const infos = [undefined, sector.slice(0, 16), ...ids];
    const all = derived(key, salts, infos);
    const starts = await beginnings(sector, ends === key ? all : derived(ends, salts, infos));
    for (const keys of [concatBytes(key, sector.slice(0, 16)), ...all]) {
      look(keys);
      for (const from of starts) look(await opened(sector, from, keys));
    }
  }
  for (const keys of derived(key, salts, [undefined, ...ids])) derived(keys.slice(0, 32), salts, [undefined, ...ids]).forEach(look);
  return { light: [...light].sort(), tried, salts };
};

describe('whoever has a verify link, and all that all providers hold', function () {
  this.timeout(120_000);

  it('learns no name, no plaintext and no key by any derivation that the code knows; a link that reads would give names and keys', async () => {
    const { world, link, ids, secrets } = await shared();
    const sectors = await allSectors(world);
    const known = verifyOnly(link);
    expect(known.share).to.equal(undefined);
    expect(secretsIn(new TextEncoder().encode(linkText(known)), secrets)).to.deep.equal([]);
    const { light, tried, salts } = await attack({ key: known.verify, ids }, sectors, secrets);
    expect(salts).to.include.members([
      'holdfast/share-contents-key/1',
      'holdfast/share-places-key/1',
      'holdfast/object-key/1',
      'holdfast/shard-key/1',
    ]);
    expect(tried).to.be.greaterThan(sectors.length * salts.length * 2);
    expect(light).to.deep.equal([]);

    const reading = await attack({ key: link.share ?? known.verify, ends: known.verify, ids }, sectors, secrets);
    const expected = [...secrets.keys()].filter((what) => /^the (name|key of object)/.test(what));
    expect(reading.light).to.include.members(expected);
    expect(reading.light).not.to.include('the master key');
  });

  it('would be noticed to see plaintext in a sector that is not encrypted', async () => {
    const { link, secrets } = await shared();
    expect((await attack({ key: link.verify, ids: [] }, [FILM.bytes], secrets)).light).to.deep.equal(['plaintext']);
  });
});
