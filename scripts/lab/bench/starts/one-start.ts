import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Each writes its answer as JSON to the file that REPORT names, as the process ends. */
const REPORTS = {
  /** Seconds of processor time since the process began, with what starting Node takes; most bytes that were resident. */
  processor: `const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    report({ processor: (userCPUTime + systemCPUTime) / 1e6, residentBytes: maxRSS * 1024 });`,
  /** Addresses of what was loaded, Node's own modules by their names. */
  modules: `report(loaded);`,
} as const;

const PREPARE = {
  processor: '',
  modules: `import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });`,
} as const;

const preload = (what: keyof typeof REPORTS): string => {
  const text = `import { writeFileSync } from 'node:fs';
    ${PREPARE[what]}
    const report = (answer) => writeFileSync(process.env.REPORT, JSON.stringify(answer));
    process.on('exit', () => { ${REPORTS[what]} });`;
  return `data:text/javascript,${encodeURIComponent(text)}`;
};

export interface Started {
  /** From before the process is made until it is gone. */
  readonly seconds: number;
  readonly code: number | null;
  readonly stdout: string;
}

const start = async (
  what: keyof typeof REPORTS,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Started & { answer: unknown }> => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-start-'));
  const file = join(folder, 'report');
  try {
    const began = performance.now();
    const started = await new Promise<Started>((resolve) => {
      const child = execFile(
        process.execPath,
        ['--import', preload(what), ...args],
        { env: { ...env, REPORT: file }, maxBuffer: 1 << 28 },
        (_error, stdout) => {
          resolve({ seconds: (performance.now() - began) / 1_000, code: child.exitCode, stdout });
        },
      );
      child.stdin?.end();
    });
    return { ...started, answer: JSON.parse(await readFile(file, 'utf8')) as unknown };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** What a process took: seconds of processor time, and the most bytes that were resident. */
interface Took {
  readonly processor: number;
  readonly residentBytes: number;
}

/** Starts Node with `args`, and waits until it has ended. */
export const timedStart = async (args: readonly string[], env: NodeJS.ProcessEnv): Promise<Started & Took> => {
  const { answer, ...started } = await start('processor', args, env);
  return { ...started, ...(answer as Took) };
};

/** The same, with the addresses of all modules that were loaded: files, and `node:` and a name. */
export const countedStart = async (
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Started & { readonly modules: readonly string[] }> => {
  const { answer, ...started } = await start('modules', args, env);
  return { ...started, modules: answer as string[] };
};
