import { expect } from 'chai';
import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startDevnet, type Devnet } from '../../scripts/demo/devnet/devnet.js';
import type { Person } from '../../scripts/demo/devnet/person.js';
import { bytesOf } from '../support/worlds/actors.js';

const TERMS = { periodPrice: '1', stake: '100', operatorCoin: '1', capacity: '128MiB' };
const ONE = ['--yes', '--k', '1', '--n', '1', '--periods', '40'];
const MILLISECONDS = 60_000;

/** A command whose standard input and output are pipes of this process. */
interface Piped {
  readonly child: ChildProcessWithoutNullStreams;
  /** What it said beside its output, and its exit code, once it is gone. */
  ended(): Promise<{ readonly code: number | null; readonly said: string }>;
}

describe('files, folders and pipes, through processes', function () {
  this.timeout(300_000);
  let devnet: Devnet;
  let alice: Person;
  const film = Buffer.concat(Array.from({ length: 9 }, (_, index) => Buffer.from(bytesOf(`film ${index}`, 1 << 20))));

  before(async () => {
    devnet = await startDevnet();
    await devnet.addProviders(1, TERMS);
    alice = await devnet.addRenter('alice');
  });
  after(async () => {
    await devnet[Symbol.asyncDispose]();
  });

  const pipe = (...args: readonly string[]): Piped => {
    const { PATH } = process.env;
    const { rpc, book } = devnet.network;
    const password = `${alice.home}.password`;
    const env = { PATH, HOME: alice.home, HOLDFAST_HOME: alice.home, HOLDFAST_RPC: rpc, HOLDFAST_BOOK: book };
    const child = spawn(process.execPath, ['dist/cli/main.js', ...args, '--password-file', password], { env });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stdin.on('error', () => undefined);
    const gone = once(child, 'exit') as Promise<[number | null]>;
    const ended = async () => {
      const late = setTimeout(MILLISECONDS, undefined, { ref: false }).then(() => {
        child.kill('SIGKILL');
        throw new Error(`holdfast ${args.join(' ')} did not end:\n${said}`);
      });
      const [code] = await Promise.race([gone, late]);
      return { code, said };
    };
    return { child, ended };
  };
  /** Waits until it has written something. */
  const begun = async ({ child, ended }: Piped): Promise<void> => {
    const over = async (): Promise<never> => {
      throw new Error(`it ended before: ${JSON.stringify(await ended())}`);
    };
    await Promise.race([once(child.stdout, 'readable'), over()]);
  };
  const outputOf = async ({
    child,
    ended,
  }: Piped): Promise<{ readonly bytes: Buffer; readonly code: number | null; readonly said: string }> => {
    const bytes = Buffer.concat(await Array.fromAsync(child.stdout as AsyncIterable<Buffer>));
    return { bytes, ...(await ended()) };
  };

  it('a folder with hostile names comes back as it was; put again, nothing is sent', async () => {
    const folder = join(devnet.folder, 'in', 'folder');
    await mkdir(join(folder, 'deep', 'new\nline'), { recursive: true });
    const names = [
      'plain',
      '-rf',
      ' ',
      "it's",
      'e\u0301',
      'é',
      '\u001b[2J',
      'x'.repeat(255),
      'deep/new\nline/\u202egpj.exe',
      'deep/empty',
      '...',
    ];
    for (const name of names) await writeFile(join(folder, name), name === 'deep/empty' ? '' : bytesOf(name, 700));
    await symlink('/etc/passwd', join(folder, 'link'));
    execFileSync('mkfifo', [join(folder, 'deep', 'fifo')]);

    const stored = await alice.holdfast(['put', folder, '--under', 'backup', ...ONE]);
    const namesIn = (answer: object, key: string): string[] =>
      (answer as Record<string, { name: string }[]>)[key]?.map(({ name }) => name).sort() ?? [];
    const wanted = names.map((name) => `backup/folder/${name}`).sort();
    expect(namesIn(stored, 'objects')).to.deep.equal(wanted);
    expect((stored['skipped'] as { reason: string }[]).map(({ reason }) => reason).sort()).to.deep.equal(['FIFO', 'symbolic link']);
    expect(stored).to.deep.include({ failed: [], unchanged: [] });
    const again = await alice.holdfast(['put', folder, '--under', 'backup', ...ONE]);
    expect(namesIn(again, 'unchanged')).to.deep.equal(wanted);
    expect(again).to.deep.include({ objects: [] });
    expect(namesIn(await alice.holdfast(['ls', 'backup/folder/deep/']), 'objects')).to.have.length(2);

    const out = join(devnet.folder, 'out');
    expect(namesIn(await alice.holdfast(['get', 'backup/', '--out', out]), 'objects')).to.deep.equal(wanted);
    for (const name of names)
      expect(Buffer.compare(await readFile(join(out, 'backup', 'folder', name)), await readFile(join(folder, name))), name).to.equal(0);
    const { code, said } = await pipe('get', 'backup/', 'none', '--out', out).ended();
    expect([code, said]).to.deep.equal([1, '']);
  });

  it('a stream is stored, and comes back as one, with all that is said beside it', async () => {
    const put = pipe('put', '-', '--name', 'film', '--spool', '32MiB', ...ONE);
    put.child.stdin.end(film);
    const stored = await outputOf(put);
    expect([stored.code, stored.said]).to.deep.equal([0, '']);
    const { bytes, code, said } = await outputOf(pipe('get', 'film', '--out', '-'));
    expect(code, said).to.equal(0);
    expect(said).to.include('Wrote -');
    expect(Buffer.compare(bytes, film)).to.equal(0);
    expect(await readdir(join(alice.home, 'spool'))).to.deep.equal([]);
  });

  it('a part of it comes alone, into a file as well', async () => {
    const last = await outputOf(pipe('get', 'film', '--range', '-1000', '--out', '-'));
    expect([last.code, last.said.includes('bytes 9436184 to 9437183 of film')]).to.deep.equal([0, true]);
    expect(Buffer.compare(last.bytes, film.subarray(-1_000))).to.equal(0);
    const out = join(devnet.folder, 'part');
    expect(await alice.holdfast(['get', 'film', '--range', '4194300-4194399', '--out', out])).to.have.deep.property('range', {
      start: 4_194_300,
      end: 4_194_400,
    });
    expect(Buffer.compare(await readFile(out), film.subarray(4_194_300, 4_194_400))).to.equal(0);
    const beyond = await pipe('get', 'film', '--range', '9437184-', '--out', '-').ended();
    expect([beyond.code, beyond.said.includes('"film" has 9437184 bytes')]).to.deep.equal([1, true]);
  });

  it('a reader that has seen enough ends it quietly', async () => {
    const get = pipe('get', 'film', '--out', '-');
    await begun(get);
    get.child.stdout.destroy();
    const { code, said } = await get.ended();
    expect([code, said.includes('EPIPE')]).to.deep.equal([0, false]);
  });

  it('a reader that does not read keeps nobody from stopping it', async () => {
    const get = pipe('get', 'film', '--out', '-');
    await begun(get);
    get.child.kill('SIGTERM');
    expect((await get.ended()).code).to.equal(130);
  });

  it('nor does a FIFO without a writer', async () => {
    const fifo = join(devnet.folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const put = pipe('put', fifo, ...ONE);
    const open = `/proc/${put.child.pid}/fd`;
    const isOpen = async (): Promise<boolean> => {
      const links = await Promise.all((await readdir(open)).map((one) => readlink(join(open, one)).catch(() => '')));
      return links.includes(fifo);
    };
    while (put.child.exitCode === null && !(await isOpen())) await setTimeout(100);
    put.child.kill('SIGTERM');
    expect((await put.ended()).code).to.equal(130);
  });
});
