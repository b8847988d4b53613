import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { HoldfastError } from '../../../../../node/core/errors/holdfast-error.js';
import type { Scenario, Stage } from '../scenario.js';

/** Something on the disk that a command makes, and may make again. */
export interface Artefact {
  readonly name: string;
  /** What the command is called that makes it, in its so many-th form. */
  readonly operation: string | ((form: number) => string);
  /** Makes it, in its so many-th form from one on. */
  make(folder: string, form: number): Promise<void>;
  /** Which form is there: zero where there is none. Rejects where it is damaged. */
  look(folder: string): Promise<number>;
  /** How many forms it takes one after another. Default 1. */
  readonly forms?: number;
  /** Whether it may get lost: a cache, which is to be whole where it is there. */
  readonly isCache?: boolean;
  /** Whether the command may be given again, to be told that it was done: EEXIST by our own codes. */
  readonly isRepeated?: boolean;
}

/** What a restart found before it did anything, and the names of all files after it gave the commands once more. */
export interface RestartedArtefacts {
  readonly found: ReadonlyMap<string, number>;
  readonly names: readonly string[];
}

/** Names a process that is dead: the next one takes its place. */
const OWNER = /\/owner-\d+$/;

/** Parts of names that are drawn at random, and the files of LevelDB, whose number grows. */
const masked = (name: string): string =>
  name
    .replace(/abandoned-\d+/, 'abandoned-*')
    .replace(/[0-9a-f]{12,}|[0-9a-f-]{36}/g, '*')
    .replace(/\/(MANIFEST-)?\d{6}(\.\w+)?$|\/LOG(\.old)?$/, '/…');
const namesIn = (folder: string): string[] => {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) =>
    masked(relative(folder, join(entry.parentPath, entry.name))),
  );
  return [...new Set(all)].sort();
};

/** Gives the commands that are still to be given, and the last once more where that does no harm. */
const makeAll = async (artefacts: readonly Artefact[], folder: string, found: ReadonlyMap<string, number>): Promise<void> => {
  for (const { name, make, forms = 1, isRepeated = false } of artefacts) {
    const there = found.get(name) ?? 0;
    for (let form = there + 1; form <= forms; form++) await make(folder, form);
    if (isRepeated && there === forms) await make(folder, forms).catch(unlessExists);
  }
};

const unlessExists = (error: unknown): void => {
  if (!(error instanceof HoldfastError) || !error.code.endsWith('_EXISTS')) throw error;
};

/**
 * Commands that make `artefacts`, one after another. Whatever is interrupted: what a command said it made is there; what is there is whole;
 * and the same commands given once more leave what they leave when nothing happens, without remains.
 */
export const artefactScenario = (name: string, artefacts: readonly Artefact[]): Scenario<RestartedArtefacts> => {
  let expected: readonly string[] = [];

  const run = async (stage: Stage): Promise<void> => {
    for (const { name: one, operation, make, forms = 1, isCache = false } of artefacts)
      for (let form = 1; form <= forms; form++) {
        await stage.during(typeof operation === 'string' ? operation : operation(form), () => make(stage.folder, form));
        stage.promise(one, async ({ found }: RestartedArtefacts, isPowerKept) => {
          if (isCache && !isPowerKept) return undefined;
          const there = found.get(one) ?? 0;
          return there >= form ? undefined : there === 0 ? 'it is gone' : 'it is as it was before';
        });
      }
    expected = namesIn(stage.folder);
  };

  return {
    name,
    breaks: 'records',
    run,
    restart: async (folder) => {
      const found = new Map<string, number>();
      for (const { name: one, look } of artefacts) found.set(one, await look(folder));
      await makeAll(artefacts, folder, found);
      for (const { name: one, look, forms = 1 } of artefacts)
        if ((await look(folder)) !== forms) throw new Error(`${one} is not as it should be after the commands were given once more`);
      return { found, names: namesIn(folder) };
    },
    inspect: async ({ names }) => names.filter((one) => !expected.includes(one) && !OWNER.test(one)).map((one) => `${one} was left behind`),
    close: async () => undefined,
  };
};
