import { spawn } from 'node:child_process';

/** A command line as it was typed, and what it printed. */
export interface Exchange {
  readonly command: string;
  readonly printed: string;
}

export interface TranscriptOptions {
  /** Where commands run unless told otherwise. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** What stands in the page for a text of this run, such as an address of its chain. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
}

/** Runs command lines for real and keeps what they printed. */
export interface Transcript {
  /** Runs `command` in a shell and keeps it; rejects if it fails. Resolves to what it printed. */
  run(command: string, options?: { readonly folder?: string }): Promise<Exchange>;
  /** `text` as the page may show it. */
  shown(text: string): string;
}

/** Colours and cursor movements, which a page has no use for. */
const ESCAPES = new RegExp(`${String.fromCodePoint(0x1b)}\\[[0-9;?]*[A-Za-z]`, 'g');

export const createTranscript = ({ folder, env, aliases, signal }: TranscriptOptions): Transcript => {
  const shown = (text: string): string => {
    const plain = text.replaceAll(ESCAPES, '');
    return [...aliases].reduce((rest, [from, to]) => rest.replaceAll(from, to), plain).trimEnd();
  };
  const run: Transcript['run'] = (command, { folder: cwd = folder } = {}) =>
    new Promise((resolve, reject) => {
      const child = spawn('/bin/sh', ['-c', command], { cwd, env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
      const parts: Buffer[] = [];
      child.stdout.on('data', (part: Buffer) => parts.push(part));
      child.stderr.on('data', (part: Buffer) => parts.push(part));
      child.once('error', reject);
      child.once('close', (code) => {
        const printed = Buffer.concat(parts).toString('utf8');
        if (code === 0) resolve({ command: shown(command), printed: shown(printed) });
        else reject(new Error(`${command} ended with ${code}:\n${printed}`));
      });
    });
  return { run, shown };
};
