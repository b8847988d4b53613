import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childWith } from '../../changed-code/child-options.js';
import { replaceOnce } from '../../changed-code/replace-once.js';
import { runSolc } from '../../solidity/solc.js';
import type { Replacement, TakenOut } from './taken-out.js';

/** The contract that has what is changed, and the name by which a deployment knows it. */
const BODY = { role: 'verbBody', path: 'contracts/market/verbs/VerbBody.sol', name: 'VerbBody' } as const;

interface Output {
  readonly contracts: Readonly<
    Record<string, Readonly<Record<string, { readonly evm: { readonly bytecode: { readonly object: string } } }>>>
  >;
}

const changedText = async (root: string, path: string, replacements: readonly Replacement[]): Promise<string> => {
  let text = await readFile(join(root, path), 'utf8');
  for (const [anchor, instead] of replacements) text = replaceOnce(text, anchor, instead);
  return text;
};

/** The texts of `files`, by path from `root`, with their replacements. Rejects where an anchor does not occur exactly once. */
export const changedTexts = async (root: string, files: TakenOut['modules']): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all(Object.entries(files ?? {}).map(async ([path, all]) => [path, await changedText(root, path, all)] as const)),
  );

/** Creation code of the market's second body with changed sources, as JSON by role. */
const compileBody = (root: string, changed: Readonly<Record<string, string>>, body: string): string => {
  const settings = {
    optimizer: { enabled: true, runs: 200 },
    outputSelection: { [BODY.path]: { [BODY.name]: ['evm.bytecode.object'] } },
  };
  const { contracts } = runSolc<Output>(root, { [BODY.path]: body, ...changed }, settings);
  return JSON.stringify({ [BODY.role]: `0x${contracts[BODY.path]?.[BODY.name]?.evm.bytecode.object}` });
};

/** What a child printed, and with what it ended. */
const listen = async (args: readonly string[], root: string, env: NodeJS.ProcessEnv): Promise<{ code: number; output: string }> => {
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit) => resolve(exit ?? 1));
  });
  return { code, output: Buffer.concat(chunks).toString() };
};

/** How the runs found a change: what was lost first; undefined if they did not. */
export const hunt = async (root: string, { contracts, modules }: TakenOut, runs: number): Promise<string | undefined> => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-honest-'));
  try {
    const { execArgv, env } = childWith(root, await changedTexts(root, modules));
    const args = [...execArgv, join(root, 'scripts/honest.ts'), '--seeds', String(runs), '--first'];
    if (contracts !== undefined) {
      const path = join(folder, 'creation.json');
      await writeFile(path, compileBody(root, await changedTexts(root, contracts), await readFile(join(root, BODY.path), 'utf8')));
      args.push('--creation', path);
    }
    const { code, output } = await listen(args, root, env);
    const found = /^(?:seed [0-9a-f]+: )?OathBroken: .*$/m.exec(output)?.[0];
    if (code !== 0 && found === undefined) throw new Error(output.slice(-2_000));
    return found;
  } finally {
    await rm(folder, { recursive: true });
  }
};
