import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Installations and versions of Node whose compiled code is kept, newest first. */
const KEPT = 3;

type Environment = Readonly<Record<string, string | undefined>>;

/** Where this system keeps what a user's programs can make anew. */
const cachesOf = (env: Environment, platform: NodeJS.Platform): string => {
  const named = env[platform === 'win32' ? 'LOCALAPPDATA' : 'XDG_CACHE_HOME'];
  if (named !== undefined && isAbsolute(named)) return named;
  return join(homedir(), ...(platform === 'win32' ? ['AppData', 'Local'] : platform === 'darwin' ? ['Library', 'Caches'] : ['.cache']));
};

/** Code that somebody else can write is not run: not another user's who lent root a home folder either. */
const isOurs = (folder: string): boolean => {
  const { uid, mode } = statSync(folder);
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
};

const forgetOldest = (folder: string): void => {
  const made = readdirSync(folder).map((name) => ({ path: join(folder, name), at: statSync(join(folder, name)).mtimeMs }));
  for (const { path } of made.sort((a, b) => b.at - a.at).slice(KEPT)) rmSync(path, { recursive: true, force: true });
};

/**
 * Keeps what Node compiles of this installation for the next start, in the user's own cache folder; without one that can be written and is the
 * user's alone, nothing is kept. Node takes no code of it whose source has changed. NODE_COMPILE_CACHE names another folder,
 * NODE_DISABLE_COMPILE_CACHE does without.
 */
export const keepCompiled = (env: Environment = process.env, program = fileURLToPath(import.meta.url)): string | undefined => {
  if (env['NODE_COMPILE_CACHE'] !== undefined || env['NODE_DISABLE_COMPILE_CACHE'] !== undefined) return undefined;
  try {
    const own = join(cachesOf(env, process.platform), 'holdfast', 'compiled');
    const folder = join(own, `${process.version}-${statSync(program, { bigint: true }).ino}`);
    const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (![own, dirname(own)].every(isOurs)) return undefined;
    if (made !== undefined) forgetOldest(own);
    enableCompileCache(folder);
    return folder;
  } catch {
    // A start that is slower is no failure.
    return undefined;
  }
};
