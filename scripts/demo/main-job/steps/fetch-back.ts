import { cp, mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { movedPerson, type Person } from '../../devnet/person.js';
import type { RunningProvider } from '../../devnet/provider.js';
import { tokens } from '../money.js';
import { moveAway, sha256Of, type SourceFile } from '../source-files.js';
import { fetchWhileStopped } from './stopped-span.js';
import { providerAt, type Stage } from '../stage.js';
import type { StoredFiles } from './store-files.js';

/** A file that came back. */
export interface RetrievedFile {
  readonly bytes: number;
  /** Hex, without 0x. */
  readonly sha256: string;
}

export interface FetchedFiles {
  readonly first: RetrievedFile;
  readonly second: RetrievedFile;
  /** Where the sources are now. */
  readonly sources: readonly SourceFile[];
}

/**
 * Step 5: both files come back in fresh processes that have only the keystore and the catalogue, first from all providers,
 * then while n − k of those that hold shards are stopped.
 */
export const fetchBack = async (stage: Stage, { first, second }: StoredFiles): Promise<FetchedFiles> => {
  const { narrator, devnet, code } = stage;
  const sources = await moveAway([first, second], join(devnet.folder, 'moved-away'));
  const elsewhere = await moveHouse(stage);
  narrator.say('the sources are moved away; a fresh process has the keystore and the catalogue, and no content');
  const folder = join(devnet.folder, 'retrieved');
  await mkdir(folder);
  const fetched: RetrievedFile[] = [];
  for (const file of sources) {
    const path = join(folder, file.name);
    const { egress } = await elsewhere.holdfast(['get', file.name, '--out', path], { signal: stage.signal });
    fetched.push(await compare(stage, file, path));
    tellCost(stage, file, egress);
  }
  const idle = await someHolders(stage, code.n - code.k);
  if (idle.length > 0) {
    narrator.say(`again, while ${idle.map(({ person }) => person.name).join(' and ')} are stopped (SIGSTOP), right after they proved …`);
    for (const file of sources) {
      const path = join(folder, `${file.name}-again`);
      await fetchWhileStopped(stage, idle, elsewhere, ['get', file.name, '--out', path]);
      await compare(stage, file, path);
    }
  }
  const [one, two] = fetched;
  if (!one || !two) throw new Error('two files were to be fetched');
  return { first: one, second: two, sources };
};

const tellCost = ({ narrator }: Stage, { name }: SourceFile, egress: unknown): void => {
  const paid = BigInt(String(egress));
  if (paid === 0n) throw new Error(`reading ${name} cost nothing, and its providers ask a price`);
  narrator.say(`reading ${name} cost ${tokens(paid)}, promised by vouchers against the escrow of its deals`);
};

/** The renter on another machine: the same keys and the catalogue, nothing else. */
const moveHouse = async ({ devnet, renter }: Stage): Promise<Person> => {
  const moved = movedPerson(renter, join(devnet.folder, 'people'), `${renter.name}-elsewhere`, devnet.network);
  await mkdir(moved.home, { mode: 0o700 });
  for (const part of ['keys', 'catalogue']) await cp(join(renter.home, part), join(moved.home, part), { recursive: true });
  return moved;
};

const compare = async ({ narrator }: Stage, file: SourceFile, path: string): Promise<RetrievedFile> => {
  const retrieved = { bytes: (await stat(path)).size, sha256: await sha256Of(path) };
  if (retrieved.sha256 !== file.sha256 || retrieved.bytes !== file.bytes) {
    throw new Error(
      `${file.name} came back with ${retrieved.bytes} bytes and SHA-256 ${retrieved.sha256}, not ${file.bytes} and ${file.sha256}`,
    );
  }
  narrator.say(`${file.name} is back: ${retrieved.bytes} bytes, SHA-256 ${retrieved.sha256}, as stored`);
  await rm(path);
  return retrieved;
};

/** `count` of the live providers that hold shards. */
const someHolders = async (stage: Stage, count: number): Promise<readonly RunningProvider[]> => {
  const { sheets, period } = await stage.watch.until(() => true, stage.signal);
  return sheets
    .filter(({ total, lastProven }) => total > 0n && lastProven >= period - 1)
    .slice(0, count)
    .map(({ provider }) => providerAt(stage, provider));
};
