import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bookText } from '../../../../node/app/book/book.js';
import { createKeystore } from '../../../../node/app/keys/keystore.js';
import { createCatalogueFiles } from '../../../../node/storage/catalogue.js';
import { sampleBook } from '../../../../test/support/sample-book.js';
import { thisMachine, type Machine } from '../provider/machine.js';
import { benchIdentity } from '../store/store.js';
import { countedStart, timedStart } from './one-start.js';

/** What starting a command takes; medians. */
export interface StartFigure {
  /** From before the process is made until it is gone. */
  readonly seconds: number;
  /** Seconds of processor time, and how often those of `node -e 0`. */
  readonly processor: number;
  readonly ratio: number;
  /** Loaded, Node's own included. */
  readonly modules: number;
}

export interface StartFigures {
  readonly machine: Machine;
  readonly turns: number;
  /** `node -e 0`. */
  readonly node: Pick<StartFigure, 'seconds' | 'processor'>;
  readonly starts: Readonly<Record<string, StartFigure>>;
}

/** Nobody answers there: what needs the chain has loaded it by then, and ends. */
const NOWHERE = 'http://127.0.0.1:1';
export const PROGRAM = resolve('dist/cli/main.js');
/** Nothing is kept of what Node compiled. */
export const ENV = { NODE_DISABLE_COMPILE_CACHE: '1' };

/** A home with a wallet, a book and an empty catalogue. */
const makeHome = async (home: string): Promise<void> => {
  const [book, keystore] = [join(home, 'book.json'), { scryptCost: 1 << 10 }];
  await createKeystore({ folder: join(home, 'keys'), ...keystore }).create('wallet', 'password');
  await createCatalogueFiles(join(home, 'catalogue'), benchIdentity);
  await writeFile(book, bookText(sampleBook));
  await writeFile(join(home, 'password'), 'password\n');
  await writeFile(join(home, 'config.json'), JSON.stringify({ rpc: NOWHERE, book, keystore }));
};

/** Command lines by their names: what each ends with, and its words. */
const linesIn = (home: string): Readonly<Record<string, { readonly code: number; readonly words: readonly string[] }>> => {
  const own = ['--home', home, '--password-file', join(home, 'password')];
  return {
    '--version': { code: 0, words: ['--version'] },
    '--help': { code: 0, words: ['--help'] },
    'put --help': { code: 0, words: ['put', '--help'] },
    'completion bash': { code: 0, words: ['completion', 'bash'] },
    ls: { code: 0, words: ['ls', ...own] },
    'provider status, up to the chain': { code: 1, words: ['provider', 'status', ...own] },
    'put, up to the chain': { code: 1, words: ['put', join(home, 'password'), ...own] },
  };
};

export const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
export const rounded = (value: number): number => Number(value.toPrecision(3));

interface Spent {
  readonly seconds: number[];
  readonly processor: number[];
}
const nothing = (): Spent => ({ seconds: [], processor: [] });

const add = async (spent: Spent, args: readonly string[], code: number): Promise<void> => {
  const { seconds, processor, code: ended } = await timedStart(args, ENV);
  if (ended !== code) throw new Error(`${args.join(' ')} ended with ${ended}`);
  spent.seconds.push(seconds);
  spent.processor.push(processor);
};

/** Starts each command `turns` times, turn about with `node -e 0`, and once more for what it loads. */
export const measureStarts = async (turns: number, say: (line: string) => void): Promise<StartFigures> => {
  const home = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  try {
    await makeHome(home);
    const lines = Object.entries(linesIn(home)).map(([name, line]) => ({ name, ...line, spent: nothing() }));
    const node = nothing();
    for (let turn = 0; turn < turns; turn++) {
      say(`turn ${turn + 1} of ${turns} …`);
      await add(node, ['-e', '0'], 0);
      for (const { words, code, spent } of lines) await add(spent, [PROGRAM, ...words], code);
    }
    const least = median(node.processor);
    const starts: Record<string, StartFigure> = {};
    for (const { name, words, spent } of lines) {
      const { modules } = await countedStart([PROGRAM, ...words], ENV);
      const processor = median(spent.processor);
      starts[name] = {
        seconds: rounded(median(spent.seconds)),
        processor: rounded(processor),
        ratio: rounded(processor / least),
        modules: modules.length,
      };
    }
    return { machine: thisMachine(), turns, node: { seconds: rounded(median(node.seconds)), processor: rounded(least) }, starts };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
};
