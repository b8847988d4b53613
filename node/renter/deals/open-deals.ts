import { concatBytes, fromHex } from '../../core/data/bytes.js';
import { keccak256 } from '../../core/data/keccak.js';
import { dealIdOf } from '../../core/market/deal-id.js';
import { numberedSalt } from '../../core/market/deal-salt.js';
import type { OpenRequest } from '../../core/market/deal.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { wei, type Address, type DealId, type Hash, type Period } from '../../core/units.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { isFinal } from './is-final.js';
import { requireWallet } from './require-wallet.js';

const idOf = ({ settlement, renter }: RenterContext, { provider, salt }: Pick<OpenRequest, 'provider' | 'salt'>): DealId =>
  dealIdOf(settlement.identity, renter, provider, salt);

const isSame = (one: OpenRequest, other: OpenRequest): boolean => one.provider === other.provider && one.salt === other.salt;

/** For each provider, the salt of the first number under which this wallet has no deal with it yet. */
const freeSalts = async (
  context: RenterContext,
  providers: readonly Address[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<Address, Hash>> => {
  const free = new Map<Address, Hash>();
  for (let place = 0, left = providers; left.length > 0; place++) {
    const salt = numberedSalt(place);
    const ids = left.map((provider) => idOf(context, { provider, salt }));
    const deals = await context.settlement.agreed.deals(ids, signal);
    for (const [index, provider] of left.entries()) if (deals[index] === undefined) free.set(provider, salt);
    left = left.filter((provider) => !free.has(provider));
  }
  return free;
};

/** Takes over those of the requests that the chain has carried out; returns the others. */
const adopt = async (context: RenterContext, requests: readonly OpenRequest[], signal?: AbortSignal): Promise<OpenRequest[]> => {
  const { catalogue, settlement } = context;
  const deals = await settlement.agreed.deals(
    requests.map((request) => idOf(context, request)),
    signal,
  );
  for (const deal of deals) {
    if (deal && !(await catalogue.deal(deal.id))) await catalogue.putDeal({ id: deal.id, provider: deal.provider });
  }
  return requests.filter((_, index) => deals[index] === undefined);
};

/** Takes over deals that an interrupted call had asked for and the chain has opened since; forgets those that are out of time. */
export const adoptOpenings = (context: RenterContext, now: Period, signal?: AbortSignal): Promise<void> =>
  context.serial(
    'openings',
    async () => {
      const requests = await context.catalogue.openings();
      if (requests.length === 0) return;
      const absent = await adopt(context, requests, signal);
      await context.catalogue.putOpenings(absent.filter(({ maxEnd }) => maxEnd > now));
    },
    signal,
  );

type Wish = Omit<OpenRequest, 'salt'>;

/** Gives each wish a salt: that of an earlier request to the same provider that is still open, so that it cannot pay twice. */
const withSalts = async (
  context: RenterContext,
  wishes: readonly Wish[],
  open: readonly OpenRequest[],
  signal?: AbortSignal,
): Promise<OpenRequest[]> => {
  const salts = new Map(open.map(({ provider, salt }) => [provider, salt]));
  const fresh = wishes.map(({ provider }) => provider).filter((provider) => !salts.has(provider));
  const free = await freeSalts(context, fresh, signal);
  return wishes.map((wish) => ({ ...wish, salt: salts.get(wish.provider) ?? (free.get(wish.provider) as Hash) }));
};

/** The same for the same requests: no two deals share provider and salt. */
const intentionOf = (requests: readonly OpenRequest[]): string =>
  `open ${keccak256(concatBytes(...requests.flatMap(({ provider, salt }) => [fromHex(provider), fromHex(salt)])))}`;

/**
 * Opens deals, all in one transaction, after an approval if the vault may not take the escrow yet, and records them in the
 * catalogue. The requests are recorded before anything is sent. WALLET_NEEDED of any account but the renter's own; BALANCE_TOO_SMALL and the contract's refusals leave nothing
 * behind; after any other error they stay recorded, and the next call finishes them; DEAL_NOT_OPENED is one. Returns the ids in the order of `wishes`, which name distinct providers.
 */
export const openDeals = (context: RenterContext, wishes: readonly Wish[], { signal, report }: TaskOptions): Promise<DealId[]> =>
  context.serial(
    'openings',
    async () => {
      if (wishes.length === 0) return [];
      requireWallet(context, 'opening a deal');
      const { catalogue, settlement } = context;
      const options = signal ? { signal } : {};
      const needed = wei(wishes.reduce((sum, { escrow }) => sum + escrow, 0n));
      const { token, allowance } = await settlement.agreed.balances(settlement.account, signal);
      if (token < needed) throw new HoldfastError('BALANCE_TOO_SMALL', { account: settlement.account, balance: token, needed });
      const before = await catalogue.openings();
      const requests = await withSalts(context, wishes, before, signal);
      const others = before.filter((former) => !requests.some((request) => isSame(former, request)));
      const wasBefore = (request: OpenRequest): boolean => before.some((former) => isSame(former, request));
      await catalogue.putOpenings([...others, ...requests]);
      const tell = (transaction?: Hash): void => {
        for (const request of requests) {
          const { provider, escrow } = request;
          report?.({ kind: 'opened', deal: idOf(context, request), provider, escrow, ...(transaction && { transaction }) });
        }
      };
      try {
        if (allowance < needed) await settlement.submit({ kind: 'approve', amount: needed }, options);
        const open = { kind: 'open', requests } as const;
        const { hash: transaction } = await settlement.submit(open, { ...options, intention: intentionOf(requests) });
        tell(transaction);
      } catch (error) {
        // Another folder of this wallet was first with a number: that deal is the other's.
        const own = isHoldfastError(error, 'DEAL_EXISTS') ? requests.filter(wasBefore) : requests;
        const absent = await adopt(context, own);
        await catalogue.putOpenings([...others, ...absent.filter((request) => !isFinal(error) || wasBefore(request))]);
        if (absent.length > 0 || own.length < requests.length) throw error;
        tell();
      }
      const absent = await adopt(context, requests);
      await catalogue.putOpenings([...others, ...absent]);
      const [lacking] = absent;
      if (lacking) throw new HoldfastError('DEAL_NOT_OPENED', { deal: idOf(context, lacking), provider: lacking.provider });
      return requests.map((request) => idOf(context, request));
    },
    signal,
  );
