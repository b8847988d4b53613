import { authorizationDigest } from '../core/market/authorization.js';
import type { Grant } from '../core/keys/grant.js';
import { HoldfastError } from '../core/errors/holdfast-error.js';
import { period, type Address, type DealId } from '../core/units.js';
import type { Authorization, Dialer, ProviderLink } from '../ports/link.js';
import type { Settlement } from '../ports/settlement.js';
import type { Signer } from '../ports/world.js';
import { unlessAborted } from '../core/tasks/waiting.js';
import { currentPeriod } from './current-period.js';

/** Connections to providers, made when first needed and kept. */
export interface Links {
  to(provider: Address, signal?: AbortSignal): Promise<ProviderLink>;
  /** Signed by the session key; renewed before it runs out. */
  authorize(deal: DealId, signal?: AbortSignal): Promise<Authorization>;
  /** Forgets a connection that failed, so that the next use dials again. */
  drop(provider: Address): void;
  close(): Promise<void>;
}

interface LinkParts {
  readonly settlement: Settlement;
  readonly dialer: Dialer;
  readonly signer: Signer;
  /** Periods beyond the current one that an authorization counts. */
  readonly authorizationPeriods: number;
  /** Where `signer` is not that of the deals: that the latter lets it read. */
  readonly grant?: Grant | undefined;
}

export const createLinks = ({ settlement, dialer, signer, authorizationPeriods, grant }: LinkParts): Links => {
  const links = new Map<Address, Promise<ProviderLink>>();
  const authorizations = new Map<DealId, Authorization>();
  const closing = new AbortController();

  const dial = async (provider: Address): Promise<ProviderLink> => {
    const sheet = await settlement.provider(provider, closing.signal);
    if (!sheet) throw new HoldfastError('UNKNOWN_PROVIDER', { provider });
    return dialer.dial(sheet, closing.signal);
  };
  const drop = (provider: Address): void => {
    const link = links.get(provider);
    links.delete(provider);
    void link?.then(
      (open) => open.close().catch(() => undefined),
      () => undefined,
    );
  };

  return {
    to: async (provider, signal) => {
      signal?.throwIfAborted();
      const link = links.get(provider) ?? dial(provider);
      if (!links.has(provider)) link.catch(() => links.get(provider) === link && links.delete(provider));
      links.set(provider, link);
      return unlessAborted(link, signal);
    },
    authorize: async (deal, signal) => {
      const now = await currentPeriod(settlement, signal);
      const kept = authorizations.get(deal);
      if (kept && kept.expires > now) return kept;
      const claim = { deal, peer: dialer.peer, expires: period(now + authorizationPeriods) };
      const signature = await signer.sign(authorizationDigest(settlement.identity, claim));
      const made: Authorization = { ...claim, signature, ...(grant && { grant }) };
      authorizations.set(deal, made);
      return made;
    },
    drop,
    close: async () => {
      closing.abort(new HoldfastError('ABORTED', { what: 'connecting' }));
      const open = await Promise.allSettled(links.values());
      links.clear();
      await Promise.allSettled(open.flatMap((link) => (link.status === 'fulfilled' ? [link.value.close()] : [])));
    },
  };
};
