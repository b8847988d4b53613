/** The paying renter of the hostility bench, in a process of its own, and newcomers who pay as well. */
import { leaves } from '../../../../node/core/units.js';
import type { ProviderLink } from '../../../../node/ports/link.js';
import { createDialer } from '../../../../node/transport/dialer.js';
import { authorize, createHostAt, dealsOf, sector, type Target } from './stage.js';
import { readOne } from '../../../../test/support/read-one.js';

/** Read as fast as it can for so long, and meanwhile let newcomers come one after the other. */
export interface RenterOrder {
  readonly target: Target;
  readonly milliseconds: number;
  readonly newcomers: number;
}
export interface RenterReport {
  /** Ranges of 64 KiB. */
  readonly reads: number;
  readonly failed: number;
  /** Of each newcomer, until its first range was there; null if that took over ten seconds or failed. */
  readonly newcomerMilliseconds: readonly (number | null)[];
}

const AT_ONCE = 4;
const NEWCOMER_MILLISECONDS = 10_000;
const request = { root: sector.root, from: leaves(0), count: leaves(2_048) };
let comers = 0;

const alice = await createHostAt('127.0.0.2');
const authorization = await authorize(dealsOf.paying.from, alice.peer);
const links = new Map<string, ProviderLink>();
const linkTo = async (target: Target): Promise<ProviderLink> => {
  const link = links.get(target.peerId) ?? (await createDialer(alice).dial(target));
  links.set(target.peerId, link);
  return link;
};

const newcomer = async (target: Target): Promise<number | null> => {
  const number = ++comers;
  const host = await createHostAt(`127.0.${1 + (number % 250)}.2`);
  const begun = performance.now();
  try {
    const signal = AbortSignal.timeout(NEWCOMER_MILLISECONDS);
    const link = await createDialer(host).dial(target, signal);
    await readOne(link, await authorize(dealsOf.paying.from + 1 + (number % (dealsOf.paying.count - 1)), host.peer), request, signal);
    return performance.now() - begun;
  } catch (error) {
    console.error(`a newcomer failed: ${String(error)}`);
    return null;
  } finally {
    await host.stop();
  }
};
const readFor = async ({ target, milliseconds, newcomers }: RenterOrder): Promise<RenterReport> => {
  const link = await linkTo(target);
  const until = performance.now() + milliseconds;
  let [reads, failed] = [0, 0];
  const read = async (): Promise<void> => {
    while (performance.now() < until)
      await readOne(link, authorization, request).then(
        () => reads++,
        () => failed++,
      );
  };
  const arrive = async (): Promise<(number | null)[]> => {
    const came = [];
    for (let n = 0; n < newcomers; n++) came.push(await newcomer(target));
    return came;
  };
  const [newcomerMilliseconds] = await Promise.all([arrive(), ...Array.from({ length: AT_ONCE }, read)]);
  return { reads, failed, newcomerMilliseconds };
};

process.on('disconnect', () => process.exit());
process.on('message', (order: RenterOrder) => {
  void readFor(order).then((report) => process.send?.(report));
});
process.send?.('ready');
