import { codeOf } from '../../core/errors/coded.js';
import type { BlockNumber, Period } from '../../core/units.js';
import type { Settlement } from '../../ports/settlement.js';
import type { EventName, Log } from '../../ports/world.js';
import type { Moment } from '../moment.js';
import type { ProviderPolicy } from '../policy.js';
import { decideEndpoint, registryAddresses, sameEndpoint, type Endpoint } from './decide-endpoint.js';
import type { SoleWatch } from './sole-watch.js';
import type { Troubles } from './troubles.js';

/** Keeps the registry's entry at where this daemon is reached. */
export interface Publisher {
  /** Publishes if that is due, and resolves without waiting until it is mined. */
  step(moment: Moment, signal: AbortSignal): void;
}

/** Where this daemon is, and who else is. */
export interface Presence {
  endpoint(): Endpoint;
  /** One of `addresses` at which another process answers with the same peer id; undefined where none does. */
  answersElsewhere(addresses: readonly string[], signal: AbortSignal): Promise<string | undefined>;
}

export interface PublisherOptions {
  readonly settlement: Settlement;
  readonly presence: Presence;
  readonly sole: Pick<SoleWatch, 'answered' | 'looked'>;
  readonly log: Log;
  readonly troubles: Troubles;
  readonly policy: Pick<ProviderPolicy, 'reconcileEvery'>;
}

export const createPublisher = ({ settlement, presence, sole, log, troubles, policy }: PublisherOptions): Publisher => {
  let busy = false;
  let triedAt: BlockNumber | undefined;
  let publishedIn: Period | undefined;
  /** What was wanted when the registry was right last. */
  let right: Endpoint | undefined;
  let replaced = 0;

  const wantedNow = (): Endpoint => {
    const { peerId, addresses } = presence.endpoint();
    return { peerId, addresses: registryAddresses(addresses) };
  };

  /** @param event `endpoint-elsewhere` where renters are sent to somebody else, `endpoint-unpublished` where this daemon cannot change that. */
  const tell = (event: EventName, { sheet }: Moment, wanted: Endpoint, reason: string, facts: object = {}): void => {
    const named = { peerId: sheet.peerId, addresses: sheet.addresses };
    troubles.tell('endpoint', { event, key: reason, facts: { reason, published: named, wanted, ...facts } });
  };

  const publish = async (moment: Moment, wanted: Endpoint, signal: AbortSignal): Promise<void> => {
    const { provider } = moment.sheet;
    try {
      await settlement.submit({ kind: 'setEndpoint', provider, ...wanted }, { signal });
      publishedIn = moment.period;
      log.info('endpoint-published', { ...wanted });
    } catch (error) {
      if (signal.aborted) return;
      tell('endpoint-unpublished', moment, wanted, codeOf(error), { error });
    }
  };

  const noteReplacement = (moment: Moment, wanted: Endpoint): void => {
    if (right === undefined) return;
    if (sameEndpoint(right, wanted)) {
      replaced += 1;
      tell('endpoint-elsewhere', moment, wanted, 'replaced');
    }
    right = undefined;
  };

  const work = async (moment: Moment, wanted: Endpoint, signal: AbortSignal): Promise<void> => {
    const { sheet, period, frozen } = moment;
    const decision = decideEndpoint({ sheet, wanted, account: settlement.account, period, frozen, publishedIn, replaced });
    if (decision.kind === 'none') {
      right = wanted;
      troubles.tell('endpoint', undefined);
    } else noteReplacement(moment, wanted);
    if (decision.kind === 'blocked') tell('endpoint-unpublished', moment, wanted, decision.reason);
    const isOurs = decision.kind === 'none' || sheet.peerId !== wanted.peerId;
    const elsewhere = isOurs ? undefined : await presence.answersElsewhere(sheet.addresses, signal);
    if (elsewhere !== undefined) {
      sole.answered(elsewhere, period);
      tell('endpoint-elsewhere', moment, wanted, 'answered', { elsewhere });
    }
    sole.looked();
    if (decision.kind === 'publish' && elsewhere === undefined) await publish(moment, wanted, signal);
  };

  return {
    step: (moment, signal) => {
      const { block } = moment.head;
      const isDue = triedAt === undefined || block >= triedAt + policy.reconcileEvery || block < triedAt;
      if (busy || !isDue) return;
      [busy, triedAt] = [true, block];
      work(moment, wantedNow(), signal)
        .catch((error: unknown) => {
          if (!signal.aborted) log.warn('endpoint-unseen', { error });
        })
        .finally(() => (busy = false));
    },
  };
};
