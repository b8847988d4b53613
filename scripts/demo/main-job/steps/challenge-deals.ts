import type { Deal } from '../../../../node/core/market/deal.js';
import type { Address } from '../../../../node/core/units.js';
import type { Answer, Person } from '../../devnet/person.js';
import { tokens } from '../money.js';
import { neighbourDeals } from './neighbour.js';
import { short } from './store-files.js';
import { providerAt, type Stage } from '../stage.js';

/**
 * While `victim` is down the neighbour challenges its deal there, and the renter one at a living provider. Both follow to the end: the
 * one is made to expire by its challenger, the other is answered. It is the neighbour's deal and not the renter's, since a deal
 * that expires is gone before the default.
 */
export const challengeDeals = async (stage: Stage, victim: Address): Promise<void> => {
  const { narrator, neighbour, renter, reader, wallet, signal } = stage;
  const lost = (await neighbourDeals(stage)).find(({ provider }) => provider === victim);
  const own = await reader.deals(await reader.dealIdsOf('renter', wallet, signal), signal);
  const kept = own.find((deal) => deal !== undefined && deal.provider !== victim && deal.status === 'active');
  if (!lost || !kept) throw new Error(`no deal to challenge: with ${victim} ${lost?.id ?? 'none'}, with others ${kept?.id ?? 'none'}`);
  narrator.say(
    `two challenges: the neighbour's of its deal ${short(lost.id)} there, and the renter's of its deal ${short(kept.id)} with ` +
      `${providerAt(stage, kept.provider).person.name}, which lives`,
  );
  const [unanswered, answered] = await Promise.all([challenge(stage, neighbour, lost), challenge(stage, renter, kept)]);
  tellAnswered(stage, answered);
  tellExpired(stage, unanswered);
};

interface Told {
  readonly bond: bigint;
  readonly end: { readonly kind: string; readonly refund: bigint; readonly collateral: bigint };
}

const challenge = async ({ signal }: Stage, person: Person, { id }: Deal): Promise<Told> => {
  const answer = await person.holdfast(['deals', 'challenge', id, '--wait'], { signal });
  const end = answer['end'] as Answer;
  return {
    bond: BigInt(String(answer['bond'])),
    end: { kind: String(end['kind']), refund: BigInt(String(end['refund'])), collateral: BigInt(String(end['collateral'])) },
  };
};

const requireEnd = (wanted: string, { end }: Told): void => {
  if (end.kind !== wanted) throw new Error(`a challenge was ${end.kind}, and should be ${wanted}`);
};

const tellAnswered = ({ narrator }: Stage, told: Told): void => {
  requireEnd('answered', told);
  const half = told.bond / 2n;
  narrator.say(
    `the living provider answered the challenge with proofs: of the bond of ${tokens(told.bond)} it has ${tokens(half)}, the rest is burnt`,
  );
};

const tellExpired = ({ narrator }: Stage, told: Told): void => {
  requireEnd('expired', told);
  narrator.say(
    `nobody answered the other one in its window: the neighbour makes it expire and has its bond of ${tokens(told.bond)} back, ` +
      `${tokens(told.end.refund)} of escrow and ${tokens(told.end.collateral)} of collateral`,
  );
};
