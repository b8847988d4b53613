import { wordOf, type Call, type CommandSpec, type Outcome } from '../command.js';
import type { Asked, Listing } from './listing.js';
import { momentOf } from './moment.js';
import { isLink } from '../../core/keys/link-scheme.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Catalogue, ObjectRecord } from '../../ports/catalogue.js';

const show = async ({ terminal }: Call, objects: AsyncIterable<ObjectRecord>, listing: Listing): Promise<Outcome> => {
  const { listingJson, sayListing } = await import('./listing.js');
  return terminal.json ? await listingJson(objects, listing) : await sayListing(terminal, objects, listing);
};

/** Lists with what the chain says of each file now, which takes an RPC and no password; undefined where nothing was ever stored. */
const showAsked = async (call: Call, listing: Listing): Promise<Outcome | undefined> => {
  const { readCatalogue } = await import('../../app/local-catalogue.js');
  const { openReader } = await import('../../app/wallet-session.js');
  const { readStandings } = await import('../../renter/objects/standing.js');
  const settings = await call.settings();
  const showIn = async (catalogue: Catalogue): Promise<Outcome> => {
    await using session = await openReader(settings, call.signal);
    const moment = await momentOf(session, call.signal);
    const { of } = await readStandings({ catalogue, settlement: session.reader }, call.signal);
    const asked: Asked = { moment, of };
    return await show(call, catalogue.objects(), { ...listing, asked });
  };
  return await readCatalogue(settings, async (catalogue) => catalogue && (await showIn(catalogue)), call.signal);
};

/** Lists what a link leads to. */
const showLinked = async (call: Call, word: string, listing: Listing): Promise<Outcome> => {
  const { linkAmong, withLink } = await import('./with-link.js');
  const link = await linkAmong([word]);
  if (link === undefined) throw new HoldfastError('LINK_DAMAGED', { reason: 'it is none' });
  return await withLink(call, link, async ({ guest }) => {
    await guest.open({ signal: call.signal });
    return await show(call, guest.objects(), listing);
  });
};

export const command: CommandSpec = {
  arguments: [{ flags: '[prefix]', description: 'folder of names, or a link (default: everything)' }],
  options: [
    { flags: '-r, --recursive', description: 'list all files below, and not the folders that they lie in' },
    {
      flags: '--health',
      description: 'ask the chain too how much of each file is kept now, until when that is paid for, and what it costs a month',
    },
  ],
  examples: ['holdfast ls', 'holdfast ls photos/', 'holdfast ls -r photos/', 'holdfast ls --health', 'holdfast ls --json'],
  run: async (call) => {
    const [prefix, recursive] = [wordOf(call, 0), call.options.flag('recursive')];
    if (isLink(prefix)) return await showLinked(call, prefix, { prefix: '', recursive: true });
    const listing: Listing = { prefix, recursive };
    const asked = call.options.flag('health') ? await showAsked(call, listing) : undefined;
    if (asked !== undefined) return asked;
    const { storedObjects } = await import('../../app/local-catalogue.js');
    return await show(call, storedObjects(await call.settings(), call.signal), listing);
  },
};
