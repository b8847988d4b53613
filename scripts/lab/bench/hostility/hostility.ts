import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ask, startChild, told, type Child } from '../child.js';
import { figuresOf, type MisdeedFigures, type Window } from './figures.js';
import { misdeeds, type Misdeed } from './misdeeds.js';
import type { ProviderReport } from './provider-process.js';
import type { RenterOrder, RenterReport } from './renter-process.js';
import type { Target } from './stage.js';
import type { StrangersOrder, StrangersReport } from './strangers-process.js';

export interface HostilityOptions {
  readonly strangers: number;
  /** Of each window. */
  readonly milliseconds: number;
  /** Windows of each misdeed, in turns: towards the sink, then towards the provider. */
  readonly rounds: number;
}
/** What `npm run bench -- hostility` measures. */
export interface HostilityFigures extends HostilityOptions {
  readonly misdeeds: readonly MisdeedFigures[];
}

const WARM_MILLISECONDS = 1_500;
const PAUSE_MILLISECONDS = 500;
const PACE_MILLISECONDS = 1_000;
const NEWCOMERS = 2;

const start = (name: string): Child => startChild(join(import.meta.dirname, `${name}.ts`));
const standingOf = async (child: ChildProcess): Promise<Extract<ProviderReport, { kind: 'standing' }>> => {
  const report = await ask<ProviderReport>(child, {});
  if (report.kind !== 'standing') throw new Error('a provider did not say how it stands');
  return report;
};
const targetOf = async (child: ChildProcess): Promise<Target> => {
  const report = await told<ProviderReport>(child);
  if (report.kind !== 'listening') throw new Error('a provider did not say where it listens');
  return report.target;
};

/** Strangers do the same to a provider and, as the baseline, to a sink beside it, which is one like it; a renter reads from the provider. */
export const measureHostility = async (options: HostilityOptions, say: (line: string) => void): Promise<HostilityFigures> => {
  await using stack = new AsyncDisposableStack();
  const [provider, sink] = [stack.use(start('provider-process')), stack.use(start('provider-process'))];
  const [target, sinkTarget] = await Promise.all([targetOf(provider), targetOf(sink)]);
  const [renter, strangers] = [stack.use(start('renter-process')), stack.use(start('strangers-process'))];
  await told(renter);
  await ask<StrangersReport>(strangers, { kind: 'come', count: options.strangers } satisfies StrangersOrder);
  say(`${options.strangers} strangers came`);

  const window = async (misdeed: Misdeed, victim: Target): Promise<Window> => {
    const begin = { kind: 'begin', misdeed, target: victim, paceMilliseconds: PACE_MILLISECONDS } satisfies StrangersOrder;
    const begun = performance.now();
    await ask(strangers, begin);
    await delay(WARM_MILLISECONDS);
    const before = await standingOf(provider);
    const reading = performance.now();
    const read = await ask<RenterReport>(renter, {
      target,
      milliseconds: options.milliseconds,
      newcomers: NEWCOMERS,
    } satisfies RenterOrder);
    const after = await standingOf(provider);
    const readSeconds = (performance.now() - reading) / 1_000;
    const done = await ask<StrangersReport>(strangers, { kind: 'stop' } satisfies StrangersOrder);
    const seconds = (performance.now() - begun) / 1_000;
    await delay(PAUSE_MILLISECONDS);
    return {
      readsPerSecond: (read.reads * 1_000) / options.milliseconds,
      failed: read.failed,
      newcomerMilliseconds: read.newcomerMilliseconds,
      providerCpu: (after.cpuMilliseconds - before.cpuMilliseconds) / 1_000 / readSeconds,
      residentBytes: after.residentBytes,
      goesPerSecond: done.goes / seconds,
      strangersCpu: done.cpuMilliseconds / 1_000 / seconds,
    };
  };

  const figures: MisdeedFigures[] = [];
  for (const misdeed of misdeeds) {
    const [spared, hit]: [Window[], Window[]] = [[], []];
    for (let round = 0; round < options.rounds; round++) {
      spared.push(await window(misdeed, sinkTarget));
      hit.push(await window(misdeed, target));
    }
    const measured = figuresOf(misdeed, spared, hit);
    figures.push(measured);
    say(`${misdeed}: ${JSON.stringify(measured)}`);
  }
  return { ...options, misdeeds: figures };
};
