import { join } from 'node:path';
import { dealIdOf } from '../../../../../node/core/market/deal-id.js';
import type { OpenRequest, Revision } from '../../../../../node/core/market/deal.js';
import type { MarketIdentity } from '../../../../../node/core/keys/market-identity.js';
import type { Address, DealId, Hash, Wei } from '../../../../../node/core/units.js';
import type { Catalogue, ObjectRecord } from '../../../../../node/ports/catalogue.js';
import { openCatalogueFiles } from '../../../../../node/storage/catalogue.js';
import { shardsOf } from '../../../../../test/support/stored-slabs.js';

/** What a renter has after a restart. */
export interface RestartedRenter {
  readonly catalogue: Catalogue;
}

export const restartRenter = async (folder: string, identity: MarketIdentity): Promise<RestartedRenter> => ({
  catalogue: await openCatalogueFiles(join(folder, 'catalogue'), identity),
});

const objectsIn = async ({ catalogue }: RestartedRenter): Promise<ObjectRecord[]> => {
  const all: ObjectRecord[] = [];
  for await (const object of catalogue.objects()) all.push(object);
  return all;
};

/** Each name of an object leads to it. */
export const inspectRenter = async (opened: RestartedRenter): Promise<string[]> => {
  const wrong: string[] = [];
  for (const { name } of await objectsIn(opened))
    if ((await opened.catalogue.object(name)) === undefined) wrong.push(`nothing is called ${name}`);
  return wrong;
};

/** Each shard of a stored object lies in a deal that names it. */
export const shardsAreNamed = async (opened: RestartedRenter): Promise<string | undefined> => {
  for (const object of await objectsIn(opened))
    for (const { deal, sector } of object.state === 'stored' ? await shardsOf(opened.catalogue, object) : []) {
      const known = await opened.catalogue.deal(deal);
      const numbers = [known?.current, known?.proposed].flatMap((each) => (each === undefined ? [] : [each.revision.number]));
      const times = await Promise.all(numbers.map((number) => opened.catalogue.timesNamed(deal, number, sector.root)));
      const isNamed = times.some((count) => count > 0);
      if (!isNamed) return `a shard of ${object.name} lies in a deal that does not name it`;
    }
  return undefined;
};

/** Each sector that a deal is paid for is a shard of something, or on record as freed: nothing is paid for for ever. */
export const paidIsKnown = async ({ catalogue }: RestartedRenter): Promise<string | undefined> => {
  for await (const { id, current } of catalogue.deals())
    for await (const { root } of catalogue.sectors(id, current?.revision.number ?? 0n))
      if ((await catalogue.sectorPlace(id, root)) === undefined && !(await catalogue.isFreed(id, root)))
        return 'a deal is paid for a sector that nobody knows of';
  return undefined;
};

/** A deal that was asked for is found again. */
export const isAskedFor =
  (identity: MarketIdentity, renter: Address, { provider, salt }: OpenRequest) =>
  async ({ catalogue }: RestartedRenter): Promise<string | undefined> => {
    const waits = (await catalogue.openings()).some((request) => request.salt === salt);
    const known = await catalogue.deal(dealIdOf(identity, renter, provider, salt));
    return waits || known !== undefined ? undefined : 'a deal that was asked for is forgotten';
  };

export const isDealKnown =
  (deal: DealId) =>
  async ({ catalogue }: RestartedRenter): Promise<string | undefined> =>
    (await catalogue.deal(deal)) === undefined ? 'a deal that was opened is forgotten' : undefined;

/** Nothing waits to be opened any more. */
export const nothingWaits = async ({ catalogue }: RestartedRenter): Promise<string | undefined> =>
  (await catalogue.openings()).length === 0 ? undefined : 'a deal would be asked for again';

/** A revision that left is known, or one after it. */
export const isProposed =
  ({ deal, number, root }: Revision) =>
  async ({ catalogue }: RestartedRenter): Promise<string | undefined> => {
    const known = await catalogue.deal(deal);
    const revisions = [known?.proposed?.revision, known?.current?.revision];
    const isKnown = revisions.some((revision) => revision !== undefined && (revision.number > number || revision.root === root));
    return isKnown ? undefined : `revision ${number} left and is forgotten`;
  };

/** The provider's signature under it, or under a later one, is here. */
export const isCountersigned =
  ({ deal, number }: Revision) =>
  async ({ catalogue }: RestartedRenter): Promise<string | undefined> =>
    ((await catalogue.deal(deal))?.current?.revision.number ?? 0n) >= number ? undefined : `the signature under revision ${number} is gone`;

export const isPromised =
  (deal: DealId, amount: Wei) =>
  async ({ catalogue }: RestartedRenter): Promise<string | undefined> =>
    (await catalogue.promised(deal)) >= amount ? undefined : 'a voucher left that nobody remembers';

/** An object is on record by that content, stored if it must be, in these deals at least. */
export const isOnRecord =
  (sha256: Hash, state?: ObjectRecord['state'], deals: readonly DealId[] = []) =>
  async (opened: RestartedRenter): Promise<string | undefined> => {
    const found = (await objectsIn(opened)).filter((object) => object.sha256 === sha256);
    if (found.length === 0) return 'the object is forgotten';
    if (found.length > 1) return 'the object is there twice';
    if (state !== undefined && found[0]?.state !== state) return `the object is ${found[0]?.state}`;
    const places = (await shardsOf(opened.catalogue, found[0])).map(({ deal }) => deal);
    return deals.every((deal) => places.includes(deal)) ? undefined : 'where its shards went is forgotten';
  };
