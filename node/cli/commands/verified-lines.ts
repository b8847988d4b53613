import { countText } from '../../core/amount-text.js';
import { nameText } from '../../core/visible-text.js';
import type { Depth } from '../../renter/verify/sample-places.js';
import type { VerifiedShare } from '../../renter/sharing/verify-share.js';
import { showMinute } from '../amounts.js';
import type { Outcome } from '../command.js';
import type { Moment } from './moment.js';
import { doubtLines } from './shared-lines.js';
import { providerFacts, providerLine, shownText } from './verify-lines.js';

/** The period at whose beginning the first of the deals ends. */
const firstEnd = ({ chained }: VerifiedShare) => [...chained.values()].map(({ end }) => end).sort((a, b) => a - b)[0];

const verdictLines = ({ wanting }: VerifiedShare): readonly string[] => {
  if (wanting.length === 0) return ['All of it is held.'];
  const lost = wanting.filter(({ k, held }) => held < k).length;
  const [worst] = wanting.toSorted((one, other) => one.held - one.k - (other.held - other.k));
  return [
    `${countText(wanting.length, 'part')} of it ${wanting.length === 1 ? 'lacks' : 'lack'} shards${worst ? `; of the worst, ${worst.held} of ${worst.n} are held, and any ${worst.k} bring it back` : ''}.`,
    lost === 0 ? 'All of it can be read.' : `${countText(lost, 'part')} of it cannot be read now.`,
  ];
};

/** What somebody with a link was shown: of one that only verifies, no names. */
export const verifiedOutcome = (verified: VerifiedShare, depth: Depth, moment: Pick<Moment, 'now' | 'dayOf'>): Outcome => {
  const { opened, shards, wanting, providers } = verified;
  const { places, contents, looked } = opened;
  const [owner] = new Set(looked.map(({ deal }) => deal.renter));
  const ends = firstEnd(verified);
  return {
    text: [
      `Looked at ${contents ? `"${nameText(contents.name)}"` : 'what this link does not open'}: ${shownText(shards, depth)}`,
      `  as its owner ${owner ?? 'unknown'} listed it ${showMinute(places.madeAt)}, in list number ${places.number}`,
      ...providers.map(providerLine),
      `  it is period ${moment.now}${ends === undefined ? '' : `; the first of its deals ends about ${moment.dayOf(ends)}`}`,
      ...doubtLines(opened),
      ...verdictLines(verified),
    ],
    json: {
      ...(contents && { name: contents.name, folder: contents.isFolder }),
      ...{ owner, shards, held: wanting.length === 0, readable: wanting.every(({ k, held }) => held >= k) },
      ...{ wanting, number: places.number, madeAt: places.madeAt, period: moment.now, firstEndPeriod: ends },
      providers: providers.map(providerFacts),
      ...{ olderDeals: opened.older, lookedDeals: looked.length, ownerDeals: opened.deals },
    },
    exitCode: wanting.length > 0 ? 1 : 0,
  };
};
