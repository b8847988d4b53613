import { concatBytes, fromHex, toHex } from '../../core/data/bytes.js';
import { keccak256 } from '../../core/data/keccak.js';
import { contractErrors } from '../../core/errors/contract-errors.js';
import { dealIdOf } from '../../core/market/deal-id.js';
import type { OpenRequest } from '../../core/market/deal.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { libraryErrors } from '../../core/errors/library-errors.js';
import { hash, wei, type DealId, type Hash, type Period } from '../../core/units.js';
import type { RenterContext, TaskOptions } from '../context.js';

const freshSalt = (): Hash => hash(toHex(crypto.getRandomValues(new Uint8Array(32))));

const idOf = ({ settlement }: RenterContext, { provider, salt }: OpenRequest): DealId =>
  dealIdOf(settlement.identity, settlement.account, provider, salt);

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
  context.serial('openings', async () => {
    const requests = await context.catalogue.openings();
    if (requests.length === 0) return;
    const absent = await adopt(context, requests, signal);
    await context.catalogue.putOpenings(absent.filter(({ maxEnd }) => maxEnd > now));
  });

/** Gives each wish a salt: that of an earlier request to the same provider that is still open, so that it cannot pay twice. */
const withSalts = (wishes: readonly Omit<OpenRequest, 'salt'>[], open: readonly OpenRequest[]): OpenRequest[] =>
  wishes.map((wish) => ({ ...wish, salt: open.find(({ provider }) => provider === wish.provider)?.salt ?? freshSalt() }));

/** The same for the same requests, whose salts are theirs alone. */
const intentionOf = (requests: readonly OpenRequest[]): string =>
  `open ${keccak256(concatBytes(...requests.flatMap(({ provider, salt }) => [fromHex(provider), fromHex(salt)])))}`;

/** Whether `error` proves that nothing was opened: the contract said no. Any other may come of one that is still on its way. */
const isFinal = (error: unknown): boolean =>
  isHoldfastError(error) && (Object.hasOwn(contractErrors, error.code) || Object.hasOwn(libraryErrors, error.code));

/**
 * Opens deals, all in one transaction, after an approval if the vault may not take the escrow yet, and records them in the
 * catalogue. The requests are recorded before anything is sent. BALANCE_TOO_SMALL and the contract's refusals leave nothing
 * behind; after any other error they stay recorded, and the next call finishes them. Returns the ids in the order of `wishes`, which name distinct providers.
 */
export const openDeals = (
  context: RenterContext,
  wishes: readonly Omit<OpenRequest, 'salt'>[],
  { signal, report }: TaskOptions,
): Promise<DealId[]> =>
  context.serial('openings', async () => {
    if (wishes.length === 0) return [];
    const { catalogue, settlement } = context;
    const options = signal ? { signal } : {};
    const needed = wei(wishes.reduce((sum, { escrow }) => sum + escrow, 0n));
    const { token, allowance } = await settlement.agreed.balances(settlement.account, signal);
    if (token < needed) throw new HoldfastError('BALANCE_TOO_SMALL', { account: settlement.account, balance: token, needed });
    const before = await catalogue.openings();
    const requests = withSalts(wishes, before);
    const others = before.filter(({ salt }) => !requests.some((request) => request.salt === salt));
    await catalogue.putOpenings([...others, ...requests]);
    try {
      if (allowance < needed) await settlement.submit({ kind: 'approve', amount: needed }, options);
      const open = { kind: 'open', requests } as const;
      const { hash: transaction } = await settlement.submit(open, { ...options, intention: intentionOf(requests) });
      for (const request of requests)
        report?.({ kind: 'opened', deal: idOf(context, request), provider: request.provider, escrow: request.escrow, transaction });
    } catch (error) {
      const absent = await adopt(context, requests);
      const isOver = ({ salt }: OpenRequest): boolean => isFinal(error) && !before.some((former) => former.salt === salt);
      await catalogue.putOpenings([...others, ...absent.filter((request) => !isOver(request))]);
      if (absent.length > 0) throw error;
    }
    await adopt(context, requests);
    await catalogue.putOpenings(others);
    return requests.map((request) => idOf(context, request));
  });
