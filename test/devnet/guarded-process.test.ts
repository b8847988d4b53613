import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { startGuarded, type GuardedProcess } from '../../scripts/demo/devnet/guarded-process.js';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const untilGone = async (pid: number): Promise<void> => {
  while (isAlive(pid)) await sleep(20);
};

/** Node code that says its process id and lives on until it is ended. */
const LIVES_ON = `console.log('alive ' + process.pid); setInterval(() => {}, 1000);`;

describe('a guarded process', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-guard-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const start = (code: string): Promise<GuardedProcess> =>
    startGuarded({ name: 'child', command: process.execPath, args: ['-e', code], log: join(folder, 'child.log') });

  it('tells the process id of the program itself and what it prints', async () => {
    const child = await start(LIVES_ON);
    const [, pid] = await child.line(/^alive (\d+)$/);
    expect(Number(pid)).to.equal(child.pid);
    expect(await child.stop()).to.deep.equal({ code: null, signal: 'SIGTERM' });
    expect(isAlive(child.pid)).to.equal(false);
    expect(await readFile(join(folder, 'child.log'), 'utf8')).to.contain(`alive ${pid}`);
  });

  it('tells the exit code', async () => {
    expect(await (await start('process.exitCode = 3')).ended).to.deep.equal({ code: 3, signal: null });
  });

  it('rejects who waits for a line that a dead program cannot print', async () => {
    const child = await start(`console.log('last words')`);
    const error = await child.line(/^ready$/).catch((reason: unknown) => reason as Error);
    expect(error).to.be.instanceOf(Error).with.property('message').that.contains('last words');
  });

  it('dies by SIGKILL when that is sent to it', async () => {
    const child = await start(LIVES_ON);
    await child.line(/^alive/);
    child.signal('SIGKILL');
    expect(await child.ended).to.deep.equal({ code: null, signal: 'SIGKILL' });
  });

  it('is killed when it does not end by itself in time', async () => {
    const child = await start(`process.on('SIGTERM', () => {}); ${LIVES_ON}`);
    await child.line(/^alive/);
    expect(await child.stop(200)).to.deep.equal({ code: null, signal: 'SIGKILL' });
  });

  it('does not outlive a parent that is killed with SIGKILL, not even while it is stopped', async () => {
    const parentCode = `
      const { startGuarded } = await import(${JSON.stringify(join(import.meta.dirname, '../../scripts/demo/devnet/guarded-process.ts'))});
      const children = [];
      for (let i = 0; i < 2; i++) {
        children.push(await startGuarded({ name: 'child', command: process.execPath, args: ['-e', ${JSON.stringify(LIVES_ON)}], log: ${JSON.stringify(join(folder, 'kin.log'))} }));
        await children[i].line(/^alive/);
      }
      children[1].signal('SIGSTOP');
      console.log('children ' + children.map((child) => child.pid).join(' '));
      setInterval(() => {}, 1000);
    `;
    const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', parentCode], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [text] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    const pids = text.split(' ').slice(1).map(Number);
    expect(pids).to.have.length(2);
    expect(pids.map(isAlive)).to.deep.equal([true, true]);
    parent.kill('SIGKILL');
    for (const pid of pids) await untilGone(pid);
  });
});
