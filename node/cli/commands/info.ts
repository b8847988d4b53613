import type { Deal } from '../../core/market/deal.js';
import { countText, showTokens } from '../../core/amount-text.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { monthlyUp } from '../../core/market/monthly-price.js';
import { mustKeep } from '../../core/market/endings.js';
import { ratesUp } from '../../core/market/rent.js';
import type { DealId, Leaves, Wei } from '../../core/units.js';
import { nameText } from '../../core/visible-text.js';
import type { Catalogue, ObjectRecord } from '../../ports/catalogue.js';
import { showLeaves, showMinute, showSize } from '../amounts.js';
import { wordOf, type CommandSpec } from '../command.js';
import { momentOf, type Moment } from './moment.js';
import { objectFacts } from './object-facts.js';
import { linkAmong, withLink } from './with-link.js';

/** What of a deal is for the object; `deal` is undefined where the chain does not have it. */
export interface Place {
  readonly id: DealId;
  readonly leaves: Leaves;
  readonly deal: Deal | undefined;
}

/** The places that somebody has to keep. */
const keptOf = (places: readonly Place[], { now }: Pick<Moment, 'now'>): readonly (Place & { readonly deal: Deal })[] =>
  places.flatMap((place) => (place.deal && mustKeep(place.deal, now) ? [{ ...place, deal: place.deal }] : []));

/** Rent of a period for the object, in all deals that keep it, token wei. */
const rentIn = (places: readonly Place[], moment: Pick<Moment, 'now'>): Wei =>
  ratesUp(keptOf(places, moment).map(({ deal, leaves }) => [deal, leaves] as const));

const placeLine = (place: Place, moment: Moment): string => {
  const { id, leaves, deal } = place;
  if (deal === undefined) return `    ${id}  is not on the chain`;
  const fate = mustKeep(deal, moment.now)
    ? `until about ${moment.dayOf(deal.end)}`
    : deal.defaulted === undefined
      ? 'keeps it no more'
      : 'its provider defaulted';
  return `    ${id}  ${showLeaves(leaves)} at ${deal.provider}, ${fate}`;
};

/** Rent of a period as that of 30 days. */
const monthOf = (rent: Wei, periodMilliseconds: number): Wei => monthlyUp(rent, { periodBlocks: 1 }, periodMilliseconds);

/** An object and where it lies, for people. */
export const infoLines = (object: ObjectRecord, places: readonly Place[], moment: Moment): readonly string[] => {
  const { id, name, bytes, k, n, state, storedAt, sha256 } = object;
  const kept = keptOf(places, moment);
  const first = kept.map(({ deal }) => deal.end).sort((a, b) => a - b)[0];
  return [
    `"${nameText(name)}"  ${id}`,
    `  size    ${showSize(bytes)}${sha256 === undefined ? '' : `, SHA-256 ${sha256.slice(2)}`}`,
    `  stored  ${state === 'stored' ? showMinute(storedAt) : 'not finished: put it again'}, any ${k} of ${n} shards bring it back`,
    `  costs   ${showTokens(monthOf(rentIn(places, moment), moment.periodMilliseconds))} a month of 30 days, out of the deals' escrow`,
    `  lies in ${countText(places.length, 'deal')}, of which ${kept.length} keep it${first === undefined ? '' : `; the first of them ends about ${moment.dayOf(first)}`}`,
    ...places.map((place) => placeLine(place, moment)),
  ];
};

/** What is wrong with a word by which no object is called: a folder has no one size and place. BAD_OPTION for a folder, OBJECT_MISSING. */
export const noObject = async (catalogue: Pick<Catalogue, 'inFolder'>, word: string): Promise<HoldfastError> => {
  const folder = word.replace(/\/+$/, '');
  for await (const _ of catalogue.inFolder(folder))
    return new HoldfastError('BAD_OPTION', {
      option: '<name>',
      value: word,
      expected: 'a file: "holdfast ls --health" and "holdfast du" tell of the files in a folder',
    });
  return new HoldfastError('OBJECT_MISSING', { name: word });
};

export const command: CommandSpec = {
  arguments: [{ flags: '<name>', description: 'name, the newest of it, id, or a link' }],
  examples: ['holdfast info holiday.tar', 'holdfast info holiday.tar --json'],
  run: async (call) => {
    const name = wordOf(call, 0);
    const link = await linkAmong([name]);
    if (link !== undefined)
      return await withLink(call, link, async ({ guest }) => {
        const { sharedOutcome } = await import('./shared-lines.js');
        return sharedOutcome(await guest.look({ signal: call.signal }));
      });
    const settings = await call.settings();
    const { readCatalogue } = await import('../../app/local-catalogue.js');
    const { leavesInDeals } = await import('../../renter/deals/deals-holding.js');
    const placesIn = async (catalogue: Catalogue) => {
      const object = await catalogue.object(name);
      if (object === undefined) throw await noObject(catalogue, name);
      return { object, leaves: await leavesInDeals({ catalogue }, object) };
    };
    const known = await readCatalogue(settings, async (catalogue) => catalogue && (await placesIn(catalogue)), call.signal);
    if (known === undefined) throw new HoldfastError('OBJECT_MISSING', { name });
    const { object, leaves } = known;
    const { openReader } = await import('../../app/wallet-session.js');
    await using session = await openReader(settings, call.signal);
    const deals = await session.reader.dealsNow([...leaves.keys()], call.signal);
    const places = [...leaves].map(([id, own], index): Place => ({ id, leaves: own, deal: deals[index] }));
    const moment = await momentOf(session, call.signal);
    return {
      text: infoLines(object, places, moment),
      json: {
        object: objectFacts(object),
        weiPerMonth: monthOf(rentIn(places, moment), moment.periodMilliseconds),
        places: places.map((place) => ({
          deal: place.id,
          leaves: place.leaves,
          kept: place.deal !== undefined && mustKeep(place.deal, moment.now),
          ...(place.deal && { provider: place.deal.provider, endPeriod: place.deal.end }),
        })),
      },
    };
  },
};
