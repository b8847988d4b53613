import { resolve } from 'node:path';

/** Modules of ours as they are to be instead: path from the root → its whole text, TypeScript. */
export type ChangedModules = Readonly<Record<string, string>>;

/** Variable that carries the changes to the child, as JSON, with absolute paths. */
export const CHANGED_MODULES = 'HOLDFAST_CHANGED_MODULES';

const HOOK = new URL('./hook.ts', import.meta.url).href;

/** How to start a process (`fork`, `spawn`, a `Worker`) that runs our TypeScript with changes. */
export interface ChildOptions {
  readonly execArgv: readonly string[];
  /** This process's own environment, and the changes. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Options of a child that finds the texts of `changed` in place of those files, which stay as they are on disk. Together they may
 * have about 100 KB. What the child requires rather than imports is not changed: mocha requires the files that it is given. A child of
 * the child has the changes if it is given environment and arguments alike.
 * @param root The project's folder.
 */
export const childWith = (root: string, changed: ChangedModules): ChildOptions => {
  const absolute = Object.entries(changed).map(([path, text]) => [resolve(root, path), text]);
  return {
    execArgv: ['--conditions=holdfast-source', '--import', 'tsx', '--import', HOOK],
    env: { ...process.env, [CHANGED_MODULES]: JSON.stringify(Object.fromEntries(absolute)) },
  };
};
