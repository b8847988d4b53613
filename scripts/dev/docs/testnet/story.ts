import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { address } from '../../../../node/core/units.js';
import { createSettlementReader } from '../../../../node/chain/settlement-reader.js';
import { readBook } from '../../../../node/app/book/book.js';
import { startGuarded, type GuardedProcess } from '../../../demo/devnet/guarded-process.js';
import type { Transcript } from './transcript.js';

/** A part of the page: what is said, and what was typed. */
export interface Chapter {
  readonly title: string;
  readonly text: string;
  readonly exchanges: readonly { readonly command: string; readonly printed: string }[];
}

export interface StoryOptions {
  readonly transcript: Transcript;
  readonly folder: string;
  /** Root of the checkout. */
  readonly root: string;
  /** Two addresses of the same chain. */
  readonly rpcs: readonly [string, string];
  /** Sends coin for gas, as a public faucet does. */
  readonly fund: (account: string) => Promise<void>;
  /** Program and environment that `holdfast` is run with. */
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** What came of it. */
export interface Told {
  readonly chapters: readonly Chapter[];
  /** Seconds from the first command of the deployment to the first rent. */
  readonly seconds: number;
}

const SIZE = 300_000;

/** From an empty folder to the first rent: somebody deploys, Bob provides, Alice stores a file. */
export const tellStory = async (options: StoryOptions): Promise<Told> => {
  const { transcript, folder, root, rpcs, fund, program, env, signal } = options;
  const [rpc, other] = rpcs;
  const chapters: Chapter[] = [];
  const tell = async (title: string, text: string, commands: readonly string[], where = folder): Promise<void> => {
    const exchanges = [];
    for (const command of commands) exchanges.push(await transcript.run(command, { folder: where }));
    chapters.push({ title, text, exchanges });
  };
  const addressIn = async (home: string): Promise<string> => (await transcript.run(`holdfast wallet address --home ${home}`)).printed;
  await writeFile(join(folder, 'password'), 'a password of your own\n', { mode: 0o600 });
  await writeFile(join(folder, 'holiday.jpg'), randomBytes(SIZE));
  await writeFile(join(folder, 'notes.txt'), 'What to take along: a rope, two anchors, patience.\n');

  await tell(
    '1. A wallet for the deployment',
    'One keystore serves the whole product: what deploys unlocks the same encrypted file as the node.',
    ['holdfast wallet new --home deployer --password-file password'],
  );
  await fund(await addressIn('deployer'));
  const started = performance.now();
  const deploy = `npm run deploy --silent -- --network localhost --rpc ${rpc} --home ${folder}/deployer --password-file ${folder}/password`;
  await tell(
    '2. Deploy',
    'In a clone of the sources. The first command spends nothing; the second deploys, the third finds everything as it should be.',
    [`${deploy} --dry-run`, `${deploy} --out ${folder}/book.json`, `${deploy} --out ${folder}/book.json`],
    root,
  );

  const init = (role: string): string => `holdfast init --network localhost --rpc ${rpc} --book book.json --role ${role}`;
  await tell(
    '3. Bob provides',
    'The provider needs some coin for gas (from a faucet of the network) and tokens for its stake. A period is 20 seconds here, so a month has 129,600 of them: on a public network give `--price` per GiB-month.',
    [`${init('provider')} --home bob`, 'holdfast wallet new --home bob --password-file password'],
  );
  await fund(await addressIn('bob'));
  const provide = '--home bob --password-file password';
  await tell('', 'Tokens come from the faucet of HoldToken, which only test networks have.', [
    `holdfast wallet drip ${provide}`,
    `holdfast provider init --period-price 0.5 --capacity 1GiB --listen /ip4/127.0.0.1/tcp/0 --operator-coin 0.5 ${provide}`,
    `holdfast provider stake 400 ${provide}`,
  ]);
  const daemon = await startDaemon(program, folder, env);
  try {
    const [, up = ''] = await daemon.line(/^(Provider .* is up\.)$/, signal);
    chapters.push({
      title: '',
      text: 'The daemon runs until it is told to stop:',
      exchanges: [{ command: `holdfast provider run ${provide} &`, printed: transcript.shown(up) }],
    });
    await tell('', 'Whatever is missing or wrong, `doctor` says so, and what to do:', [`holdfast doctor --home bob`]);

    const rent = '--home alice --password-file password';
    await tell('4. Alice stores a file', 'On a market with one provider the file has one shard; with six, `put` makes four of six.', [
      `${init('renter')} --home alice`,
      'holdfast wallet new --home alice --password-file password',
    ]);
    await fund(await addressIn('alice'));
    await tell('', '', [
      `holdfast wallet drip ${rent}`,
      `holdfast put holiday.jpg --k 1 --n 1 --periods 40 --max-escrow 1 ${rent}`,
      `holdfast deals --home alice`,
    ]);

    await untilProven(join(folder, 'book.json'), rpc, await addressIn('bob'), signal);
    const seconds = Math.round((performance.now() - started) / 1_000);
    await tell(
      '5. The first rent',
      'A period has passed, and Bob has proved on chain that he still holds the data: from here on the rent of that period is his. It moves when somebody touches the deal, here with the next revision: a second file that fits the deal takes no transaction of Alice.',
      [`holdfast put notes.txt --k 1 --n 1 --periods 30 ${rent}`, 'holdfast provider status --home bob'],
    );
    await tell('', 'The file comes back, verified piece by piece:', [
      `holdfast get holiday.jpg --out copy.jpg ${rent}`,
      'cmp holiday.jpg copy.jpg && echo the same bytes',
    ]);
    await tell(
      '6. The ledger',
      'Who paid, proved, missed: in plain words, and recomputed from the block on which two RPCs agree down to the deployment.',
      ['holdfast ledger --home alice', `holdfast ledger --verify --rpc ${rpc},${other} --home alice | tail -n 4`],
    );
    return { chapters, seconds };
  } finally {
    await daemon.stop();
  }
};

const startDaemon = (program: string, folder: string, env: NodeJS.ProcessEnv): Promise<GuardedProcess> =>
  startGuarded({
    name: 'holdfast provider run',
    command: program,
    args: ['provider', 'run', '--home', join(folder, 'bob'), '--password-file', join(folder, 'password')],
    env,
    log: join(folder, 'daemon.log'),
  });

/** Waits until `provider` has proven a period after the one its first deal was committed in. */
const untilProven = async (path: string, rpcUrl: string, account: string, signal: AbortSignal): Promise<void> => {
  const reader = await createSettlementReader({ rpcUrl, book: await readBook(path), signal });
  try {
    for await (const head of reader.heads(signal)) {
      const events = await reader.events(reader.genesisBlock, head.block, signal);
      if (events.some(({ name, args }) => name === 'Proven' && args['provider'] === address(account))) return;
    }
  } finally {
    reader.close();
  }
};
