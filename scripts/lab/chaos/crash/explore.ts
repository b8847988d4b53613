import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apply, diskOf, leaveOut, type Tree } from './disk-state.js';
import { losses, treeAfter, type Loss } from './losses.js';
import { digestOf, materialize, treeIn } from './materialize.js';
import { createRecorder } from './recorder.js';
import type { Scenario } from './scenario.js';
import { wordsOf, type Entry, type Holds, type Triple } from './trace.js';

/** A promise that a crash broke. */
export interface Broken {
  readonly scenario: string;
  /** The step after which power was lost. */
  readonly after: string;
  readonly loss: Loss;
  readonly what: string;
}

export interface Exploration {
  /** Points at which it was interrupted. */
  readonly points: number;
  /** Different disks that a restart was made from. */
  readonly disks: number;
  readonly broken: readonly Broken[];
}

/** In memory where there is such a disk: what is durable is the model's to say. */
export const scratch = async (): Promise<string> => mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'holdfast-crash-'));

/** A run, and the folder that it began with. */
export interface Recording {
  readonly trace: readonly Entry[];
  readonly path: string;
  readonly before: Tree;
}

/** Plays `scenario` once and takes it down. With `without`, a signature or hand-over, that is left out. */
export const record = async (scenario: Scenario, without?: Triple): Promise<Recording> => {
  const folder = await scratch();
  try {
    await scenario.prepare?.(folder);
    const before = treeIn(folder);
    const recorder = createRecorder({ root: folder, without });
    try {
      await scenario.run(Object.assign(recorder, { folder }));
    } finally {
      recorder.stop();
    }
    return { trace: recorder.trace, path: folder, before };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Restarts from a disk; what is wrong with it, or undefined. */
const judge = async (scenario: Scenario, folder: string, promises: ReadonlyMap<string, Holds>, loss: Loss): Promise<string | undefined> => {
  let opened: unknown;
  try {
    opened = await scenario.restart(folder);
  } catch (error) {
    return `it does not start: ${String(error)}`;
  }
  try {
    const [wrong] = await scenario.inspect(opened);
    if (wrong !== undefined) return wrong;
    for (const [key, holds] of promises) {
      const broken = await holds(opened as never, loss === 'all kept');
      if (broken !== undefined) return `${key}: ${broken}`;
    }
    return undefined;
  } catch (error) {
    return String(error);
  } finally {
    await scenario.close(opened);
  }
};

export interface ExploreOptions {
  readonly scenario: Scenario;
  readonly recording: Recording;
  /** A step that is left out wherever it occurs. */
  readonly without?: Triple;
  /** Disks with promises that are known to be well. */
  readonly known: Set<string>;
  /** Looks at every so many-th disk only. Default 1. */
  readonly every?: number;
  /** Which of so many. Default the first. */
  readonly from?: number;
  /** Ends with the first that is broken. */
  readonly first?: boolean;
  readonly signal: AbortSignal;
}

/** Interrupts a recorded run after each of its steps, loses power in each way, restarts, and holds what was promised against it. */
export const explore = async (options: ExploreOptions): Promise<Exploration> => {
  const { scenario, recording, without, known, every = 1, from = 0, first = false, signal } = options;
  const left = without && wordsOf(without);
  const disk = diskOf(recording.path, recording.before);
  const promises = new Map<string, Holds>();
  const broken: Broken[] = [];
  let [points, disks, seen, version] = [0, 0, 0, 0];

  const lose = async (loss: Loss, after: string): Promise<void> => {
    const tree = treeAfter(disk.root, loss);
    const key = `${digestOf(tree)} ${version}`;
    if (known.has(key)) return;
    known.add(key);
    if ((from + seen++) % every !== 0) return;
    disks += 1;
    const folder = await scratch();
    try {
      await materialize(tree, folder);
      const what = await judge(scenario, folder, promises, loss);
      if (what !== undefined) broken.push({ scenario: scenario.name, after, loss, what });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

  for (const entry of recording.trace) {
    signal.throwIfAborted();
    if (entry.type === 'promise') promises.set(entry.key, entry.holds);
    if (entry.type === 'release') promises.delete(entry.key);
    if (entry.type !== 'step') {
      version += 1;
    } else if (wordsOf(entry.triple) === left) {
      leaveOut(disk, entry.change);
    } else {
      apply(disk, entry.change);
    }
    if (entry.type === 'release') continue;
    points += 1;
    for (const loss of losses) {
      await lose(loss, entry.type === 'step' ? wordsOf(entry.triple) : `promised ${entry.key}`);
      if (first && broken.length > 0) return { points, disks, broken };
    }
  }
  return { points, disks, broken };
};
