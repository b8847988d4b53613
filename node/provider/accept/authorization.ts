import { authorizationDigest } from '../../core/market/authorization.js';
import { grantDigest } from '../../core/keys/grant.js';
import type { Deal } from '../../core/market/deal.js';
import type { MarketIdentity } from '../../core/keys/market-identity.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { offsetAt, periodAt } from '../../core/market/schedule.js';
import { signerOf } from '../../core/keys/signing.js';
import type { Address, DealId, Period } from '../../core/units.js';
import type { Authorization } from '../../ports/link.js';
import type { SettlementReader } from '../../ports/settlement.js';
import type { Clock } from '../../ports/world.js';
import { createOutage } from '../standing/outage.js';

export interface AuthorizationFacts {
  readonly identity: MarketIdentity;
  /** Who is asked. */
  readonly provider: Address;
  /** The deal as the chain has it, undefined if it has none of this id. */
  readonly deal: Deal | undefined;
  readonly period: Period;
  /** Peer id that the connection proved. */
  readonly peer: string;
  readonly authorization: Authorization;
  /** Whether it is for reading alone, which the deal's signer may grant to others. */
  readonly reading: boolean;
}

/** What can be seen without the chain. */
const checkPeer = (peer: string, { deal, peer: named }: Authorization): HoldfastError | undefined =>
  named === peer
    ? undefined
    : new HoldfastError('AUTHORIZATION_INVALID', { deal, reason: `it names peer ${named}, and ${peer} is connected` });

/**
 * Why the deal's signer does not stand behind it: itself, or by a grant to whoever signed, which lets read what is free. What a stranger reads has
 * nobody else to pay for it than whoever has the deal.
 */
const checkSigner = ({ authorization, identity, period, reading }: AuthorizationFacts, deal: Deal): HoldfastError | undefined => {
  const { deal: id, grant, signature } = authorization;
  const signer = signerOf(authorizationDigest(identity, authorization), signature);
  const refused = (reason: string): HoldfastError => new HoldfastError('AUTHORIZATION_INVALID', { deal: id, reason });
  if (grant === undefined) return signer === deal.signer ? undefined : refused('the session key of the deal did not sign it');
  const { until } = grant;
  if (signer === undefined || signerOf(grantDigest(identity, { reader: signer, until }), grant.signature) !== deal.signer)
    return refused('the session key of the deal granted nothing to whoever signed it');
  if (!reading) return refused('it grants reading, and nothing else');
  if (until < period) return new HoldfastError('AUTHORIZATION_EXPIRED', { deal: id, expires: until, period });
  if (deal.egressPrice > 0n) return refused('it grants reading, and in this deal that has a price');
  return undefined;
};

/** Why the connected peer may not speak for the deal; undefined if it may. Says nothing about the state of the deal. */
export const checkAuthorization = (facts: AuthorizationFacts): HoldfastError | undefined => {
  const { authorization, deal, period, peer, provider } = facts;
  const id = authorization.deal;
  if (deal === undefined || deal.status === 'none') return new HoldfastError('DEAL_UNKNOWN', { deal: id });
  if (deal.provider !== provider) return new HoldfastError('DEAL_ELSEWHERE', { deal: id, provider: deal.provider });
  const mistaken = checkPeer(peer, authorization);
  if (mistaken !== undefined) return mistaken;
  if (authorization.expires < period)
    return new HoldfastError('AUTHORIZATION_EXPIRED', { deal: id, expires: authorization.expires, period });
  return checkSigner(facts, deal);
};

/** What a call may rely on once its authorization was checked. */
export interface Admitted {
  readonly deal: Deal;
  readonly period: Period;
  /** Blocks since the first of the period. */
  readonly offset: number;
}

/** Checks authorizations against the chain. */
export interface DealGate {
  /** Rejects what {@link checkAuthorization} refuses. */
  admit(peer: string, authorization: Authorization, options: AdmitOptions): Promise<Admitted>;
}

export interface AdmitOptions {
  /** Ask the chain even if the same was checked a moment ago. */
  readonly fresh: boolean;
  /** Go by what several RPCs say, where there are several. */
  readonly agreed?: boolean;
  /** Go by what is remembered of the deal, while no RPC answers: it only reads. */
  readonly reading?: boolean;
  readonly signal: AbortSignal;
}

export interface DealGateOptions {
  readonly settlement: SettlementReader;
  readonly provider: Address;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly ttl: number;
  /** Checked authorizations remembered at once. */
  readonly remembered?: number;
  /** A deal as it is remembered, if it still counts, for reads while no RPC answers. */
  readonly recall?: (deal: DealId) => Admitted | undefined;
  /** Milliseconds for which a read waits for the chain before that. */
  readonly patience?: number;
}

export const createDealGate = (options: DealGateOptions): DealGate => {
  const { settlement, provider, clock, ttl, remembered = 256, recall = () => undefined, patience = 0 } = options;
  const known = new Map<string, Admitted & { readonly until: number }>();
  const [outage, outageOfSeveral] = [createOutage(clock, patience), createOutage(clock, patience)];

  /** Who asks for what, beside the chain. */
  type Asked = Pick<AuthorizationFacts, 'peer' | 'authorization' | 'reading'>;

  const ask = async (chain: SettlementReader, asked: Asked, signal: AbortSignal): Promise<Admitted> => {
    const { peer, authorization } = asked;
    const mistaken = checkPeer(peer, authorization);
    if (mistaken !== undefined) throw mistaken;
    const { identity, genesisBlock, parameters } = settlement;
    const [head, deal] = await Promise.all([chain.head(signal), chain.deal(authorization.deal, signal)]);
    const period = periodAt(head.block, genesisBlock, parameters.periodBlocks);
    const refusal = checkAuthorization({ identity, provider, deal, period, ...asked });
    if (refusal !== undefined) throw refusal;
    return { deal: deal as Deal, period, offset: offsetAt(head.block, genesisBlock, parameters.periodBlocks) };
  };

  /** The deal as it is remembered, for whoever may speak for that. */
  const recalled = (asked: Asked): Admitted | undefined => {
    const found = recall(asked.authorization.deal);
    if (found === undefined) return undefined;
    const { identity } = settlement;
    const refusal = checkAuthorization({ identity, provider, ...found, ...asked });
    return refusal === undefined ? found : undefined;
  };

  const remember = (key: string, admitted: Admitted): void => {
    known.delete(key);
    known.set(key, { ...admitted, until: clock.now() + ttl });
    const [oldest] = known.keys();
    if (known.size > remembered && oldest !== undefined) known.delete(oldest);
  };

  return {
    admit: async (peer, authorization, { fresh, agreed = false, reading = false, signal }) => {
      const { deal, peer: named, expires, signature, grant } = authorization;
      // What is granted counts for reading alone.
      const granted = grant === undefined ? [] : [grant.until, grant.signature, reading];
      const key = [deal, peer, named, expires, signature, agreed, ...granted].join(' ');
      const before = known.get(key);
      if (!fresh && before !== undefined && clock.now() < before.until) return before;
      const asking = async (until: AbortSignal): Promise<Admitted> => {
        const admitted = await ask(agreed ? settlement.agreed : settlement, { peer, authorization, reading }, until);
        remember(key, admitted);
        return admitted;
      };
      if (!reading) return asking(signal);
      return (agreed ? outageOfSeveral : outage).through(asking, () => recalled({ peer, authorization, reading }), signal);
    },
  };
};
