/** The strangers of the hostility bench, in a process of their own, each from an address of its own. */
import { commit, type Misdeed, type Stranger } from './misdeeds.js';
import { createHostAt, type Target } from './stage.js';

/** Begin to misbehave towards one provider, or stop and hang up; at first, how many they are. */
export type StrangersOrder =
  | { readonly kind: 'come'; readonly count: number }
  | { readonly kind: 'begin'; readonly misdeed: Misdeed; readonly target: Target; readonly paceMilliseconds: number }
  | { readonly kind: 'stop' };
/** After each order; `goes` and CPU time are those since the one before. */
export interface StrangersReport {
  readonly goes: number;
  readonly cpuMilliseconds: number;
}

const strangers: Stranger[] = [];
let stopping = new AbortController();
let goes = 0;
let spent = process.cpuUsage();

const come = async (count: number): Promise<void> => {
  for (let number = 0; number < count; number++) {
    const host = await createHostAt(`127.${1 + (number >> 8)}.${number & 255}.1`);
    strangers.push({ host, number, connections: new Set(), streams: new Set() });
  }
};
/** Goes begin at a fixed pace, spread over it, whatever becomes of them; one stranger has at most two under way. */
const misbehave = (stranger: Stranger, { misdeed, target, paceMilliseconds }: Extract<StrangersOrder, { kind: 'begin' }>): void => {
  const { signal } = stopping;
  let underWay = 0;
  const go = (): void => {
    if (underWay >= 2) return;
    underWay++;
    goes++;
    void commit[misdeed](stranger, target)
      .catch(() => undefined)
      .finally(() => underWay--);
  };
  const start = setTimeout(
    () => {
      go();
      const timer = setInterval(go, paceMilliseconds);
      signal.addEventListener('abort', () => clearInterval(timer));
    },
    (stranger.number / strangers.length) * paceMilliseconds,
  );
  signal.addEventListener('abort', () => clearTimeout(start));
};
const hangUp = (): void => {
  stopping.abort();
  stopping = new AbortController();
  for (const { connections } of strangers) for (const connection of connections) connection.abort(new Error('enough'));
};
const report = (): void => {
  const cpu = process.cpuUsage(spent);
  process.send?.({ goes, cpuMilliseconds: (cpu.user + cpu.system) / 1_000 } satisfies StrangersReport);
  goes = 0;
  spent = process.cpuUsage();
};

process.on('disconnect', () => process.exit());
process.on('unhandledRejection', () => undefined);
// A stream opened on a connection that goes in the same moment: yamux throws where nobody can catch it.
process.on('uncaughtException', () => undefined);
process.on('message', (order: StrangersOrder) => {
  if (order.kind === 'come') void come(order.count).then(report);
  else {
    if (order.kind === 'begin') for (const stranger of strangers) misbehave(stranger, order);
    else hangUp();
    report();
  }
});
